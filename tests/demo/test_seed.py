"""The sample data on chosen days: what is promised of them holds whenever an instance is first started."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import clock as app_clock
from app.checkins import service as checkins
from app.checkins.models import CheckIn, EventClosure
from app.clock import fiscal_year, fiscal_year_end, local_day
from app.db import Meta, db, transaction, uuid7
from app.demo import sample as told
from app.demo import service
from app.events.models import Event
from app.events.rules import state
from app.ledger.proof import prove
from app.members.models import Duty, Membership
from app.members.rules import check_digit
from app.regions.models import Region
from app.shops.models import Offer, Shop
from app.wallet.queries import purse

JST = timedelta(hours=9)
DAYS = [  # first starts: an ordinary day, beside a midnight, on both sides of a new 年度, on a leap day
    datetime(2026, 11, 22, 3, tzinfo=UTC),
    datetime(2026, 11, 25, 14, 59, tzinfo=UTC),
    datetime(2026, 11, 25, 15, 0, tzinfo=UTC),
    datetime(2027, 3, 31, 14, 59, tzinfo=UTC),
    datetime(2027, 3, 31, 15, 0, tzinfo=UTC),
    datetime(2027, 4, 20, 3, tzinfo=UTC),
    datetime(2028, 2, 29, 3, tzinfo=UTC),
]


def seed(at: datetime) -> None:
    with transaction():
        service.open_demo(at=at)


def member(number: str) -> Membership:
    return db.session.scalars(sa.select(Membership).where(Membership.number == number)).one()


def region(slug: str) -> Region:
    return db.session.scalars(sa.select(Region).where(Region.slug == slug)).one()


def event(title: str) -> Event:
    return db.session.scalars(sa.select(Event).where(Event.title == title)).one()


def lots(number: str, slug: str, at: datetime) -> dict[date, int]:
    return dict(purse(region(slug), member(number), at).lots)


@pytest.mark.once
@pytest.mark.parametrize("at", DAYS, ids=lambda at: f"{at + JST:%Y-%m-%d-%H%M}")
def test_what_is_promised_holds_on_any_day(app: Flask, clock: Any, at: datetime) -> None:
    seed(clock.set(at))
    balances_are_as_told(at)
    the_next_gathering_is_on_a_saturday_soon(at)
    each_region_has_one_open_door_all_day(at)


def balances_are_as_told(at: datetime) -> None:
    tsk = region("tsk")
    year = fiscal_year(tsk, local_day(tsk, at))
    assert lots("TSK-0005-9", "tsk", at) == {fiscal_year_end(year): 3, fiscal_year_end(year + 1): 21}
    assert purse(tsk, member("TSK-0001-3"), at).balance == 6
    assert sum(lots("OWS-0004-5", "ows", at).values()) == 5
    assert prove()["ok"], prove()


def the_next_gathering_is_on_a_saturday_soon(at: datetime) -> None:
    tsk, next_one = region("tsk"), event("梅林の下草かりとせんてい")
    day = local_day(tsk, next_one.starts_at)
    assert day.weekday() == 5
    assert 3 <= (day - local_day(tsk, at)).days <= 9
    moved = int(db.session.get_one(Meta, "demo_shift_days").value)
    assert moved % 7 == 0
    assert (day - date(2026, 11, 28)).days == moved
    online = event("塩尻Lab 第6期 はじめまして会(オンライン)")
    assert app_clock.local(tsk, online.starts_at).strftime("%a %H:%M") == "Tue 19:00"


def each_region_has_one_open_door_all_day(at: datetime) -> None:
    for slug in ("tsk", "ows", "sjr"):
        here = region(slug)
        [door] = [one for one in _events(here) if state(one, at) == "open"]
        assert (door.capacity, door.coins, door.award, door.audience) == (200, 1, "arrival", "open")
        assert local_day(here, door.checkin_from) == local_day(here, at)
        assert door.checkin_until - door.checkin_from == timedelta(days=1)


def test_past_gatherings_are_over_and_have_people(sample: Flask, at: datetime) -> None:
    for title in ("新茶の手つみとお茶の時間", "自分ごと化会議 ふりかえり", "ワインぶどう 収穫てつだい"):
        one = event(title)
        assert state(one, at) == "ended"
        assert db.session.get(EventClosure, one.id) is not None
        came = db.session.scalar(sa.select(sa.func.count()).select_from(CheckIn).where(CheckIn.event_id == one.id))
        assert came == one.taken > 0
    states = {one.title: state(one, at) for one in db.session.scalars(sa.select(Event))}
    assert states["梅まつり お茶ふるまい当番"] == "draft"
    assert states["塩尻Lab 第6期 はじめまして会(オンライン)"] == "members"
    assert states["みんなの森 水みちづくり"] == "upcoming"
    assert states["月ヶ瀬の 総会"] == "upcoming"
    assert len(states) == 12 + 1 + 3


def test_everything_that_is_told_is_there(sample: Flask, at: datetime) -> None:
    accents = db.session.execute(sa.select(Region.slug, Region.accent, Region.motif, Region.stage)).all()
    assert set(accents) == {("tsk", "ume", "ume", 2), ("ows", "umi", "hinoki", 1), ("sjr", "budo", "grape", 3)}
    people = db.session.scalars(sa.select(Membership)).all()
    assert len(people) == 372
    assert all(check_digit(one.number[4:-2]) == int(one.number[-1]) for one in people if one.number)
    assert all(one.yomi for one in people)
    assert member("OWS-0004-5").member_id == member("TSK-0005-9").member_id
    assert member("TSK-0008-4").name == "𠮷見本 髙太郎"
    assert (len(db.session.scalars(sa.select(Shop)).all()), len(db.session.scalars(sa.select(Offer)).all())) == (8, 13)
    assert all(one.picture and one.name_en and one.story for one in db.session.scalars(sa.select(Offer)))


def test_duties_last_a_year(sample: Flask, at: datetime) -> None:
    duties = db.session.scalars(sa.select(Duty)).all()
    assert len(duties) == 6 + 8 + 2  # three stewards, office, auditor, officer; a shop each; two that ended
    today = local_day(region("tsk"), at)
    assert {one.ends_on - one.starts_on for one in duties} == {timedelta(days=365)}
    assert sorted(one.starts_on == today for one in duties) == [False] * 2 + [True] * 14


def test_a_database_with_rows_is_refused(sample: Flask, at: datetime) -> None:
    with pytest.raises(service.NotEmpty), transaction():
        service.seed(at=at)
    assert len(db.session.scalars(sa.select(Region)).all()) == 3


def test_a_second_start_changes_nothing(sample: Flask, at: datetime) -> None:
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Event))
    seed(at)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event)) == before


def test_after_midnight_there_is_a_new_door_and_the_old_one_stays_where_it_was(app: Flask, clock: Any) -> None:
    at = clock.set(datetime(2026, 11, 28, 14, 50, tzinfo=UTC))  # ten minutes to midnight in Japan
    seed(at)
    tsk, sora = region("tsk"), member("TSK-0005-9")
    yesterdays = next(one for one in _events(tsk) if state(one, at) == "open")
    with transaction():
        common = {"region": tsk, "event_id": yesterdays.id, "way": "poster", "at": at}
        checkins.check_in(**common, key=uuid7(), by=f"membership:{sora.id}", membership=sora)
    stood = (yesterdays.starts_at, yesterdays.ends_at, yesterdays.checkin_until)
    at = clock.move(minutes=11)
    with transaction():
        assert service.ensure_todays_events(at=at) == 3
    with transaction():
        assert service.ensure_todays_events(at=at) == 0
    db.session.refresh(yesterdays)
    assert (yesterdays.starts_at, yesterdays.ends_at, yesterdays.checkin_until) == stood
    assert state(yesterdays, at) == "ended"
    todays = next(one for one in _events(tsk) if state(one, at) == "open")
    assert local_day(tsk, todays.starts_at) == date(2026, 11, 29)


def test_on_the_first_of_april_three_coins_are_gone(app: Flask, clock: Any) -> None:
    at = clock.set(datetime(2027, 3, 31, 14, 59, tzinfo=UTC))
    seed(at)
    assert purse(region("tsk"), member("TSK-0005-9"), at).balance == 24
    at = clock.move(minutes=1)
    assert purse(region("tsk"), member("TSK-0005-9"), at).balance == 21
    from app.cli import sweep

    with transaction():
        sweep(at=at)
    assert lots("TSK-0005-9", "tsk", at) == {date(2028, 3, 31): 21}
    assert prove()["ok"]


@pytest.mark.rules
def test_the_shift_is_the_least_number_of_weeks() -> None:
    for days in range(800):
        today = date(2026, 1, 1) + timedelta(days=days)
        moved = told.shift(today)
        assert moved % timedelta(weeks=1) == timedelta(0)
        assert timedelta(days=3) <= date(2026, 11, 28) + moved - today <= timedelta(days=9)


def _events(here: Region) -> list[Event]:
    return list(db.session.scalars(sa.select(Event).where(Event.region_id == here.id)))
