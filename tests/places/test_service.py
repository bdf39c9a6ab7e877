"""Visits: one a day for each person and phone, paid within the caps, while the place is open."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.errors import Conflict, Missing, Refused
from app.ledger import queries as ledger
from app.places import service, upkeep
from app.places.models import PlaceVisit
from app.places.rules import Hours
from tests import factories
from tests.places.conftest import Spot, open_place
from tests.threads import all_at_once

PHONE, OTHER = "a-phone-0123456789", "another-phone-0123456789"


def visit(spot: Spot, at: Any, membership: Any = None, phone: str | None = PHONE, **rest: Any) -> service.Visited:
    by = f"membership:{membership.id}" if membership else "visitor"
    who = {"place_id": spot.place.id, "key": uuid7(), "by": by, "at": at, "membership": membership, "phone": phone}
    with transaction():
        return service.visit(region=spot.region, **who | rest)


def rows() -> list[PlaceVisit]:
    return list(db.session.scalars(sa.select(PlaceVisit).order_by(PlaceVisit.id)))


def coins(spot: Spot, membership: Any, at: Any) -> int:
    return ledger.balance(spot.region.id, membership.account_id, at.date(), at=at).available


def test_a_member_gets_one_coin_once_a_day(spot: Spot, at: Any, clock: Any) -> None:
    member = factories.membership(spot.region, at=at)
    first, second = visit(spot, at, member), visit(spot, at, member)
    assert (first.repeated, first.earned.amount, first.earned.activity) == (
        False,
        1,
        f"place:{spot.place.id}:2026-11-28",
    )
    assert (second.repeated, second.id) == (True, first.id)
    assert coins(spot, member, at) == 1
    nextly = clock.move(days=7)
    assert visit(spot, nextly, member).earned.amount == 1
    assert (coins(spot, member, nextly), len(rows())) == (2, 2)


def test_the_same_form_twice_is_one_visit(spot: Spot, at: Any) -> None:
    member, key = factories.membership(spot.region, at=at), uuid7()
    assert visit(spot, at, member, key=key).id == visit(spot, at, member, key=key).id
    assert len(rows()) == 1


def test_a_phone_without_account_is_one_a_day_and_gets_nothing(spot: Spot, at: Any) -> None:
    first, second, other = visit(spot, at), visit(spot, at), visit(spot, at, phone=OTHER)
    assert (first.earned, second.repeated, other.repeated) == (None, True, False)
    assert len(rows()) == 2


def test_whoever_signs_in_afterwards_is_the_same_visit_and_is_paid(spot: Spot, at: Any) -> None:
    member = factories.membership(spot.region, at=at)
    visit(spot, at)
    signed_in = visit(spot, at, member)
    assert (signed_in.repeated, signed_in.earned.amount) == (False, 1)
    assert [row.membership_id for row in rows()] == [member.id]
    assert visit(spot, at).repeated  # signed out again


def test_two_members_on_one_phone_are_two(spot: Spot, at: Any) -> None:
    ume, sora = (factories.membership(spot.region, at=at) for _ in range(2))
    assert [visit(spot, at, one).earned.amount for one in (ume, sora)] == [1, 1]
    assert [row.visit_hash is None for row in rows()] == [False, True]


def test_the_days_cap_gives_nothing_and_records_the_visit(spot: Spot, at: Any) -> None:
    member = factories.membership(spot.region, at=at)
    places = [spot.place, *(open_place(spot.region, at, name=name) for name in ("二", "三"))]
    earned = [visit(spot, at, member, place_id=place.id).earned for place in places]
    assert [(one.amount, one.limited_by) for one in earned] == [(1, None), (1, None), (0, "day")]
    assert len(rows()) == 3


def test_a_place_without_coins_records_only(spot: Spot, at: Any) -> None:
    member, free = factories.membership(spot.region, at=at), open_place(spot.region, at, name="広場", coins=0)
    assert visit(spot, at, member, place_id=free.id).earned is None
    assert coins(spot, member, at) == 0


def test_closed_is_refused_with_when_it_opens(spot: Spot, at: Any, clock: Any) -> None:
    evening = clock.move(hours=8)
    with pytest.raises(Refused, match="place_closed") as refused:
        visit(spot, evening)
    assert refused.value.params["opens_at"].isoformat() == "2026-12-05T00:00:00+00:00"
    with transaction():
        upkeep.set_hours(region_id=spot.region.id, place_id=spot.place.id, hours=[])
    with pytest.raises(Refused, match="place_shut"):
        visit(spot, at)
    assert rows() == []


def test_a_closed_day_is_closed(spot: Spot, at: Any) -> None:
    with transaction():
        upkeep.close_on(region_id=spot.region.id, place_id=spot.place.id, day=at.date(), reason="大そうじ")
    with pytest.raises(Refused, match="place_closed"):
        visit(spot, at)
    with pytest.raises(Conflict, match="closed_already"), transaction():
        upkeep.close_on(region_id=spot.region.id, place_id=spot.place.id, day=at.date(), reason="")
    with transaction():
        upkeep.open_on(region_id=spot.region.id, place_id=spot.place.id, day=at.date())
    assert not visit(spot, at).repeated


def test_somebody_elses_form_is_a_conflict(spot: Spot, at: Any) -> None:
    ume, sora, key = factories.membership(spot.region, at=at), factories.membership(spot.region, at=at), uuid7()
    visit(spot, at, ume, key=key)
    with pytest.raises(Conflict, match="other_request"):
        visit(spot, at, sora, phone=OTHER, key=key)


def test_another_regions_place_is_not_there(spot: Spot, at: Any) -> None:
    other = factories.world("ows", at=at)
    with pytest.raises(Missing), transaction():
        service.visit(region=other.region, place_id=spot.place.id, key=uuid7(), by="visitor", at=at, phone=PHONE)


def test_hours_that_overlap_are_never_written(spot: Spot) -> None:
    with pytest.raises(ValueError, match="weekday 0"), transaction():
        wrong = [Hours(0, "09:00", "13:00"), Hours(0, "12:00", "17:00")]
        upkeep.set_hours(region_id=spot.region.id, place_id=spot.place.id, hours=wrong)


@pytest.mark.parametrize("signed_in", [True, False])
def test_eight_taps_at_once_are_one_visit(spot: Spot, at: Any, app: Any, signed_in: bool) -> None:
    member = factories.membership(spot.region, at=at) if signed_in else None

    def tap() -> str:
        try:
            return "repeated" if visit(spot, at, member).repeated else "done"
        except Conflict as error:
            return "repeated" if error.code == "visited_today" else error.code

    assert all_at_once(app, tap) == ["done"] + ["repeated"] * 7
    assert len(rows()) == 1
    assert member is None or coins(spot, member, at) == 1
