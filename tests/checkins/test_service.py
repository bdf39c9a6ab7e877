from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.checkins import closing, service
from app.checkins.models import CheckIn, EventClosure
from app.checkins.rules import Judgement
from app.db import db, transaction, uuid7
from app.errors import Conflict, Refused
from app.events.models import Event
from app.issuing.models import Allowance, Budget, Earning
from app.ledger import proof
from app.ledger import queries as ledger
from app.ledger import service as coins
from tests import factories


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def host(place, at):
    return factories.membership(place.region, at=at)


@pytest.fixture
def una(place, at):
    return factories.membership(place.region, at=at, name="見本 うめ", yomi="みほん うめ")


def arrive(place, event, at, **rest):
    values = {"key": uuid7(), "way": "poster", "by": "visitor"} | rest
    with transaction():
        return service.check_in(region=place.region, event_id=event.id, at=at, **values)


def balance(place, member, at):
    return ledger.balance(place.region.id, member.account_id, at.date()).available


def reload(row):
    db.session.expire_all()
    return db.session.get(type(row), row.id)


def test_arrival_gives_number_and_coin_at_once(place, host, una, at):
    event = factories.event(place.region, host, at=at, award="arrival")
    first = arrive(place, event, at, membership=una)
    assert (first.number, first.repeated, first.earned.amount) == (1, False, 1)
    assert balance(place, una, at) == 1
    assert reload(event).taken == 1
    assert proof.prove()["ok"]


def test_the_same_form_and_the_same_member_are_one_arrival(place, host, una, at):
    event = factories.event(place.region, host, at=at, award="arrival")
    key = uuid7()
    first = arrive(place, event, at, membership=una, key=key)
    assert arrive(place, event, at, membership=una, key=key).repeated
    again = arrive(place, event, at, membership=una)
    assert (again.id, again.number, again.repeated) == (first.id, 1, True)
    assert balance(place, una, at) == 1
    assert reload(event).taken == 1


def test_a_guests_phone_is_one_visit_and_keeps_a_promise(place, host, at):
    event = factories.event(place.region, host, at=at, coins=2)
    first = arrive(place, event, at, visit="phone", nickname="そら")
    assert arrive(place, event, at, visit="phone").id == first.id
    row = db.session.get(CheckIn, first.id)
    assert (row.promised, row.nickname, row.membership_id) == (2, "そら", None)
    assert len(service.claim_code(row.key)) == 12
    assert arrive(place, event, at, visit="other").number == 2


def test_a_key_used_at_another_gathering_is_another_request(place, host, at):
    one, two = (factories.event(place.region, host, at=at) for _ in range(2))
    key = uuid7()
    arrive(place, one, at, key=key, visit="phone")
    with pytest.raises(Conflict, match="other_request"):
        arrive(place, two, at, key=key, visit="elsewhere")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"published_at": None}, "not_published"),
        ({"cancelled": True}, "cancelled"),
        ({"minutes_ahead": 90}, "too_early"),
        ({"minutes_ahead": -240}, "too_late"),
        ({"capacity": 0}, "full"),
        ({"audience": "members"}, "members_only"),
    ],
)
def test_the_door_says_why_not(place, host, at, changes, code):
    changes = dict(changes)
    if changes.pop("cancelled", False):
        changes["cancelled_at"] = at
    if "minutes_ahead" in changes:
        changes["starts_at"] = at + timedelta(minutes=changes.pop("minutes_ahead"))
    event = factories.event(place.region, host, at=at, **changes)
    with pytest.raises(Refused, match=code):
        arrive(place, event, at, visit="phone")
    assert db.session.scalar(select(func.count()).select_from(CheckIn)) == 0


