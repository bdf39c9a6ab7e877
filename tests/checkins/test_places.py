"""Who takes how many places at the door: companions, held places, the host's hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.checkins import closing, queries, service
from app.checkins.by_host import desk
from app.checkins.models import CheckIn
from app.checkins.rules import Party
from app.codes import service as codes
from app.db import db, transaction, uuid7
from app.errors import Conflict, Refused
from app.events.models import Event
from app.ledger import proof
from app.ledger import queries as ledger
from app.sign_ups import service as sign_ups
from app.sign_ups.models import SignUp
from tests import factories


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def host(place, at):
    return factories.membership(place.region, at=at)


def arrive(place, event, at, **rest):
    values = {"key": uuid7(), "way": "poster", "by": "visitor"} | rest
    with transaction():
        return service.check_in(region=place.region, event_id=event.id, at=at, **values)


def let_in(place, event, at, **rest):
    values = {"key": uuid7(), "way": "name", "by": "membership:1"} | rest
    with transaction():
        return desk.let_in(region=place.region, event_id=event.id, at=at, **values)


def sign_up(place, event, at, people=1, children=0, **who):
    """Signed up the day before."""
    party = sign_ups.Party(people=people, children=children)
    with transaction():
        row = sign_ups.sign_up(
            region=place.region,
            event_id=event.id,
            key=uuid7(),
            party=party,
            by="test",
            at=at - timedelta(days=1),
            **who,
        )
        return row.id


def counts(event):
    db.session.expire_all()
    row = db.session.get(Event, event.id)
    return row.taken, row.booked, row.capacity


def state(sign_up_id):
    db.session.expire_all()
    return db.session.get(SignUp, sign_up_id).state


def balance(place, member, at):
    return ledger.balance(place.region.id, member.account_id, at.date()).available


# --- people who come along ----------------------------------------------------------------------------------


def test_whoever_comes_along_takes_places_too(place, host, at):
    event = factories.event(place.region, host, at=at, capacity=4)
    first = arrive(place, event, at, visit="phone", party=Party(companions=2, children=1, names="はな"))
    row = db.session.get(CheckIn, first.id)
    assert (row.companions, row.children, row.companion_names) == (2, 1, "はな")
    assert counts(event) == (3, 0, 4)
    with pytest.raises(Refused, match="places_few") as refusal:
        arrive(place, event, at, visit="other", party=Party(companions=1))
    assert refusal.value.params["left"] == 1
    assert arrive(place, event, at, visit="other").number == 2
    with transaction():
        service.undo(region=place.region, check_in_id=first.id, by="visitor", at=at)
    assert counts(event) == (1, 0, 4)


def test_another_number_later(place, host, at):
    event = factories.event(place.region, host, at=at, capacity=3)
    row = arrive(place, event, at, visit="phone")

    def change(companions, *, children=0, by_host=False):
        with transaction():
            party = Party(companions=companions, children=children)
            desk.change_party(region=place.region, check_in_id=row.id, party=party, at=at, by_host=by_host)
        return counts(event)

    assert change(2, children=1) == (3, 0, 3)
    with pytest.raises(Refused, match="full"):
        change(3)
    assert change(4, by_host=True) == (5, 0, 5)
    assert change(0) == (1, 0, 5)
    with transaction():
        service.undo(region=place.region, check_in_id=row.id, by="visitor", at=at)
    with pytest.raises(Conflict, match="already_undone"):
        change(1)


def test_companions_count_for_people_and_hours_and_never_for_coins(place, host, at):
    event = factories.event(place.region, host, at=at, coins=2)
    one = factories.membership(place.region, at=at)
    arrive(place, event, at, membership=one, party=Party(companions=3, children=2))
    with transaction():
        closing.close(region=place.region, event_id=event.id, by="membership:1", at=at)
    sums = queries.sums(event)
    assert (sums.people, sums.children, sums.minutes, sums.coins) == (4, 2, 4 * 120, 2)
    assert balance(place, one, at) == 2
    assert proof.prove()["ok"]


# --- places that sign-ups hold ------------------------------------------------------------------------------


def test_a_held_place_is_nobody_elses(place, host, at):
    event = factories.event(place.region, host, at=at, capacity=3)
    one = factories.membership(place.region, at=at)
    held = sign_up(place, event, at, people=2, membership=one)
    arrive(place, event, at, visit="walks in")
    with pytest.raises(Refused, match="places_held"):
        arrive(place, event, at, visit="too late")
    assert arrive(place, event, at, membership=one, party=Party(companions=1)).number == 2
    assert counts(event) == (3, 0, 3)
    assert state(held) == "arrived"
    with pytest.raises(Refused, match="full"):
        arrive(place, event, at, visit="too late")


def test_a_visitors_phone_finds_its_place_also_once_it_is_a_members(place, host, at):
    event = factories.event(place.region, host, at=at, capacity=2)
    one = factories.membership(place.region, at=at)
    for phone in ("first", "second"):
        sign_up(place, event, at, visit=phone)
    assert arrive(place, event, at, visit="first").number == 1
    assert arrive(place, event, at, membership=one, visit_hash=codes.digest("second")).number == 2
    assert counts(event) == (2, 0, 2)


def test_fewer_than_signed_up_leave_room_and_undo_holds_the_places_again(place, host, at):
    event = factories.event(place.region, host, at=at, capacity=3)
    one = factories.membership(place.region, at=at)
    held = sign_up(place, event, at, people=3, membership=one)
    row = arrive(place, event, at, membership=one)
    assert counts(event) == (1, 0, 3)
    with transaction():
        service.undo(region=place.region, check_in_id=row.id, by="visitor", at=at)
    assert counts(event) == (0, 3, 3)
    assert state(held) == "going"


def test_a_party_that_has_grown_is_refused_and_keeps_its_place(place, host, at):
    event = factories.event(place.region, host, at=at, capacity=2)
    one = factories.membership(place.region, at=at)
    held = sign_up(place, event, at, membership=one)
    sign_up(place, event, at, visit="other")
    with pytest.raises(Refused, match="places_few"):
        arrive(place, event, at, membership=one, party=Party(companions=1))
    assert (counts(event), state(held)) == ((0, 2, 2), "going")


def test_the_invited_enter_and_others_do_not(place, host, at):
    event = factories.event(place.region, host, at=at, audience="invited")
    stranger = factories.membership(place.region, at=at)
    guest = factories.membership(place.region, at=at)
    row = {"people": 1, "children": 0, "state": "invited", "key": uuid7(), "by": "test", "at": at}
    with transaction():
        db.session.add(SignUp(region_id=place.region.id, event_id=event.id, membership_id=guest.id, **row))
    with pytest.raises(Refused, match="invited_only"):
        arrive(place, event, at, membership=stranger)
    assert arrive(place, event, at, membership=guest).number == 1
    assert db.session.scalars(select(SignUp.state)).all() == ["arrived"]
    assert let_in(place, event, at, membership=stranger).number == 2


# --- the host's hand ----------------------------------------------------------------------------------------


def test_the_hosts_tap_grows_a_full_house_by_all_who_come(place, host, at):
    event = factories.event(place.region, host, at=at, capacity=2)
    sign_up(place, event, at, visit="held")
    arrive(place, event, at, visit="here")
    made = let_in(place, event, at, nickname="はな", party=Party(companions=2))
    assert made.capacity_raised == 3
    assert counts(event) == (4, 1, 5)
    assert arrive(place, event, at, visit="held").number == 3  # nobody took the held place


@pytest.mark.parametrize("days", [0, 7])
def test_after_the_end_it_is_a_correction_and_paid_like_the_others(place, host, at, days):
    event = factories.event(place.region, host, at=at, coins=2)
    one = factories.membership(place.region, at=at)
    with transaction():
        closing.close(region=place.region, event_id=event.id, by="membership:1", at=at)
    later, key = at + timedelta(days=days), uuid7()
    row = db.session.get(CheckIn, let_in(place, event, later, membership=one, way="paper", key=key).id)
    assert (row.at, row.way, row.by) == (event.starts_at, "paper", "membership:1")
    assert balance(place, one, at) == 2
    assert let_in(place, event, later, membership=one, way="paper", key=key).repeated
    assert balance(place, one, at) == 2
    assert proof.prove()["ok"]


def test_after_a_week_nobody_is_entered(place, host, at):
    event = factories.event(place.region, host, at=at)
    with transaction():
        closing.close(region=place.region, event_id=event.id, by="membership:1", at=at)
    with pytest.raises(Refused, match="correction_late"):
        let_in(place, event, at + timedelta(days=7, seconds=1), nickname="はな")


def test_a_clear_reading_is_one_person(place, at):
    hana = factories.membership(place.region, at=at, name="見本 花", yomi="みほん はな")
    hanako = factories.membership(place.region, at=at, name="見本 花子", yomi="みほん はなこ")
    assert desk.look_up(place.region, "はなこ").one == hanako
    assert desk.look_up(place.region, "みほん はな").one == hana  # in full, though it is in another too
    assert desk.look_up(place.region, "はな").one is None
    assert desk.look_up(place.region, "は").one is None
    assert desk.look_up(place.region, hana.number).one == hana
