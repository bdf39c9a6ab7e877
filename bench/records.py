"""How long みんなのあゆみ and the report of a month take over HTTP, first among a thousand entries, then a million.

`bench.hours` measures the same by queries alone, without the page around them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
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


class Page(NamedTuple):
    """A page among a million entries: milliseconds until all of it is there, and how its processor time grew."""

    p50: float
    p95: float
    growth: float


def measure(run: Path, engine: str, seconds: float) -> dict[str, Page]:
    """One reader, one request after the other, for so many seconds a page and a size."""
    with instance(run, engine) as (served, databases):
        _town(served.app())
        found = {}
        for entries in (hours.FEW, hours.MANY):
            owner = sa.create_engine(served.env["MIGRATION_DATABASE_URL"])
            hours.fill(owner, entries)
            owner.dispose()  # the last one to close SQLite's file moves into it what was written beside it
            found[entries] = _pages(served, databases, seconds)
    few, many = found[hours.FEW], found[hours.MANY]
    return {
        name: Page(many[name][0].percentile(0.5), many[name][0].percentile(0.95), many[name][1] / few[name][1])
        for name in PAGES
    }


def _town(app: Flask) -> None:
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


def _pages(served: Instance, databases: Databases, seconds: float) -> dict[str, tuple[load.Sample, float]]:
    """Of each page its sample, and seconds of processor time a request, the database's among them."""
    found = {}
    with served.running("/healthz/ready"):
        for name, path in PAGES.items():
            requests = itertools.repeat(load.get(served.host, path))
            load.run(served.port, requests, clients=1, seconds=WARM_UP)
            rounds = [_round(served, databases, requests, seconds) for _ in range(ROUNDS)]
            found[name] = min(rounds, key=lambda one: one[1])
    return found


def _round(
    served: Instance, databases: Databases, requests: Iterator[bytes], seconds: float
) -> tuple[load.Sample, float]:
    before = _spent(served, databases)
    sample = load.run(served.port, requests, clients=1, seconds=seconds)
    if set(sample.statuses) != {200}:
        raise RuntimeError(f"{dict(sample.statuses)}\n{served.last_words()}")
    return sample, (_spent(served, databases) - before) / len(sample.latencies)


def _spent(served: Instance, databases: Databases) -> float:
    spent = processes.cpu(served.pid)
    if databases.engine == "postgres":
        spent += processes.cpu(int((databases.postgres.data / "postmaster.pid").read_text().split()[0]))
    return spent
