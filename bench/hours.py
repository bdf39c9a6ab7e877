"""Whether the pages of hours are as fast in thirty years: the same year and month, first among a thousand entries and
then among a million. What it costs may grow with the rows that are asked for, never with those that are not.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from flask import Flask

from app import clock
from app.db import db, transaction
from app.hours.models import HoursEntry
from app.members.models import Membership
from app.projects.models import Project
from app.records import evidence, together
from app.regions.models import Region
from bench import processes
from bench.instances import Instance, instance
from tests import factories
from tests.databases import Databases

YEAR = 2026
ASKED = date(YEAR, 4, 1), date(YEAR + 1, 3, 31)
MONTH = date(YEAR, 11, 1), date(YEAR, 11, 30)
IN_YEAR = 900  # entries of the asked 年度, at both times: 75 a month
EARLIER = date(YEAR - 30, 4, 1)
FEW, MANY = 1_000, 1_000_000
PEOPLE, PROJECTS = 60, 5
LONG_AGO = timedelta(days=365 * 30)
ROUNDS, EACH = 5, 40  # of all queries together
entry = cast(sa.Table, HoursEntry.__table__)


class Growth(NamedTuple):
    """How much more the same answers cost among a million: processor time, and what the database had to read."""

    cpu: float
    read: float
    few_ms: float
    many_ms: float


# --- regions ------------------------------------------------------------------------------------------------


@contextmanager
def town(run: Path, engine: str, entries: int) -> Iterator[tuple[Instance, Databases]]:
    """A region with people, projects and so many entries, old enough for the first of them, in a database of its own.

    Regions to be compared stand side by side and are asked in turn: what else the machine does meets both alike.
    """
    with instance(run, engine, f"hours_{entries}") as (served, databases):
        _settle(served.app())
        owner = sa.create_engine(served.env["MIGRATION_DATABASE_URL"])
        fill(owner, entries)
        owner.dispose()  # the last one to close SQLite's file moves into it what was written beside it
        yield served, databases


def _settle(app: Flask) -> None:
    at = clock.now()
    with app.app_context():
        region = factories.world(at=at).region
        people = [factories.membership(region, at=at) for _ in range(PEOPLE)]
        with transaction():
            db.session.get_one(Region, region.id).created_at = at - LONG_AGO
            for number in range(PROJECTS):
                db.session.add(_project(region, people[number], number))
        db.session.remove()
        db.engine.dispose()


def _project(region: Region, lead: Membership, number: int) -> Project:
    whose = {"region_id": region.id, "lead_id": lead.id, "created_at": lead.joined_at, "active_at": lead.joined_at}
    return Project(key=f"bench-{number}", title=f"見本 {number}", **whose)


# --- entries ------------------------------------------------------------------------------------------------


def fill(engine: sa.Engine, entries: int) -> None:
    """Fill the first region that has memberships up to so many confirmed entries: `IN_YEAR` of the asked 年度, in the
    order of their days as people write them down, the others spread over the thirty years before. `engine` is the
    owner's.
    """
    with engine.connect() as connection:
        region_id = connection.scalar(sa.select(sa.func.min(Membership.region_id)))
        there = connection.scalar(sa.select(sa.func.count()).select_from(entry))
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET statement_timeout = 0")
        connection.execute(_insert(engine.dialect.name, region_id, there + 1, entries))
        connection.commit()
    _tidy(engine)


def _tidy(engine: sa.Engine) -> None:
    """What either engine does by itself in quieter hours."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        connection.exec_driver_sql("SET statement_timeout = 0")
        connection.exec_driver_sql("VACUUM ANALYZE hours_entry")