def test_the_last_place_is_taken_once_and_the_host_makes_one_more(place, host, una, at):
    event = factories.event(place.region, host, at=at, capacity=1)
    arrive(place, event, at, visit="phone")
    with pytest.raises(Refused, match="full"):
        arrive(place, event, at, visit="late")
    made = arrive(place, event, at, membership=una, way="name", judged=Judgement(by_host=True))
    assert made.capacity_raised
    assert (reload(event).taken, reload(event).capacity) == (2, 2)


def test_undo_gives_the_place_back_and_the_coin_returns(place, host, una, at):
    event = factories.event(place.region, host, at=at, award="arrival", capacity=1)
    first = arrive(place, event, at, membership=una)
    with transaction():
        service.undo(region=place.region, check_in_id=first.id, by="membership:1", at=at + timedelta(minutes=9))
    assert balance(place, una, at) == 0
    assert reload(event).taken == 0
    assert set(db.session.scalars(select(Allowance.issued))) == {0}
    again = arrive(place, event, at, membership=una)
    assert (again.number, again.earned.amount) == (2, 1)
    assert proof.prove()["ok"]


def test_undo_after_ten_minutes_is_refused_and_a_correction_is_not(place, host, una, at):
    event = factories.event(place.region, host, at=at, award="arrival")
    first = arrive(place, event, at, membership=una)
    late = at + timedelta(minutes=11)
    with pytest.raises(Refused, match="undo_late"), transaction():
        service.undo(region=place.region, check_in_id=first.id, by="membership:1", at=late)
    with transaction():
        service.undo(region=place.region, check_in_id=first.id, by="membership:1", at=late, correction=True)
    with pytest.raises(Conflict, match="already_undone"), transaction():
        service.undo(region=place.region, check_in_id=first.id, by="membership:1", at=late)


def test_spent_coins_stop_an_undo_but_a_correction_writes_them_off(place, host, una, at):
    event = factories.event(place.region, host, at=at, award="arrival")
    first = arrive(place, event, at, membership=una)
    with transaction():
        shop = coins.open_account(region_id=place.region.id, kind="shop", owner="shop:1")
        coins.spend(
            key=uuid7(),
            region_id=place.region.id,
            from_id=una.account_id,
            to_id=shop,
            amount=1,
            kind="test",
            actor="test",
            at=at,
            on=at.date(),
        )
    with pytest.raises(Refused, match="coins_used"), transaction():
        service.undo(region=place.region, check_in_id=first.id, by="membership:1", at=at)
    assert db.session.get(CheckIn, first.id).undone_at is None
    with transaction():
        service.undo(region=place.region, check_in_id=first.id, by="membership:1", at=at, correction=True)
    assert balance(place, una, at) == 0
    assert proof.prove()["ok"]


def close(place, event, at, left_out=()):
    with transaction():
        return closing.close(region=place.region, event_id=event.id, left_out=left_out, by="membership:1", at=at)


def test_the_end_pays_everybody_ticked_once_and_closes_the_window(place, host, una, at):
    event = factories.event(place.region, host, at=at, coins=2)
    arrive(place, event, at, membership=host)
    hers = arrive(place, event, at, membership=una)
    end = at + timedelta(hours=1)
    close(place, event, end, left_out={hers.id})
    assert (balance(place, host, end), balance(place, una, end)) == (2, 0)
    assert reload(event).ended_at == end
    with pytest.raises(Conflict, match="already_ended"):
        close(place, event, end)
    assert balance(place, una, end) == 0
    with pytest.raises(Refused, match="closed"):
        arrive(place, event, end, visit="phone")


def test_caps_limit_the_day_and_say_so(place, host, una, at):
    for _ in range(3):
        event = factories.event(place.region, host, at=at, award="arrival")
        last = arrive(place, event, at, membership=una)
    assert (last.earned.amount, last.earned.limited_by) == (0, "day")
    assert balance(place, una, at) == 2
    amounts = db.session.scalars(select(Earning.amount).order_by(Earning.id)).all()
    assert amounts == [1, 1, 0]


