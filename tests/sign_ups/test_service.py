from datetime import timedelta

import pytest

from app.codes.service import digest
from app.db import db, transaction, uuid7
from app.errors import Conflict, Missing, Refused
from app.events import queries as events
from app.events import service as gatherings
from app.events.models import Event
from app.events.rules import places_left, state
from app.jobs import service as jobs
from app.sign_ups import invitations, queries, service
from app.sign_ups.models import SignUp
from tests import factories

HOUR = timedelta(hours=1)


def test_places_are_held_until_there_are_none(make, sign_up, stands, at):
    event = make(capacity=3)
    assert sign_up(event, "a", 2, children=1).state == "going"
    assert sign_up(event, "b", 2).state == "waiting"
    assert sign_up(event, "c").state == "waiting"  # one place is free, but somebody waits for it
    assert stands(event) == (0, 2, [(2, "going"), (2, "waiting"), (1, "waiting")])
    full = db.session.get(Event, event.id)
    assert (places_left(full), state(full, at)) == (1, "upcoming")


def test_without_a_capacity_everybody_has_a_place(make, sign_up, stands):
    event = make(capacity=None)
    assert {sign_up(event, phone, 20).state for phone in "abc"} == {"going"}
    assert stands(event)[1] == 60


def test_the_same_form_phone_and_member_are_one_sign_up(make, sign_up, stands, una):
    event, key = make(capacity=5), uuid7()
    first = sign_up(event, "a", 2, key=key)
    assert sign_up(event, "a", 2, key=key).id == first.id
    assert sign_up(event, "a", 4).id == first.id
    assert sign_up(event, una).id == sign_up(event, una).id
    assert stands(event)[1] == 3
    with pytest.raises(Conflict, match="other_request"):
        sign_up(make(), "b", key=key)


def test_a_form_that_is_sent_again_after_leaving_takes_no_place(make, sign_up, leave, stands):
    event, key = make(capacity=5), uuid7()
    sign_up(event, "a", key=key)
    leave(event, "a")
    assert sign_up(event, "a", key=key).state == "cancelled"
    assert stands(event) == (0, 0, [])
    assert sign_up(event, "a").state == "going"


def test_whoever_leaves_lets_the_next_move_up_and_nobody_is_skipped(make, sign_up, leave, stands, at):
    event = make(capacity=3)
    sign_up(event, "a", 1)
    sign_up(event, "b", 2)
    sign_up(event, "large", 3)
    sign_up(event, "small", 1)
    leave(event, "a")
    assert stands(event) == (0, 2, [(2, "going"), (3, "waiting"), (1, "waiting")])
    leave(event, "b")
    assert stands(event) == (0, 3, [(3, "going"), (1, "waiting")])
    moved = queries.own(event, None, digest("large"))
    assert moved.promoted_at == at and queries.ahead(queries.own(event, None, digest("small"))) == 1
    assert leave(event, "a") is None


def test_more_places_let_the_waiting_move_up_and_fewer_are_refused_below_what_is_held(make, sign_up, stands, place, at):
    event = make(capacity=2)
    for phone in "abcd":
        sign_up(event, phone)

    def resize(capacity):
        with transaction():
            service.set_capacity(region=place.region, event_id=event.id, capacity=capacity, at=at)

    resize(3)
    assert stands(event)[1] == 3
    with pytest.raises(Refused, match="capacity_low"):
        resize(2)
    resize(None)
    assert stands(event)[1] == 4


def test_a_party_larger_than_the_hall_is_told_so(make, sign_up):
    with pytest.raises(Refused, match="party_too_large"):
        sign_up(make(capacity=2), "a", 3)


def test_the_last_twelve_hours_give_free_places_to_whoever_asks(make, sign_up, leave, stands):
    event = make(capacity=1)
    sign_up(event, "a")
    sign_up(event, "b")
    late = event.starts_at - 11 * HOUR
    leave(event, "a", when=late)
    assert stands(event) == (0, 0, [(1, "waiting")])
    assert sign_up(event, "b", when=late).state == "going"  # asks again
    assert sign_up(event, "c", when=late).state == "waiting"