def _insert(dialect: str, region_id: int, first: int, last: int) -> Any:
    """One statement: the numbers from `first` to `last`, each an entry of somebody on some day."""
    i = sa.literal(first).label("i")
    numbers = sa.select(i).cte("numbers", recursive=True)
    numbers = numbers.union_all(sa.select(numbers.c.i + 1).where(numbers.c.i < last))
    i = numbers.c.i
    mine, works = _numbered(Membership, region_id), _numbered(Project, region_id)
    far = sa.case(
        (i <= IN_YEAR, _day(dialect, ASKED[0], (i - 1) * 365 // IN_YEAR)), else_=_day(dialect, EARLIER, i % (365 * 30))
    )
    name = sa.literal("bench-") + sa.cast(i, sa.Text)
    at = sa.literal(datetime(YEAR, 4, 1, tzinfo=UTC), entry.c.created_at.type)
    yes, no = (sa.literal(one, entry.c.paid.type) for one in (True, False))
    values: dict[str, Any] = {
        "region_id": sa.literal(region_id),
        "key": name,
        "activity": sa.literal("hours:") + name,
        "membership_id": mine.c.id,
        "project_id": works.c.id,
        "day": far,
        "minutes": 15 + 15 * (i % 12),
        "what": sa.literal("草むしり"),
        "field": sa.case((i % 3 == 0, "welfare"), else_="environment"),
        "place": sa.literal("onsite"),
        "paid": sa.case((i % 10 == 0, yes), else_=no),
        "with_names": sa.literal(""),
        "way": sa.literal("phone"),
        "state": sa.literal("confirmed"),
        "reversed": no,
        "created_at": at,
        "confirmed_at": at,
        "confirmed_as": sa.literal("steward"),
        "reason": sa.literal(""),
    }
    query = sa.select(*values.values()).select_from(numbers)
    query = query.join(mine, mine.c.place == i % _count(Membership, region_id))
    query = query.outerjoin(works, works.c.place == i % (2 * PROJECTS))  # half of them are of no project
    return sa.insert(entry).from_select(list(values), query, include_defaults=False)


def _numbered(model: Any, region_id: int) -> Any:
    """The region's rows with their places, from 0."""
    place = (sa.func.row_number().over(order_by=model.id) - 1).label("place")
    return sa.select(model.id, place).where(model.region_id == region_id).subquery()


def _count(model: Any, region_id: int) -> Any:
    return sa.select(sa.func.count()).select_from(model).where(model.region_id == region_id).scalar_subquery()


def _day(dialect: str, first: date, later: Any) -> Any:
    if dialect == "sqlite":
        return sa.func.date(first.isoformat(), sa.literal("+") + sa.cast(later, sa.Text) + " days")
    return sa.cast(first, sa.Date) + sa.cast(later, sa.Integer)


# --- what it costs ------------------------------------------------------------------------------------------


def measure(run: Path, engine: str) -> Growth:
    """The queries of みんなのあゆみ, of the month's report and of the table of hours, for both regions in turn."""
    with ExitStack() as stack:
        few, many = (stack.enter_context(town(run, engine, entries))[0].app() for entries in (FEW, MANY))
        _warm_up, *rounds = [(_round(few), _round(many)) for _ in range(1 + ROUNDS)]
        few_cpu, many_cpu = (min(one) for one in zip(*rounds, strict=True))
        return Growth(many_cpu / few_cpu, _read(many) / _read(few), few_cpu * 1000, many_cpu * 1000)


@contextmanager
def _region(app: Flask) -> Iterator[Region]:
    with app.app_context():
        yield db.session.scalars(sa.select(Region).order_by(Region.id)).first()
        db.session.rollback()


def ask(region: Region) -> list[Any]:
    """Everything that the pages ask for the year and for the month."""
    told: list[Any] = [together.months(region, YEAR, whole=True), evidence.table(region, ASKED)]
    for days in (ASKED, MONTH):
        for query in (together.total, together.by_field, together.by_project):
            told.append(query(region, days, whole=True))
    db.session.rollback()
    return told


def _round(app: Flask) -> float:
    """Seconds of processor time of all queries, here and in the database."""
    with _region(app) as region:
        ask(region)  # whatever is done once is done now
        before = _spent()
        for _ in range(EACH):
            ask(region)
        return (_spent() - before) / EACH


def _spent() -> float:
    """Of this process and of its connection to PostgreSQL."""
    if db.engine.dialect.name != "postgresql":
        return time.process_time()
    backend = db.session.scalar(sa.text("SELECT pg_backend_pid()"))
    return time.process_time() + processes.cpu(int(backend or 0))


def _read(app: Flask) -> int:
    """Rows that PostgreSQL read, or steps that SQLite made, which go with them."""
    with _region(app) as region:
        return _rows_read(region) if db.engine.dialect.name == "postgresql" else _steps_made(region)


def _steps_made(region: Region) -> int:
    steps = itertools.count()
    connection: Any = db.session.connection().connection.dbapi_connection
    connection.set_progress_handler(lambda: next(steps) < 0, 1)
    ask(region)
    connection.set_progress_handler(None, 1)
    return next(steps)


def _rows_read(region: Region) -> int:
    with _statements() as seen:
        ask(region)
    return sum(_rows(statement, values) for statement, values in seen)


@contextmanager
def _statements() -> Iterator[list[tuple[str, Any]]]:
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        seen.append((statement, values))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def _rows(statement: str, values: Any) -> int:
    explained = db.session.connection().exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values)
    return _scanned(explained.scalar_one()[0]["Plan"])


def _scanned(plan: dict[str, Any]) -> int:
    """What its scans looked at, kept or not."""
    below = sum(_scanned(one) for one in plan.get("Plans", ()))
    if "Scan" not in plan["Node Type"] or plan["Node Type"].startswith(("Bitmap Index", "Subquery", "CTE")):
        return below
    thrown = plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
    return below + round((plan["Actual Rows"] + thrown) * plan["Actual Loops"])