def test_an_empty_budget_pays_nothing_and_records_the_visit(host, una, place, at):
    with transaction():
        db.session.query(Budget).update({"granted": Budget.cap})
    event = factories.event(place.region, host, at=at, award="arrival")
    assert arrive(place, event, at, membership=una).earned.limited_by == "budget"
    assert db.session.scalar(select(func.count()).select_from(CheckIn)) == 1


def test_a_forgotten_gathering_is_ended_two_hours_after_its_end(place, host, una, at):
    event = factories.event(place.region, host, at=at)
    arrive(place, event, at, membership=una)
    early, late = event.ends_at + timedelta(minutes=119), event.ends_at + timedelta(minutes=120)
    for when, expected in ((early, 0), (late, 1), (late, 0)):
        with transaction():
            assert closing.close_overdue(at=when) == expected
    assert db.session.get(EventClosure, event.id).by == "job:close"
    assert balance(place, una, late) == 1


def test_ending_before_the_start_or_a_cancelled_one_is_refused(place, host, at):
    ahead = factories.event(place.region, host, at=at, starts_at=at + timedelta(minutes=30))
    with pytest.raises(Refused, match="not_started"):
        close(place, ahead, at)
    cancelled = factories.event(place.region, host, at=at, cancelled_at=at)
    with pytest.raises(Refused, match="cancelled"):
        close(place, cancelled, at)
    assert db.session.scalar(select(func.count()).select_from(EventClosure)) == 0


def test_another_regions_gathering_is_not_there(place, host, at):
    from app.errors import Missing

    other = factories.world("ows", at=at)
    event = factories.event(place.region, host, at=at)
    with pytest.raises(Missing):
        arrive(other, event, at, visit="phone")
    assert db.session.get(Event, event.id).taken == 0


def test_a_tap_that_waited_while_the_host_ended_is_not_let_in_unpaid(place, host, una, at):
    event = factories.event(place.region, host, at=at)
    close(place, event, at + timedelta(seconds=2))
    with pytest.raises(Refused, match="closed"):
        arrive(place, event, at, membership=una)  # its instant lies before the end, its turn after it
    assert db.session.scalar(select(func.count()).select_from(CheckIn)) == 0


def test_whoever_comes_while_the_sheet_is_open_is_paid_too(place, host, una, at):
    event = factories.event(place.region, host, at=at)
    shown = arrive(place, event, at, membership=host)
    arrive(place, event, at, membership=una)
    close(place, event, at, left_out={shown.id})
    assert (balance(place, host, at), balance(place, una, at)) == (0, 1)


def test_a_host_checks_in_after_the_window_until_the_end(place, host, una, at):
    event = factories.event(place.region, host, at=at)
    late = event.checkin_until + timedelta(minutes=5)
    with pytest.raises(Refused, match="too_late"):
        arrive(place, event, late, membership=una)
    assert arrive(place, event, late, membership=una, judged=Judgement(by_host=True)).number == 1


def test_one_that_cannot_be_ended_does_not_hold_up_the_others(place, host, una, at):
    long_ago = at.replace(year=2019)  # before the region had a rule
    stuck = factories.event(place.region, host, at=at, starts_at=long_ago)
    with transaction():
        service.check_in(
            region=place.region, event_id=stuck.id, key=uuid7(), way="name", by="test", at=long_ago, membership=una
        )
    event = factories.event(place.region, host, at=at)
    arrive(place, event, at, membership=una)
    with transaction():
        assert closing.close_overdue(at=at + timedelta(days=1)) == 1
    assert db.session.get(EventClosure, stuck.id) is None
    assert balance(place, una, at) == 1


def test_a_phone_that_was_undone_may_come_again(place, host, at):
    event = factories.event(place.region, host, at=at)
    first = arrive(place, event, at, visit="phone")
    with transaction():
        service.undo(region=place.region, check_in_id=first.id, by="visitor", at=at)
    assert arrive(place, event, at, visit="phone").number == 2