def test_the_sweep_finds_what_became_free(make, sign_up, stands, at):
    event = make(capacity=1)
    sign_up(event, "a")
    sign_up(event, "b")
    with transaction():
        db.session.get(Event, event.id).capacity = 2
    assert "sign_ups.promote" in jobs.run_due(at)
    with transaction():
        assert service.sweep(at=at) == 0
    assert stands(event)[2] == [(1, "going"), (1, "going")]


def test_an_arrival_gives_its_held_places_to_the_door_and_gets_them_back_when_undone(make, sign_up, stands, at):
    event = make(capacity=3)
    sign_up(event, "a", 2)
    sign_up(event, "b", 2)
    who = {"event_id": event.id, "visit_hash": digest("a"), "at": at}
    with transaction():
        assert service.arrive(**who) == 2
        db.session.query(Event).filter_by(id=event.id).update({"taken": 2})
    assert stands(event) == (2, 0, [(2, "arrived"), (2, "waiting")])
    with transaction():
        assert service.arrive(**who) == 0
    with transaction():
        db.session.query(Event).filter_by(id=event.id).update({"taken": 0})
        service.unarrive(**who, arrived_at=at)
    assert stands(event) == (0, 2, [(2, "going"), (2, "waiting")])
    with transaction():
        assert service.arrive(event_id=event.id, visit_hash=digest("nobody"), at=at) == 0


def test_those_who_have_not_come_lose_their_places_once_it_has_begun(make, sign_up, stands, place):
    event = make(capacity=3)
    sign_up(event, "a", 2)

    def free(when):
        with transaction():
            return service.free_absent(region=place.region, event_id=event.id, at=when)

    with pytest.raises(Refused, match="free_early"):
        free(event.starts_at - HOUR)
    assert free(event.starts_at) == 2
    assert free(event.starts_at) == 0
    assert stands(event) == (0, 0, [])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"cancelled": True}, "cancelled"),
        ({"audience": "members"}, "sign_up_members"),
        ({"audience": "invited"}, "invited_only"),
        ({"published_at": None}, "not_published"),
    ],
)
def test_a_sign_up_is_refused_in_words(make, sign_up, changes, code, at):
    changes = dict(changes)
    if changes.pop("cancelled", False):
        changes["cancelled_at"] = at
    with pytest.raises(Refused, match=code):
        sign_up(make(**changes), "a")


def test_another_regions_gathering_is_not_there(make, at):
    other = factories.world("ows", at=at)
    event = make()
    with pytest.raises(Missing), transaction():
        service.leave(region=other.region, event_id=event.id, at=at, visit="a")


# --- inviting -------------------------------------------------------------------------------------------------


@pytest.fixture
def invite(place, at):
    def invite(event, *members):
        with transaction():
            return invitations.invite(region=place.region, event_id=event.id, members=members, by="membership:1", at=at)

    return invite


def test_those_invited_answer_and_may_think_again(make, invite, sign_up, leave, stands, una):
    event = make(audience="invited", capacity=5)
    assert not queries.may_enter(event, una)
    assert (invite(event, una), invite(event, una)) == (1, 0)
    assert queries.may_enter(event, una) and not queries.may_enter(event, None)
    assert leave(event, una).state == "declined"
    assert queries.own(event, una, None).state == "declined"
    assert sign_up(event, una).state == "going"
    assert leave(event, una).state == "declined"
    assert queries.may_enter(event, una)
    assert stands(event) == (0, 0, [(1, "declined")])


def test_an_invitation_is_no_place_in_the_queue(make, invite, sign_up, stands, una, place, at):
    event = make(audience="members", capacity=1)
    invite(event, una)
    others = [factories.membership(place.region, at=at) for _ in range(2)]
    for other in others:
        sign_up(event, other)
    assert sign_up(event, una).state == "waiting"
    assert stands(event)[2] == [(1, "going"), (1, "waiting"), (1, "waiting")]
    assert queries.ahead(queries.own(event, una, None)) == 2


