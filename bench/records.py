"""How long みんなのあゆみ and the report of a month take over HTTP, first among a thousand entries, then a million.

`bench.hours` measures the same by queries alone, without the page around them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from bench import hours, load, processes
from bench.instances import Instance
from tests.databases import Databases

PAGES = {"our record": f"/tsk/record?year={hours.YEAR}", "month report": f"/tsk/record/{hours.MONTH[0]:%Y-%m}"}
WARM_UP = 1.0  # seconds
ROUNDS = 5  # the cheapest of them counts: what else the machine does is not ours


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
    """One reader, one request after the other, for so many seconds a page, a size and a round."""
    with ExitStack() as stack:
        few, many = (stack.enter_context(_town(run, engine, entries)) for entries in (hours.FEW, hours.MANY))
        return {name: _page(few, many, path, seconds) for name, path in PAGES.items()}


@contextmanager
def _town(run: Path, engine: str, entries: int) -> Iterator[Town]:
    with hours.town(run, engine, entries) as (served, databases), served.running("/healthz/ready"):
        yield Town(served, databases)


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
