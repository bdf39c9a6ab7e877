"""Jobs are done once per period, by whoever comes first, and one that fails harms no other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import jobs
from app.db import Meta, connection, db
from app.jobs.models import Job
from app.jobs.service import last_run, run_due


@pytest.fixture(autouse=True)
def own_rules(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(jobs, "rules", {})
    monkeypatch.setattr("app.jobs.service.rules", jobs.rules)
    yield


class Counted:
    """Work that counts, in the database as well."""

    def __init__(self, name: str = "a") -> None:
        self.name, self.times = name, 0

    def __call__(self, *, at: datetime) -> None:
        self.times += 1
        connection().execute(sa.insert(Meta).values(key=f"{self.name}{at.timestamp()}", value="done"))


def broken(*, at: datetime) -> None:
    connection().execute(sa.insert(Meta).values(key="half", value="done"))
    raise ZeroDivisionError


def test_a_job_is_done_once_per_period(app: Flask, at: datetime) -> None:
    work = Counted()
    jobs.every(60, "a", work)
    assert run_due(at) == ["a"]
    assert run_due(at + timedelta(seconds=59)) == []
    assert run_due(at + timedelta(seconds=60)) == ["a"]
    assert work.times == 2
    assert last_run() == at + timedelta(seconds=60)


def test_a_failing_job_leaves_nothing_and_stops_no_other(app: Flask, at: datetime, caplog: Any) -> None:
    after = Counted("z")
    jobs.every(3600, "a", broken)
    jobs.every(3600, "z", after)
    assert run_due(at) == ["z"]
    assert db.session.get(Meta, "half") is None
    assert "job a: ZeroDivisionError" in caplog.text
    assert run_due(at + timedelta(seconds=5)) == []
    jobs.every(3600, "a", Counted())
    assert run_due(at + timedelta(minutes=1)) == ["a"]


def test_a_clock_that_is_turned_back_does_not_stop_the_jobs(app: Flask, at: datetime) -> None:
    jobs.every(60, "a", Counted())
    assert run_due(at + timedelta(days=300)) == ["a"]
    assert run_due(at) == ["a"]


def test_of_many_at_once_one_does_it(app: Flask, at: datetime) -> None:
    work, done = Counted(), []
    jobs.every(60, "a", work)

    def look() -> None:
        with app.app_context():
            done.extend(run_due(at))
            db.session.remove()

    crowd = [threading.Thread(target=look) for _ in range(8)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert done == ["a"]
    assert work.times == 1


def test_an_idle_round_writes_nothing(app: Flask, at: datetime) -> None:
    jobs.every(60, "a", Counted())
    run_due(at)
    before = db.session.execute(sa.select(Job.name, Job.due_at, Job.done_at)).all()
    db.session.rollback()
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    run_due(at + timedelta(seconds=5))
    sa.event.remove(db.engine, "before_cursor_execute", note)
    assert {one.split()[0] for one in statements} <= {"BEGIN", "SELECT"}
    assert db.session.execute(sa.select(Job.name, Job.due_at, Job.done_at)).all() == before


def test_the_rooms_bring_their_jobs(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from app import cli, demo

    monkeypatch.undo()
    assert {"ledger.sweep", "web.forget", "credentials.forget", "demo.today"} <= set(jobs.rules)
    assert cli and demo


def test_the_command_does_what_is_due(app: Flask) -> None:
    jobs.every(60, "b", Counted("b"))
    assert app.test_cli_runner().invoke(args=["jobs", "run", "--once"]).output == "b\n"
