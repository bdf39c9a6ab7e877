"""How long みんなのあゆみ and the report of a month take over HTTP, first among a thousand entries, then a million.

`bench.hours` measures the same by queries alone, without the page around them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from flask import Flask

from app import clock
from app.db import db, transaction
from app.members.models import Membership
from app.projects.models import Project
from app.regions.models import Region
from bench import hours, load, processes
from bench.instances import Instance, instance
from tests import factories
from tests.databases import Databases

PAGES = {"our record": f"/tsk/record?year={hours.YEAR}", "month report": f"/tsk/record/{hours.MONTH[0]:%Y-%m}"}
WARM_UP = 1.0  # seconds
ROUNDS = 5  # the cheapest of them counts: what else the machine does is not ours
LONG_AGO = timedelta(days=365 * 30)


class Town(NamedTuple):
    """A running server and the databases behind it."""

    served: Instance
    databases: Databases


class Round(NamedTuple):
    """What was answered, and seconds of processor time a request, the database's among them."""

    sample: load.Sample
    cpu: float


class Page(NamedTuple):
    """A page among a million entries: milliseconds until all of it is there, and how its processor time grew."""

    p50: float
    p95: float
    growth: float


def measure(run: Path, engine: str, seconds: float) -> dict[str, Page]:
    """One reader, one request after the other, for so many seconds a page, a size and a round.

    Both sizes stand side by side and are asked in turn: what else the machine does meets both alike.
    """
    with ExitStack() as stack:
        few, many = (stack.enter_context(_town(run, engine, entries)) for entries in (hours.FEW, hours.MANY))
        return {name: _page(few, many, path, seconds) for name, path in PAGES.items()}


@contextmanager
def _town(run: Path, engine: str, entries: int) -> Iterator[Town]:
    with instance(run, engine, f"hours_{entries}") as (served, databases):
        _fill(served.app())
        owner = sa.create_engine(served.env["MIGRATION_DATABASE_URL"])
        hours.fill(owner, entries)
        owner.dispose()  # the last one to close SQLite's file moves into it what was written beside it
        with served.running("/healthz/ready"):
            yield Town(served, databases)


def _fill(app: Flask) -> None:
    """A region that is old enough to choose the measured year in, with people and projects."""
    at = clock.now()
    with app.app_context():
        region = factories.world(at=at).region
        people = [factories.membership(region, at=at) for _ in range(hours.PEOPLE)]
        with transaction():
            db.session.get_one(Region, region.id).created_at = at - LONG_AGO
            for number in range(hours.PROJECTS):
                db.session.add(_project(region, people[number], number))
        db.session.remove()
        db.engine.dispose()


def _project(region: Region, lead: Membership, number: int) -> Project:
    whose = {"region_id": region.id, "lead_id": lead.id, "created_at": lead.joined_at, "active_at": lead.joined_at}
    return Project(key=f"bench-{number}", title=f"見本 {number}", **whose)


def _page(few: Town, many: Town, path: str, seconds: float) -> Page:
    for town in (few, many):
        _round(town, path, WARM_UP)
    rounds = [(_round(few, path, seconds), _round(many, path, seconds)) for _ in range(ROUNDS)]
    cheapest = [min(one, key=lambda round_: round_.cpu) for one in zip(*rounds, strict=True)]
    sample = cheapest[1].sample
    return Page(sample.percentile(0.5), sample.percentile(0.95), cheapest[1].cpu / cheapest[0].cpu)


def _round(town: Town, path: str, seconds: float) -> Round:
    before = _spent(*town)
    requests = itertools.repeat(load.get(town.served.host, path))
    sample = load.run(town.served.port, requests, clients=1, seconds=seconds)
    if set(sample.statuses) != {200}:
        raise RuntimeError(f"{dict(sample.statuses)}\n{town.served.last_words()}")
    return Round(sample, (_spent(*town) - before) / len(sample.latencies))


def _spent(served: Instance, databases: Databases) -> float:
    spent = processes.cpu(served.pid)
    if databases.engine == "postgres":
        spent += processes.cpu(int((databases.postgres.data / "postmaster.pid").read_text().split()[0]))
    return spent
