"""Thirty-two at once: nobody confirms their own or their household's, nothing is paid twice, no day grows too long."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.hours import queries
from app.hours.models import HoursDay, HoursEntry
from app.issuing.models import Allowance
from app.ledger import proof
from app.members.models import Membership
from tests.hours.rushing import rush
from tests.ledger.threads import together

CROWD = 32
HALF = CROWD // 2


@pytest.fixture(autouse=True)
def _books_are_right(place):
    """Whatever happened: days are the sums of their entries, coins are all there, no cap was passed."""
    yield
    db.session.rollback()
    db.session.expire_all()
    live = sa.case((HoursEntry.state.in_(("waiting", "confirmed")), HoursEntry.minutes), else_=0)
    sums = sa.select(HoursEntry.membership_id, HoursEntry.day, sa.func.sum(live))
    sums = sums.group_by(HoursEntry.membership_id, HoursEntry.day)
    entries = {(who, day): minutes for who, day, minutes in db.session.execute(sums) if minutes}
    days = {(row.membership_id, row.day): row.minutes for row in db.session.scalars(sa.select(HoursDay)) if row.minutes}
    assert days == entries and all(minutes <= 720 for minutes in days.values())
    assert all(row.issued <= (50 if row.period[0] == "F" else 2) for row in db.session.scalars(sa.select(Allowance)))
    assert proof.prove(place.region.id)["ok"]


def fresh(row):
    return db.session.get_one(HoursEntry, row.id, populate_existing=True)


# --- the second person --------------------------------------------------------------------------------------


def test_none_of_thirty_two_who_may_not_confirms(app, place):
    """The person, the household, the typist and strangers, half of them stewards, in two processes at once."""
    place.share_roof(place.kaze, place.yaku)
    row = place.log(place.kaze, 120, entered_by=place.jimu, with_membership=place.yaku)
    never = [(place.kaze, ["office"]), (place.yaku, ["steward"]), (place.jimu, ["office"]), (place.hana, ["member"])]
    order = {"region": place.region.id, "at": place.at.isoformat(), "entries": [row.id], "threads": HALF}
    orders = [order | {"who": [(who.id, roles) for who, roles in never]}] * 2
    told = rush(app.config["SQLALCHEMY_DATABASE_URI"], orders)
    codes = {who: tuple(skipped) for who, skipped, _earned in told}
    assert len(told) == CROWD and codes == {
        place.kaze.id: ("hours_own",),
        place.yaku.id: ("hours_household",),
        place.jimu.id: ("hours_typed",),
        place.hana.id: ("hours_stranger",),
    }
    assert fresh(row).state == "waiting" and place.coins(place.kaze) == 0


def test_one_of_thirty_two_confirms_and_it_pays_once(app, place):
    """Among them the person and the household; two stewards in two processes; twenty entries each time."""
    people = [place.person() for _ in range(19)]
    rows = [place.log(who, 120) for who in [place.sora, *people]]
    order = {"region": place.region.id, "at": place.at.isoformat(), "threads": HALF}
    order["entries"] = [row.id for row in rows]
    who = [(place.yaku.id, ["steward"]), (place.sora.id, ["office"]), (place.hana.id, ["steward"])]
    other = [(place.jimu.id, ["office"]), *who[1:]]
    told = rush(app.config["SQLALCHEMY_DATABASE_URI"], [order | {"who": who}, order | {"who": other}])
    assert len(told) == CROWD
    for row in rows:
        assert fresh(row).state == "confirmed" and row.confirmed_by_id != row.membership_id
    assert fresh(rows[0]).confirmed_by_id in (place.yaku.id, place.jimu.id)
    assert [place.coins(one) for one in (place.sora, *people)] == [2] * 20


def test_who_moves_in_meanwhile_confirms_nothing_any_more(app, place):
    """The move is under way when the steward taps: the tap waits for it, and is refused."""
    row, under_way, moved = place.log(place.sora, 60), threading.Event(), []

    def act(number):
        if number == 0:
            with transaction():
                change = sa.update(Membership).where(Membership.id == place.yaku.id)
                db.session.execute(change.values(household_id=place.sora_household))
                under_way.set()
                moved.append(not threading.Event().wait(0.4))
            return None
        under_way.wait(10)
        return [one.skipped for one in place.confirm(place.yaku, row)]

    place.sora_household = db.session.get_one(Membership, place.sora.id).household_id
    db.session.commit()
    assert together(app, 2, act) == [None, ["hours_household"]]
    assert moved == [True] and fresh(row).state == "waiting"


def test_households_that_change_all_the_time(app, place):
    """A confirmed entry was confirmed before its household was one: whoever moves sees it as it stays."""
    household = db.session.get_one(Membership, place.sora.id).household_id
    rows, seen = [place.log(place.sora, 60) for _ in range(4)], []

    def act(number):
        if number % 8 == 5:
            with transaction():
                change = sa.update(Membership).where(Membership.id == place.yaku.id)
                db.session.execute(change.values(household_id=household))
                query = sa.select(HoursEntry.id).where(HoursEntry.state == "confirmed").order_by(HoursEntry.id)
                seen.append(list(db.session.scalars(query)))
            return None
        return [one.skipped for one in place.confirm(place.yaku, rows[number % 4])]

    db.session.commit()
    told = together(app, HALF, act)
    assert all(answer in (None, [None], ["hours_household"]) for answer in told)
    there = [row.id for row in rows if fresh(row).state == "confirmed"]
    assert seen and all(one == there for one in seen)


# --- once ---------------------------------------------------------------------------------------------------


def test_twelve_hours_of_sixteen_that_come_at_once(app, place):
    told = together(app, HALF, lambda number: place.log(place.sora, 60).id)
    assert Counter(isinstance(one, int) for one in told) == {True: 12, False: 4}
    assert {one for one in told if isinstance(one, str)} == {"hours_full"}
    assert place.minutes_of(place.sora) == 720


def test_one_form_many_taps_and_many_tabs_are_one_entry(app, place):
    key = uuid7()
    told = together(app, HALF, lambda _: place.log(place.sora, key=key, what="草むしり").id)
    told += together(app, HALF, lambda _: place.log(place.sora, what="草むしり").id)
    assert len(set(told)) == 1 and place.minutes_of(place.sora) == 60


def test_confirmed_returned_or_withdrawn_but_one_of_them(app, place):
    acts = (
        lambda row: place.confirm(place.yaku, row)[0].skipped or "confirmed",
        lambda row: place.send_back(place.jimu, row).state,
        lambda row: place.withdraw(place.sora, row).state,
    )
    for minutes in (60, 75, 90):
        row = place.log(place.sora, minutes, place.today - timedelta(days=minutes))
        together(app, 12, lambda number, row=row: acts[number % 3](row))
        state = fresh(row).state
        assert place.minutes_of(place.sora, row.day) == (minutes if state == "confirmed" else 0)
        assert place.issued(place.sora, row.day.isoformat()) == (state == "confirmed")


def test_corrected_once_however_many_ask(app, place):
    row = place.confirmed(place.yaku, place.log(place.sora, 120))
    told = together(app, 12, lambda number: place.correct(place.sora if number % 2 else place.yaku, row, 60).id)
    assert Counter(isinstance(one, int) for one in told) == {True: 1, False: 11}
    assert {one for one in told if isinstance(one, str)} == {"hours_corrected"}
    assert (place.coins(place.sora), place.minutes_of(place.sora)) == (0, 60)


def test_batches_gatherings_and_corrections_at_once(app, place):
    """The same people in batches of opposite order, in gatherings that end, in corrections; nothing is lost."""
    people = [place.person() for _ in range(6)]
    done = [place.confirmed(place.jimu, place.log(who, 60)) for who in people]
    rows = [place.log(who, 60, place.today - timedelta(days=number % 2)) for number, who in enumerate(people * 3)]
    events = [place.gathering(place.kaze, minutes=60) for _ in range(3)]
    for number, event in enumerate(events):
        for who in people[number:] + people[:number]:
            place.arrive(event, who)

    def act(number):
        if number < 3:
            return place.end(events[number], place.kaze)
        if number < 9:
            return place.correct(people[number - 3], done[number - 3])
        part = rows[number % 3 :: 2] if number % 2 else rows[::-1]
        return [one.skipped for one in place.confirm(place.yaku if number % 3 else place.jimu, *part)]

    told = together(app, 15, act)
    assert not [one for one in told if isinstance(one, str)]
    assert {fresh(row).state for row in rows} == {"confirmed"}
    total = sum(queries.confirmed_minutes(who) for who in people)
    assert total == 6 * 3 * 60 + 6 * 3 * 60
    assert (
        sum(one.minutes for one in queries.months(place.region, place.today - timedelta(days=1), place.today)) == total
    )