def test_members_of_another_region_are_not_invited(make, invite, at):
    other = factories.world("ows", at=at)
    stranger = factories.membership(other.region, at=at)
    assert invite(make(audience="invited"), stranger) == 0


def test_a_group_is_a_kind_or_a_duty(place, una, host, at):
    from app.home.service import give_duties

    friend = factories.membership(place.region, at=at, kind="friend")
    with transaction():
        give_duties(region=place.region, membership=una, roles=("steward",), at=at)
    found = {name: {one.id for one in queries.group(place.region, name, at.date())} for name in
             ("kind:resident", "kind:friend", "duty:steward", "duty:office")}  # fmt: skip
    assert found["kind:friend"] == {friend.id} and found["duty:steward"] == {una.id} and not found["duty:office"]
    assert found["kind:resident"] == {una.id, host.id}


# --- postponed ------------------------------------------------------------------------------------------------


def postpone(place, event, at, days=7):
    with transaction():
        gatherings.postpone(
            region=place.region, event_id=event.id, starts_at=event.starts_at + timedelta(days=days), reason="雨", at=at
        )


def open_day(place, event, at):
    with transaction():
        return invitations.open_new_day(region=place.region, event_id=event.id, at=at)


def test_a_postponed_gathering_takes_everybody_along_in_order(make, sign_up, stands, place, at, una):
    event = make(capacity=3, title_en="Mowing", question_1="アレルギー")
    sign_up(event, "a", 3, name="さくら", answer_1="そば")
    sign_up(event, una)
    sign_up(event, "c")
    with pytest.raises(Refused, match="not_postponed"):
        open_day(place, event, at)
    postpone(place, event, at)
    fresh = open_day(place, event, at)
    assert open_day(place, event, at).id == fresh.id
    assert fresh.starts_at - event.starts_at == timedelta(days=7) and fresh.code != event.code
    assert (fresh.title_en, fresh.question_1, fresh.checkin_from) == (
        "Mowing",
        "アレルギー",
        fresh.starts_at - HOUR,
    )
    assert stands(fresh) == (0, 3, [(3, "going"), (1, "waiting"), (1, "waiting")])
    assert queries.own(fresh, None, digest("a")).answer_1 == "そば"
    named, unnamed = queries.to_call(event)
    assert (len(named), unnamed) == (2, 1)  # they still have to be told
    assert state(db.session.get(Event, event.id), at) == "postponed"


def test_a_postponement_is_taken_back_unless_the_new_day_stands(make, place, at):
    event = make()
    postpone(place, event, at)
    fresh = open_day(place, event, at)

    def keep():
        with transaction():
            gatherings.keep_day(region=place.region, event_id=event.id, at=at)

    with pytest.raises(Refused, match="new_day_open"):
        keep()
    with transaction():
        gatherings.cancel(region=place.region, event_id=fresh.id, reason="雪", at=at)
    keep()
    assert events.new_day(event) is None and state(event, at) == "upcoming"


def test_it_may_be_postponed_again_and_again_taken_along(make, sign_up, stands, place, at):
    event = make(capacity=2)
    sign_up(event, "a")
    postpone(place, event, at)
    first = open_day(place, event, at)
    postpone(place, event, at, days=14)
    second = open_day(place, event, at)
    assert second.id != first.id and stands(second) == (0, 1, [(1, "going")])


@pytest.mark.parametrize(
    ("changes", "days", "code"),
    [({}, 0, "same_day"), ({}, -30, "field_past"), ({"published_at": None}, 7, "not_published")],
)
def test_a_postponement_is_refused_in_words(make, place, at, changes, days, code):
    with pytest.raises(Refused, match=code):
        postpone(place, make(**changes), at, days)


def test_ticking_off_whom_one_has_called(make, sign_up, place, at):
    event = make()
    row = sign_up(event, "a", contact="0743-00-0000")

    def call(called, event_id=event.id):
        with transaction():
            invitations.call(region=place.region, event_id=event_id, sign_up_id=row.id, called=called, at=at)
        return db.session.get(SignUp, row.id).called_at

    assert (call(True), call(False)) == (at, None)
    with pytest.raises(Missing):
        call(True, make().id)
