"""Series, copies and templates: made once, on the region's own days, with everything but the people."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select

from app import clock as app_clock
from app.db import db, transaction, uuid7
from app.errors import Conflict, Missing, Refused
from app.events import service as events
from app.events.models import Event, EventSeries, EventTemplate, SeriesDay
from app.events.rules import state
from app.issuing.models import RuleVersion
from app.jobs import service as jobs
from app.series import queries, reuse, service
from tests import factories

DETAILS = {
    "title_en": "Weeding", "place_en": "Plum grove", "bring": "軍手", "bring_en": "Gloves", "project": "梅林をまもる",
    "project_link": "https://yui.example/plum", "audience": "members", "capacity": 12, "name_level": "contact",
    "door": "rotating", "question_1": "べんとうは いりますか", "question_2": "車で 来ますか", "phone": "0743-00-0001",
}  # fmt: skip


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def host(place, at):
    return factories.membership(place.region, at=at)


@pytest.fixture
def event(place, host, at):
    """On Saturday, 2026-12-12, the second of its month, 午前9時 to 正午."""
    starts_at = datetime(2026, 12, 12, 0, 0, tzinfo=UTC)
    return factories.event(
        place.region, host, at=at, starts_at=starts_at, ends_at=starts_at + timedelta(hours=3), coins=2, **DETAILS
    )


def begin(place, event, at, **changes):
    asked = {"week": 2, "weekday": 5, "until": None, "key": uuid7()} | changes
    with transaction():
        return service.begin(region=place.region, event_id=event.id, at=at, **asked)


def days(series):
    rows = db.session.execute(
        select(SeriesDay.day, Event.starts_at).outerjoin(Event, Event.id == SeriesDay.event_id)
        .where(SeriesDay.series_id == series.id).order_by(SeriesDay.day)
    )  # fmt: skip
    return [(day.isoformat(), starts_at and starts_at.isoformat()) for day, starts_at in rows]


def test_a_series_makes_three_months_of_published_gatherings(place, event, at):
    series = begin(place, event, at)
    assert days(series) == [
        ("2026-12-12", "2026-12-12T00:00:00+00:00"),  # the event itself
        ("2027-01-09", "2027-01-09T00:00:00+00:00"),
        ("2027-02-13", "2027-02-13T00:00:00+00:00"),
    ]
    made = db.session.scalars(select(Event).where(Event.id != event.id)).all()
    for one in made:
        assert state(one, at) == "members" and one.host_id == event.host_id
        assert (one.taken, one.booked, one.last_number, one.coins, one.award) == (0, 0, 0, 2, "end")
        assert {name: getattr(one, name) for name in DETAILS} == DETAILS
        assert one.ends_at - one.starts_at == timedelta(hours=3)
        assert one.checkin_from == one.starts_at - timedelta(hours=1)
    assert len({one.code for one in (*made, event)}) == 3


def test_the_hour_is_that_of_the_regions_clock(app, at):
    """Across the night in which Europe puts its clocks forward, nine in the morning stays nine in the morning."""
    world = factories.world("ows", at=at, time_zone="Europe/Rome")
    host = factories.membership(world.region, at=at)
    starts_at = datetime(2027, 3, 21, 8, 0, tzinfo=UTC)  # 9:00
    event = factories.event(world.region, host, at=at, starts_at=starts_at)
    begin(world, event, starts_at - timedelta(days=1), week=0, weekday=6, until=date(2027, 4, 4))
    wall = [
        app_clock.local(world.region, one.starts_at) for one in db.session.scalars(select(Event).order_by(Event.id))
    ]
    assert [f"{one:%m-%d %H:%M}" for one in wall] == ["03-21 09:00", "03-28 09:00", "04-04 09:00"]


def test_the_day_is_that_of_the_region(place, host, at):
    """A gathering at half past midnight in Japan is on the day before in UTC."""
    starts_at = datetime(2026, 12, 11, 15, 30, tzinfo=UTC)
    event = factories.event(place.region, host, at=at, starts_at=starts_at)
    series = begin(place, event, at)
    assert days(series)[1] == ("2027-01-09", "2027-01-08T15:30:00+00:00")


def test_making_again_makes_nothing_and_time_makes_the_rest(place, event, at, clock):
    series = begin(place, event, at)
    for _ in range(3):
        with transaction():
            assert service.make(region=place.region, series_id=series.id, at=clock.now()) == []
    assert "series.make" in jobs.run_due(clock.move(days=40))
    assert "series.make" not in jobs.run_due(clock.move(minutes=1))
    assert [day for day, _ in days(series)][3:] == ["2027-03-13"]
    jobs.run_due(clock.move(days=31))
    assert [day for day, _ in days(series)][3:] == ["2027-03-13", "2027-04-10"]


def test_a_series_that_cannot_go_on_leaves_the_others_alone(place, event, at, clock, caplog):
    other = factories.world("ows", at=at)
    stuck = factories.event(other.region, factories.membership(other.region, at=at), at=at, coins=0)
    with transaction():
        db.session.execute(delete(RuleVersion).where(RuleVersion.region_id == other.region.id))
        held = {"event_id": stuck.id, "host_id": stuck.host_id, "week": 0, "weekday": 5}
        db.session.add(EventSeries(region_id=other.region.id, key=uuid7(), created_at=at, **held))
    series = begin(place, event, at)
    with transaction():
        assert service.make_all(at=clock.move(days=40)) == 1
    assert len(days(series)) == 4 and "no_rule" in caplog.text


def test_a_day_that_was_moved_or_cancelled_is_not_made_again(place, event, at, clock):
    series = begin(place, event, at)
    second, third = db.session.scalars(select(Event).where(Event.id != event.id).order_by(Event.id)).all()
    with transaction():
        events.cancel(region=place.region, event_id=second.id, reason="雪", at=at)
        db.session.get(Event, third.id).starts_at += timedelta(hours=2)
        service.make(region=place.region, series_id=series.id, at=at)
    assert db.session.scalar(select(func.count()).select_from(Event)) == 3


def test_a_day_is_left_out_with_a_reason_and_taken_back(place, event, at):
    with transaction():
        events.restore(region=place.region, event_id=event.id, at=at)
    series = begin(place, event, at, week=0)
    ahead = date(2027, 5, 8)
    with transaction():
        service.leave_out(region=place.region, series_id=series.id, day=ahead, reason="田植え", at=at)
    with pytest.raises(Conflict, match="series_day_done"), transaction():
        service.leave_out(region=place.region, series_id=series.id, day=ahead, reason="田植え", at=at)
    told = date(2027, 1, 2)
    with transaction():
        service.leave_out(region=place.region, series_id=series.id, day=told, reason="お正月", at=at)
    lines = {line.day: line for line in queries.days(place.region, series, at)}
    assert lines[ahead].reason == "田植え" and lines[ahead].event is None
    assert state(lines[told].event, at) == "cancelled" and lines[told].event.reason == "お正月"
    later = datetime(2027, 4, 1, tzinfo=UTC)
    with transaction():
        made = service.make(region=place.region, series_id=series.id, at=later)
    assert ahead not in {app_clock.local_day(place.region, one.starts_at) for one in made}
    with transaction():
        service.take_back(region=place.region, series_id=series.id, day=ahead, at=later)
    assert {line.day: line for line in queries.days(place.region, series, later)}[ahead].event is not None


@pytest.mark.parametrize(
    ("day", "reason", "code"),
    [
        (date(2027, 1, 10), "雪", "series_no_day"),
        (date(2026, 11, 14), "雪", "field_past"),
        (date(2027, 1, 9), "", "reason_missing"),
    ],
)
def test_what_cannot_be_left_out(place, event, at, day, reason, code):
    series = begin(place, event, at)
    with pytest.raises(Refused, match=code), transaction():
        service.leave_out(region=place.region, series_id=series.id, day=day, reason=reason, at=at)


def test_an_end_makes_no_more_and_keeps_what_was_told(place, event, at, clock):
    series = begin(place, event, at)
    for _ in range(2):
        with transaction():
            service.end(region=place.region, series_id=series.id, at=at)
    jobs.run_due(clock.move(days=70))
    assert len(days(series)) == 3
    with pytest.raises(Refused, match="series_ended"), transaction():
        service.leave_out(region=place.region, series_id=series.id, day=date(2027, 2, 13), reason="雪", at=at)


def test_until_is_the_last_day(place, event, at):
    series = begin(place, event, at, until=date(2027, 1, 9))
    assert [day for day, _ in days(series)] == ["2026-12-12", "2027-01-09"]


def test_the_same_form_is_one_series_and_an_event_has_one(place, event, at):
    key = uuid7()
    assert begin(place, event, at, key=key).id == begin(place, event, at, key=key).id
    with pytest.raises(Conflict, match="series_exists"):
        begin(place, event, at)
    assert db.session.scalar(select(func.count()).select_from(EventSeries)) == 1


def test_a_series_of_somebody_who_left_waits(place, event, host, at, clock):
    series = begin(place, event, at)
    with transaction():
        host.standing = "ended"
        db.session.merge(host)
    assert "series.make" in jobs.run_due(clock.move(days=70))
    assert len(days(series)) == 3


def test_two_at_once_make_each_day_once(app, place, event, at):
    series = begin(place, event, at)
    later, errors = at + timedelta(days=75), []

    def make() -> None:
        with app.app_context():
            try:
                with transaction():
                    service.make(region=place.region, series_id=series.id, at=later)
            except Exception as error:  # shown below
                errors.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    db.session.rollback()
    assert [day for day, _ in days(series)][3:] == ["2027-03-13", "2027-04-10", "2027-05-08"]
    assert db.session.scalar(select(func.count()).select_from(Event)) == 6


# --- copies and templates ------------------------------------------------------------------------------------


def test_a_copy_has_everything_but_day_and_people(place, event, host, at, clock):
    with transaction():
        row = db.session.get(Event, event.id)
        row.taken, row.last_number, row.ended_at, row.reason = 5, 5, row.ends_at, "x"
    at = clock.set(datetime(2026, 12, 14, tzinfo=UTC))  # Monday after
    with transaction():
        copy = reuse.copy(region=place.region, event_id=event.id, host=host, key=uuid7(), at=at)
    assert state(copy, at) == "draft"
    assert {name: getattr(copy, name) for name in DETAILS} == DETAILS
    assert (copy.taken, copy.last_number, copy.ended_at, copy.reason) == (0, 0, None, "")
    assert copy.starts_at.isoformat() == "2026-12-19T00:00:00+00:00"  # the next Saturday, 午前9時
    assert copy.code != event.code


def test_a_copy_of_the_same_form_is_one_draft(place, event, host, at):
    key = uuid7()
    for _ in range(2):
        with transaction():
            reuse.copy(region=place.region, event_id=event.id, host=host, key=key, at=at)
    assert db.session.scalar(select(func.count()).select_from(Event)) == 2


def test_a_template_is_kept_used_replaced_and_withdrawn(place, event, host, at):
    with transaction():
        template = reuse.keep_template(region=place.region, event_id=event.id, at=at)
    assert (template.name, template.begins, template.minutes) == ("梅林の下草かり", "09:00", 180)
    with transaction():
        draft = reuse.use_template(region=place.region, template_id=template.id, host=host, key=uuid7(), at=at)
    assert {name: getattr(draft, name) for name in reuse.SHARED} == {
        name: getattr(event, name) for name in reuse.SHARED
    }
    assert (draft.starts_at.hour, draft.ends_at - draft.starts_at) == (0, timedelta(hours=3))
    for _ in range(2):
        with transaction():
            reuse.withdraw_template(region=place.region, template_id=template.id, at=at)
    with pytest.raises(Missing), transaction():
        reuse.use_template(region=place.region, template_id=template.id, host=host, key=uuid7(), at=at)
    with transaction():
        reuse.keep_template(region=place.region, event_id=event.id, at=at)
    assert db.session.scalars(select(EventTemplate.withdrawn_at)).all() == [None]
