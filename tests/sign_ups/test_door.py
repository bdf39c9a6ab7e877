"""What was held becomes taken at the door, whoever opens it, and is held again when the arrival is undone."""

from datetime import timedelta

import pytest

from app.checkins import service as door
from app.db import transaction, uuid7
from app.errors import Refused
from app.sign_ups import invitations
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
    arrive(event, visit="a", companions=1)
    assert stands(event) == (3, 0, [(2, "arrived")])


def test_an_undone_arrival_is_a_sign_up_again(make, sign_up, arrive, stands, place, una):
    event = make(capacity=3)
    sign_up(event, una, 2)
    came = arrive(event, membership=una, companions=1)
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
