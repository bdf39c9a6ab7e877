"""Measures the app on both engines, beside the framework's hello and pgbench in the same minutes: `make bench`.

Everything shares this machine's cores, the load too, so requests a second depend on the day; processor time
per request does so far less. Nothing is written into the tree.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app import clock
from bench import hours, load, pgbench, processes, records, statements, tally, weight
from bench.instances import Instance, instance
from bench.report import Cell, Report
from bench.town import build
from tests.databases import Databases, close_run, open_run

CLIENTS = (1, 8, 32)
WARM_UP = 0.5  # seconds
ACTS_PER_SECOND = 500  # at most: so many people are prepared


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.5, help="for each row of the table")
    parser.add_argument("--engines", nargs="+", default=["sqlite", "postgres"])
    options = parser.parse_args(arguments)
    os.environ.setdefault("TEST_FOLDER", tempfile.gettempdir())  # a disk: memory needs no waiting for it
    report = Report(cores=os.cpu_count() or 1)
    with a_run() as run:
        report.begin(processes.sync_time(run))
        measure_hello(report, run, options.seconds)
        report.tallied(tally.measure(run))
    for engine in options.engines:
        with a_run() as run:
            measure_app(report, run, engine, options.seconds)
        with a_run() as run:
            report.growth[engine] = hours.measure(run, engine)
        with a_run() as run:
            report.records[engine] = records.measure(run, engine, options.seconds)
    report.end()
    print(json.dumps(report.as_dict(), ensure_ascii=False))
    return 1 if report.errors else 0


@contextmanager
def a_run() -> Iterator[Path]:
    """A folder for databases, cleared away afterwards with whatever serves them."""
    run = open_run()
    try:
        yield run
    finally:
        close_run(run)


def measure_hello(report: Report, run: Path, seconds: float) -> None:
    hello = Instance("bench.hello:app", run)
    with hello.running("/"):
        requests = itertools.repeat(load.get(hello.host, "/"))
        load.run(hello.port, requests, clients=8, seconds=WARM_UP)
        for clients in CLIENTS:
            report.add(one_row("-", "hello", hello, 0, requests, clients, seconds))


def measure_app(report: Report, run: Path, engine: str, seconds: float) -> None:
    with instance(run, engine) as (served, databases):
        app, people = served.app(), int(ACTS_PER_SECOND * (WARM_UP + len(CLIENTS) * seconds))
        with app.app_context():
            town = build(served.host, at=clock.now(), arrivals=people, payments=people, ballots=people)
        acts: dict[str, Iterator[bytes]] = {
            "check-in": town.arrivals,
            "redeem confirm": town.payments,
            "ballot cast": town.ballots,
            "event page": itertools.repeat(town.page),
        }
        report.statements[engine] = {act: statements.count(app, next(requests)) for act, requests in acts.items()}
        report.page = weight.weigh(app, town.path)
        database = server_of(databases)
        with served.running("/healthz/ready"):
            for act, requests in acts.items():
                load.run(served.port, requests, clients=8, seconds=WARM_UP)
                for clients in CLIENTS:
                    report.add(one_row(engine, act, served, database, requests, clients, seconds))
            report.memory[engine] = processes.memory(served.pid)
        if report.errors:
            print(served.last_words())
        if database:
            report.pgbench = {
                clients: pgbench.measure(databases.postgres, clients, round(seconds)) for clients in CLIENTS
            }


def one_row(
    engine: str, act: str, served: Instance, database: int, requests: Iterator[bytes], clients: int, seconds: float
) -> Cell:
    """`database` is the process of the database's server, 0 if it has none of its own."""
    before = processes.cpu(served.pid), processes.cpu(database) if database else 0.0
    sample = load.run(served.port, requests, clients=clients, seconds=seconds)
    after = processes.cpu(served.pid), processes.cpu(database) if database else 0.0
    return Cell.of(engine, act, clients, sample, app_cpu=after[0] - before[0], database_cpu=after[1] - before[1])


def server_of(databases: Databases) -> int:
    """The first process of PostgreSQL; 0 for SQLite, which works inside ours."""
    if databases.engine == "sqlite":
        return 0
    return int((databases.postgres.data / "postmaster.pid").read_text().split()[0])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
