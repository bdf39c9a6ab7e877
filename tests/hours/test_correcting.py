"""Putting right what was confirmed: the old entry stays, another takes it back, the right one waits."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.hours import queries
from app.issuing.models import Earning
from app.ledger import proof
from app.ledger import service as ledger
from tests.hours.factories import refused


@pytest.fixture
def two_hours(place):
    """Two confirmed hours of Sora, which gave two coins."""
    row = place.confirmed(place.yaku, place.log(place.sora, 120, with_membership=place.kaze))
    assert place.coins(place.sora) == 2
    return row


def spend(place, who, amount):
    with transaction():
        shop_id = ledger.open_account(region_id=place.region.id, kind="shop", owner="shop:1")
        values = {"from_id": who.account_id, "to_id": shop_id, "amount": amount, "kind": "purchase", "actor": "till:1"}
        ledger.spend(key=uuid7(), region_id=place.region.id, at=place.at, on=place.today, **values)


def test_the_old_one_stays_and_is_taken_back(place, two_hours):
    right = place.correct(place.sora, two_hours, 60, reason="1時間でした")
    old, back, new = place.rows(place.sora)
    assert (old.state, old.minutes, old.reversed) == ("confirmed", 120, True)
    assert (back.minutes, back.reverses_id, back.state, back.way) == (-120, old.id, "confirmed", "correction")
    assert (back.reason, back.confirmed_by_id, back.confirmed_as) == ("1時間でした", place.sora.id, "own")
    assert new.id == right.id and (new.minutes, new.state, new.activity) == (60, "waiting", old.activity)
    assert (new.what, new.with_id, new.day) == (old.what, place.kaze.id, old.day)
    assert (place.coins(place.sora), place.minutes_of(place.sora)) == (0, 60)
    assert queries.confirmed_minutes(place.sora) == 0 and queries.activities(place.sora, None) == 0
    place.confirmed(place.kaze, right)
    assert (place.coins(place.sora), queries.confirmed_minutes(place.sora)) == (1, 60)
    assert place.issued(place.sora, "FY2026") == 1


def test_taken_back_for_good(place, two_hours):
    assert place.correct(place.yaku, two_hours) is None
    assert (place.coins(place.sora), place.minutes_of(place.sora), place.issued(place.sora, "FY2026")) == (0, 0, 0)
    with refused("hours_corrected"):
        place.correct(place.sora, two_hours, 60)


def test_spent_coins_are_written_off_and_nobody_is_in_debt(place, two_hours):
    spend(place, place.sora, 2)
    place.correct(place.sora, two_hours)
    assert place.coins(place.sora) == 0
    assert proof.prove(place.region.id)["ok"]
    assert place.issued(place.sora, "FY2026") == 0


def test_the_same_form_again_is_answered_alike(place, two_hours):
    key = uuid7()
    first = place.correct(place.sora, two_hours, 60, key=key)
    assert place.correct(place.sora, two_hours, 60, key=key).id == first.id
    with refused("other_request"):
        place.correct(place.sora, two_hours, None, key=key)
    assert len(place.rows()) == 3


@pytest.mark.parametrize(
    ("minutes", "reason", "code"),
    [(60, " ", "reason_missing"), (120, "x", "hours_same"), (50, "x", "hours_step"), (900, "x", "hours_length")],
)
def test_what_is_no_correction(place, two_hours, minutes, reason, code):
    with refused(code):
        place.correct(place.sora, two_hours, minutes, reason=reason)


def test_who_corrects(place, two_hours):
    for who in (place.kaze, place.hana, place.machi):
        with refused("not_allowed"):
            place.correct(who, two_hours)
    row = place.confirmed(place.kaze, place.log(place.sora, with_membership=place.kaze))
    place.correct(place.kaze, row)  # who confirmed it


def test_what_waits_is_withdrawn_not_corrected(place):
    with refused("hours_not_confirmed"):
        place.correct(place.sora, place.log(place.sora), 30)
    done = place.confirmed(place.yaku, place.log(place.sora))
    place.correct(place.sora, done)
    with refused("hours_not_confirmed"):
        place.correct(place.sora, place.rows()[-1], 30)


def test_a_longer_day_must_still_have_room(place, two_hours):
    place.log(place.sora, 600)
    with refused("hours_full"):
        place.correct(place.sora, two_hours, 135)
    assert (place.coins(place.sora), len(place.rows())) == (2, 2)
    place.correct(place.sora, two_hours, 60)


def test_nobody_raises_their_own_coins_by_a_correction(place):
    """The right entry waits for another person: its writer, if a steward, does not confirm it."""
    row = place.confirmed(place.jimu, place.log(place.yaku, 60))
    right = place.correct(place.yaku, row, 120)
    assert place.confirm(place.yaku, right)[0].skipped == "hours_own"
    assert place.coins(place.yaku) == 0


def test_the_coins_of_last_year_go_back_to_last_years_counters(place):
    """Work of 31 March, confirmed in April and corrected in May: all of it counts for the 年度 of the day."""
    place.at = place.at.replace(year=2027, month=4, day=2)
    day = place.today.replace(month=3, day=31)
    row = place.confirmed(place.yaku, place.log(place.sora, 120, day))
    assert (place.issued(place.sora, "FY2026"), place.issued(place.sora, "FY2027")) == (2, 0)
    place.at += timedelta(days=40)
    place.correct(place.sora, row, 60)
    assert (place.issued(place.sora, "FY2026"), place.issued(place.sora, day.isoformat())) == (0, 0)


def test_the_coins_of_a_gathering_stay(place):
    event = place.gathering(place.kaze, minutes=120)
    place.arrive(event, place.sora)
    place.end(event, place.kaze)
    row = place.rows(place.sora)[0]
    place.correct(place.sora, row, 60)
    assert place.coins(place.sora) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Earning)) == 1
    right = place.rows(place.sora)[-1]
    assert place.confirmed(place.kaze, right).confirmed_as == "host"
    assert (place.coins(place.sora), queries.confirmed_minutes(place.sora)) == (1, 60)
