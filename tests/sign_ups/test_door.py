"""What was held becomes taken at the door, whoever opens it, and is held again when the arrival is undone."""

from datetime import timedelta

import pytest

from app.checkins import service as door
from app.checkins.rules import Party
from app.codes.service import digest
from app.db import db, transaction, uuid7
from app.errors import Refused
from app.events.models import Event
from app.sign_ups import invitations, service
from tests import factories


@pytest.fixture
def arrive(place):
    def arrive(event, **who):
        with transaction():
            return door.check_in(
                region=place.region,
                event_id=event.id,
                key=uuid7(),
                way="poster",
                by="test",
                at=event.starts_at,
                **who,
            )

    return arrive


def test_held_places_are_kept_for_those_who_signed_up(make, sign_up, arrive, stands):
    event = make(capacity=3)
    sign_up(event, "a", 2)
    assert arrive(event, visit="walks in").number == 1
    with pytest.raises(Refused, match="places_held"):
        arrive(event, visit="walks in too")
    assert stands(event) == (1, 2, [(2, "going")])
    arrive(event, visit="a", party=Party(companions=1))
    assert stands(event) == (3, 0, [(2, "arrived")])


def test_an_undone_arrival_is_a_sign_up_again(make, sign_up, arrive, stands, place, una):
    event = make(capacity=3)
    sign_up(event, una, 2)
    came = arrive(event, membership=una, party=Party(companions=1))
    with transaction():
        door.undo(region=place.region, check_in_id=came.id, by="test", at=event.starts_at + timedelta(minutes=1))
    assert stands(event) == (0, 2, [(2, "going")])


def test_whoever_waits_and_comes_anyway_is_not_waited_for(make, sign_up, arrive, stands):
    event = make(capacity=2)
    sign_up(event, "a", 1)
    sign_up(event, "b", 2)
    arrive(event, visit="b")
    assert stands(event) == (1, 1, [(1, "going"), (2, "arrived")])


def test_only_those_invited_come_in(make, arrive, place, una, at):
    event = make(audience="invited")
    other = factories.membership(place.region, at=at)
    with transaction():
        invitations.invite(region=place.region, event_id=event.id, members=[una], by="test", at=at)
    with pytest.raises(Refused, match="invited_only"):
        arrive(event, membership=other)
    assert arrive(event, membership=una).number == 1


# --- nobody asked for a place, or waits for one ---------------------------------------------------------------


@pytest.fixture
def undo(place):
    def undo(came, at):
        with transaction():
            door.undo(region=place.region, check_in_id=came.id, by="test", at=at)

    return undo


@pytest.fixture
def invite(place, at):
    def invite(event, *members):
        with transaction():
            invitations.invite(region=place.region, event_id=event.id, members=members, by="test", at=at)

    return invite


@pytest.mark.parametrize("audience", ["open", "invited"])
def test_an_undone_arrival_of_the_invited_is_an_invitation_again(
    make, arrive, undo, invite, leave, stands, una, audience
):
    """Without a place that nobody asked for; and whoever had said no has said no."""
    event = make(audience=audience, capacity=2)
    invite(event, una)
    later = event.starts_at + timedelta(minutes=1)
    came = arrive(event, membership=una)
    assert stands(event) == (1, 0, [(1, "arrived")])
    undo(came, later)
    assert stands(event) == (0, 0, [(1, "invited")])
    leave(event, una)
    undo(arrive(event, membership=una), later)
    assert stands(event) == (0, 0, [(1, "declined")])


def test_whoever_waits_and_walks_in_has_come_though_nobody_holds_a_place(make, sign_up, arrive, stands, undo, at):
    """Everybody who had a place is here: nothing is booked any more, and the queue is still known."""
    event = make(capacity=2)
    sign_up(event, "a", 2)
    sign_up(event, "b", 1)
    sign_up(event, "c", 1)
    arrive(event, visit="a")
    came = arrive(event, visit="b")
    assert stands(event) == (2, 0, [(2, "arrived"), (1, "arrived"), (1, "waiting")])
    with transaction():
        db.session.get(Event, event.id).capacity = 4
        assert service.promote(event=db.session.get(Event, event.id), at=at)[0].visit_hash == digest("c")
    assert stands(event) == (2, 1, [(2, "arrived"), (1, "arrived"), (1, "going")])
    undo(came, event.starts_at)
    assert stands(event) == (1, 2, [(2, "arrived"), (1, "going"), (1, "going")])


def test_the_list_shows_who_walked_in_as_come(client, make, sign_up, arrive, host, una, invite, place, at):
    event = make(capacity=1)
    guest = factories.membership(place.region, at=at, name="見本 まつ", yomi="みほん まつ")
    sign_up(event, "a", 1)
    sign_up(event, una, 1)
    invite(event, guest)
    free = {"region": place.region, "event_id": event.id, "at": event.starts_at}
    with transaction():
        assert service.free_absent(**free) == 1
    page = client.get(f"/tsk/events/{event.id}/sign-ups").text
    assert "キャンセル待ち · 1件" in page and "よんだ人（返事まち） · 1件" in page and "受付した人" not in page
    arrive(event, membership=una)
    with transaction():
        db.session.get(Event, event.id).capacity = 2
    arrive(event, membership=guest)
    page = client.get(f"/tsk/events/{event.id}/sign-ups").text
    assert "受付した人 · 2件" in page and "キャンセル待ち" not in page and "返事まち" not in page
