"""The second person: who may be it, what it pays, and what is sent back."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.errors import Missing
from app.hours import queries
from app.hours import service as hours
from app.hours.models import HoursEntry
from app.issuing import service as issuing
from app.issuing.models import Earning
from tests import factories
from tests.hours.factories import refused


def told(place, by, *rows):
    return [one.skipped for one in place.confirm(by, *rows)]


# --- who ----------------------------------------------------------------------------------------------------


def test_the_named_one_the_steward_and_the_office_confirm(place):
    for by, name in ((place.kaze, "named"), (place.yaku, "steward"), (place.jimu, "office")):
        row = place.confirmed(by, place.log(place.sora, with_membership=place.kaze))
        assert (row.state, row.confirmed_by_id, row.confirmed_as) == ("confirmed", by.id, name)
        assert row.confirmed_at == place.at


def test_nobody_confirms_their_own_whatever_they_are(place):
    for who in (place.sora, place.yaku, place.jimu):
        assert told(place, who, place.log(who)) == ["hours_own"]
    assert {row.state for row in place.rows()} == {"waiting"}


def test_nobody_confirms_their_households_whatever_they_are(place):
    place.share_roof(place.kaze, place.yaku)
    row = place.log(place.kaze, with_membership=place.yaku)
    assert told(place, place.yaku, row) == ["hours_household"]
    assert told(place, place.hana, place.log(place.sora, with_membership=place.hana)) == ["hours_household"]


def test_who_typed_it_in_never_confirms_it(place):
    row = place.log(place.sora, entered_by=place.jimu, with_membership=place.kaze)
    assert (row.way, row.entered_by_id) == ("proxy", place.jimu.id)
    assert told(place, place.jimu, row) == ["hours_typed"]
    assert told(place, place.kaze, row) == [None]


def test_who_typed_a_correction_never_confirms_it(place):
    row = place.confirmed(place.jimu, place.log(place.sora))
    right = place.correct(place.yaku, row, 120)
    assert told(place, place.yaku, right) == ["hours_typed"]
    assert told(place, place.jimu, right) == [None]


def test_a_stranger_does_not_confirm(place):
    assert told(place, place.kaze, place.log(place.sora, with_membership=place.hana)) == ["hours_stranger"]


def test_an_officer_never_confirms(place):
    place.roles[place.machi.id] = {"officer", "steward"}
    assert told(place, place.machi, place.log(place.sora, with_membership=None)) == ["not_allowed"]


def test_who_has_no_number_yet_does_not_confirm(place):
    guest = place.person(standing="provisional")
    assert told(place, guest, place.log(place.sora, with_membership=guest)) == ["hours_numberless"]


def test_whoever_was_at_the_gathering_confirms_the_others(place):
    event = place.gathering(place.sora)
    for who in (place.kaze, place.hana, place.yaku):
        place.arrive(event, who)
    place.end(event, "job:close")
    row = place.rows(place.hana)[0]
    assert row.state == "waiting"
    stranger = place.person()
    assert told(place, stranger, row) == ["hours_stranger"]
    assert place.confirmed(place.kaze, row).confirmed_as == "together"


def test_whose_hours_of_the_gathering_were_taken_back_was_not_there(place):
    event = place.gathering(place.sora)
    arrival = place.arrive(event, place.kaze)
    place.arrive(event, place.hana)
    place.end(event, "job:close")
    place.undo(arrival, place.sora)
    assert told(place, place.kaze, place.rows(place.hana)[0]) == ["hours_stranger"]


def test_the_database_refuses_what_a_mistake_would_let_through(place):
    """The CHECKs stand behind the rules."""
    own, typed = place.log(place.sora), place.log(place.kaze, entered_by=place.jimu)
    for row, who in ((own, place.sora), (typed, place.jimu)):
        change = sa.update(HoursEntry).where(HoursEntry.id == row.id)
        with pytest.raises(sa.exc.IntegrityError), transaction():
            db.session.execute(change.values(state="confirmed", confirmed_at=place.at, confirmed_by_id=who.id))


# --- what it pays -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "coins"), [(45, 0), (60, 1), (105, 1), (120, 2), (720, 2)])
def test_confirmed_hours_earn_by_the_regions_rule(place, minutes, coins):
    (done,) = place.confirm(place.yaku, place.log(place.sora, minutes))
    assert place.coins(place.sora) == coins
    assert (done.earned.amount if done.earned else 0) == coins
    if coins:
        earning = db.session.scalars(sa.select(Earning)).one()
        assert (earning.activity, earning.day) == (done.entry.activity, place.today)
        assert done.entry.activity == f"hours:{done.entry.key}"


def test_paid_work_earns_nothing(place):
    (done,) = place.confirm(place.yaku, place.log(place.sora, 120, paid=True))
    assert done.earned is None and place.coins(place.sora) == 0
    assert queries.months(place.region, place.today, place.today)[0][1:3] == (120, 120)


def test_the_days_cap_is_that_of_the_day_of_the_work(place):
    """Three works of one day give two coins, however late they are confirmed; the day after gives again."""
    yesterday = place.today - timedelta(days=1)
    rows = [place.log(place.sora, 60, yesterday) for _ in range(3)] + [place.log(place.sora, 60)]
    earned = [one.earned for one in place.confirm(place.yaku, *rows)]
    assert [one.amount for one in earned] == [1, 1, 0, 1]
    assert [one.limited_by for one in earned] == [None, None, "day", None]
    assert place.issued(place.sora, yesterday.isoformat()) == 2


def test_at_an_empty_budget_it_is_confirmed_all_the_same(place):
    with transaction():
        programme = {"region_id": place.region.id, "programme_id": place.world.programme.id}
        issuing.set_budget(**programme, fiscal_year=2026, cap=1)
    rows = [place.log(who, 120) for who in (place.sora, place.kaze)]
    done = place.confirm(place.yaku, *rows)
    assert [(one.earned.amount, one.earned.limited_by) for one in done] == [(1, "budget"), (0, "budget")]
    assert {one.entry.state for one in done} == {"confirmed"}


def test_confirming_twice_pays_once(place):
    row = place.log(place.sora, 60)
    first, second = place.confirm(place.yaku, row)[0], place.confirm(place.yaku, row)[0]
    assert (first.earned.repeated, second.earned.repeated) == (False, True)
    assert second.skipped is None and place.coins(place.sora) == 1
    assert told(place, place.jimu, row) == ["hours_confirmed"]


def test_without_a_rule_hours_are_confirmed_and_earn_nothing(place):
    row = place.log(place.sora, 60)
    with transaction():
        db.session.execute(sa.text("UPDATE rule_version SET valid_from = '2027-04-01'"))
    assert place.confirm(place.yaku, row)[0].earned is None


# --- many at once -------------------------------------------------------------------------------------------


def test_a_batch_says_what_it_left_out_and_why(place):
    event = place.gathering(place.kaze, minutes=60)
    place.arrive(event, place.sora)
    rows = [
        place.log(place.sora),
        place.log(place.yaku),
        place.log(place.hana, entered_by=place.yaku),
        place.withdraw(place.kaze, place.log(place.kaze)),
        place.send_back(place.jimu, place.log(place.kaze)),
    ]
    place.end(event, place.kaze)
    rows.append(place.rows(place.sora)[-1])
    done = place.confirm(place.yaku, *reversed(rows))
    assert [one.entry.id for one in done] == sorted(row.id for row in rows)
    why = [None, "hours_own", "hours_typed", "hours_withdrawn", "hours_returned", "hours_confirmed"]
    assert [one.skipped for one in done] == why


def test_fifty_at_once_and_no_more(place):
    people = [place.person() for _ in range(51)]
    rows = [place.log(who, 60) for who in people]
    with refused("hours_many"):
        place.confirm(place.yaku, *rows)
    done = place.confirm(place.yaku, *rows[:50])
    assert [one.earned.amount for one in done] == [1] * 50


def test_one_that_is_elsewhere_stops_the_batch(place, at):
    other = factories.world("ows", at=at)
    who = factories.membership(other.region, at=at)
    with transaction():
        values = {"key": uuid7(), "day": place.today, "minutes": 60, "what": "網の手入れ", "at": at}
        foreign = hours.log(region=other.region, membership=who, **values)
    row = place.log(place.sora)
    with pytest.raises(Missing):
        place.confirm(place.yaku, row, foreign)
    assert place.rows()[0].state == "waiting"


def test_what_the_gathering_wrote_down_since_is_not_confirmed_by_hand(place):
    event = place.gathering(place.kaze)
    row = place.log(place.sora, 120, what="梅林の 下草かり")
    place.arrive(event, place.sora)
    place.end(event, place.kaze)
    assert told(place, place.yaku, row) == ["already_logged"]


# --- sending back -------------------------------------------------------------------------------------------


def test_it_is_sent_back_with_a_reason_and_comes_again(place):
    row = place.send_back(place.yaku, place.log(place.sora, 120), "2時間も？")
    assert (row.state, row.reason, row.returned_by_id) == ("returned", "2時間も？", place.yaku.id)
    assert place.minutes_of(place.sora) == 0
    assert place.send_back(place.yaku, row, "もう一度").reason == "2時間も？"
    row = place.send_again(place.sora, row, minutes=60, what="草むしり")
    assert (row.state, row.minutes, row.what, place.minutes_of(place.sora)) == ("waiting", 60, "草むしり", 60)
    assert place.confirmed(place.yaku, row).minutes == 60 and place.coins(place.sora) == 1


def test_only_who_could_confirm_sends_back(place):
    row = place.log(place.sora)
    cases = {place.kaze: "hours_stranger", place.sora: "hours_own", place.hana: "hours_household"}
    for who, code in cases.items():
        with refused(code):
            place.send_back(who, row)
    with refused("not_allowed"):
        place.send_back(place.machi, row)
    with refused("reason_missing"):
        place.send_back(place.yaku, row, " ")
    place.confirmed(place.yaku, row)
    with refused("hours_confirmed"):
        place.send_back(place.jimu, row)
