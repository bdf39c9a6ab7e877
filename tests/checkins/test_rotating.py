"""The rotating code: whose it is, how long it counts, and how many it lets in."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.checkins.by_phone import rotating
from app.checkins.models import CheckIn, CodeStep
from app.codes.signed import body, sign
from app.db import db, transaction, uuid7
from app.errors import Refused
from tests import factories


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def event(place, at):
    return factories.event(place.region, factories.membership(place.region, at=at), at=at, door="rotating")


def scan(event, step, at, **rest):
    return rotating.scan(event, rotating.code(event, step), at=at, **rest)


def check_in(place, event, step, at, **who):
    who = {"key": uuid7(), "by": "visitor", "visit": uuid7()} | who
    with transaction():
        return rotating.check_in(region=place.region, event=event, scanned=scan(event, step, at), at=at, **who)


def limit(place, most):
    with transaction():
        place.region.arrivals_per_step = most


def row(arrival):
    return db.session.get(CheckIn, arrival.id)


@pytest.mark.parametrize("steps", [-2, -1, 0, 1, 2])
def test_a_code_counts_two_steps_to_either_side(place, event, at, steps):
    arrival = check_in(place, event, rotating.step_at(at) + steps, at)
    assert row(arrival).way == "rotating"


@pytest.mark.parametrize(("steps", "reason"), [(-3, "code_outlived"), (-240, "code_outlived"), (3, "code_early")])
def test_before_and_after_it_is_refused(place, event, at, steps, reason):
    with pytest.raises(Refused, match=reason):
        check_in(place, event, rotating.step_at(at) + steps, at)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CheckIn)) == 0


def test_the_edges_of_a_step_are_exact(event, at):
    """At 午前9時30分 a step begins: two steps before it counts until the end of this one."""
    step = rotating.step_at(at)
    assert rotating.began(step) == at
    last = at + timedelta(seconds=14.999)
    assert rotating.is_live(scan(event, step - 2, last), last)
    after = at + timedelta(seconds=15)
    assert not rotating.is_live(scan(event, step - 2, after), after)
    before = at - timedelta(microseconds=1)
    assert not rotating.is_live(scan(event, step + 2, before), before)


def test_a_code_is_one_events_and_one_regions(place, event, at):
    step = rotating.step_at(at)
    other = factories.event(place.region, factories.membership(place.region, at=at), at=at)
    with pytest.raises(Refused, match="code_of_other_event"):
        rotating.scan(other, rotating.code(event, step), at=at)
    elsewhere = sign("rotating", region_id=event.region_id + 1, body=body(event.id, step))
    with pytest.raises(Refused, match="code_forged"):
        rotating.scan(event, elsewhere, at=at)


@pytest.mark.parametrize("place_of", range(0, 32, 5))
def test_a_changed_code_is_no_code(event, at, place_of):
    genuine = rotating.code(event, rotating.step_at(at))
    changed = genuine[:place_of] + ("0" if genuine[place_of] != "0" else "1") + genuine[place_of + 1 :]
    with pytest.raises(Refused, match="code_forged"):
        rotating.scan(event, changed, at=at)


@pytest.mark.parametrize("text", ["", "ABCD2345", "0" * 32, "Z" * 32, "ひみつ"])
def test_what_is_no_code_is_refused(event, at, text):
    with pytest.raises(Refused, match="code_forged"):
        rotating.scan(event, text, at=at)


def test_a_card_on_a_phone_is_no_screen(event, at):
    step = rotating.step_at(at)
    card = sign("phone_card", region_id=event.region_id, body=body(event.id, step))
    with pytest.raises(Refused, match="code_forged"):
        rotating.scan(event, card, at=at)


def test_a_step_lets_in_so_many_and_the_next_goes_on(place, event, at):
    limit(place, 3)
    step = rotating.step_at(at)
    for _ in range(3):
        check_in(place, event, step, at)
    with pytest.raises(Refused, match="code_busy"):
        check_in(place, event, step, at)
    check_in(place, event, step + 1, at)
    used = dict(db.session.execute(sa.select(CodeStep.step, CodeStep.used)).all())
    assert used == {step: 3, step + 1: 1}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CheckIn)) == 4


def test_whoever_is_here_already_uses_nothing_up(place, event, at):
    limit(place, 1)
    step, phone = rotating.step_at(at), uuid7()
    first = check_in(place, event, step, at, visit=phone)
    again = check_in(place, event, step, at, visit=phone)
    assert (again.id, again.repeated) == (first.id, True)
    assert db.session.scalar(sa.select(CodeStep.used)) == 1


def test_a_slow_thumb_is_no_photo(place, event, at):
    """The page was opened in time by this phone; the tap may take minutes, and another phone has none of them."""
    step = rotating.step_at(at)
    note = rotating.seen(scan(event, step, at), "visit:mine", at)
    later = at + timedelta(minutes=9)
    with_note = {"seen": note, "device": "visit:mine"}
    assert rotating.is_live(scan(event, step, later, **with_note), later)
    assert not rotating.is_live(scan(event, step, later, seen=note, device="visit:another"), later)
    assert not rotating.is_live(scan(event, step + 4, later, **with_note), later)
    much_later = at + timedelta(minutes=10, seconds=1)
    assert not rotating.is_live(scan(event, step, much_later, **with_note), much_later)


def test_a_note_from_the_future_or_of_rubbish_proves_nothing(event, at):
    code = rotating.code(event, rotating.step_at(at) - 40)
    for note in ("", "1", "１２.x", "9" * 12 + ".AAAA", f"{int(at.timestamp())}.", "x" * 40, f"-5.{'A' * 16}"):
        assert rotating.scan(event, code, seen=note, device="visit:mine", at=at).seen_at is None
    ahead = at + timedelta(minutes=1)
    note = rotating.seen(rotating.Scan(code, 0), "visit:mine", ahead)
    assert rotating.scan(event, code, seen=note, device="visit:mine", at=at).seen_at is None


def test_the_servers_clock_may_jump_an_hour(place, event, at):
    """Codes made by whatever time it was then count at that time, and at no other."""
    for hours in (-1, 1):
        jumped = at + timedelta(hours=hours)
        step = rotating.step_at(jumped)
        assert rotating.is_live(scan(event, step, jumped), jumped)
        assert not rotating.is_live(scan(event, step, at), at)
    check_in(place, event, rotating.step_at(at), at)


def test_a_screen_is_given_hours_of_codes_but_none_after_the_door_is_shut(event, at):
    step = rotating.step_at(at)
    codes = rotating.codes_from(event, step, at)
    assert len(codes) == (event.checkin_until - at) // rotating.STEP + 1
    assert len(set(codes)) == len(codes)
    early = event.checkin_until - timedelta(hours=8)
    assert len(rotating.codes_from(event, rotating.step_at(early), early)) == 6 * 240 + 1
    late = event.checkin_until + timedelta(minutes=1)
    assert rotating.codes_from(event, rotating.step_at(late), late) == []


def test_a_screen_check_in_earns_as_the_hosts_list_does(place, at):
    host, una = (factories.membership(place.region, at=at) for _ in range(2))
    event = factories.event(place.region, host, at=at, door="rotating", award="arrival")
    arrival = check_in(place, event, rotating.step_at(at), at, membership=una, visit=None)
    assert arrival.earned.amount == 1
