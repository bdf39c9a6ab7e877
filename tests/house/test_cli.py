"""The commands of an instance."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.config import ROOT
from app.db import db, transaction, uuid7
from app.home import service as home
from app.jobs import serving
from app.members.models import Membership
from app.regions.models import Region
from app.web.limits.models import Throttle
from tests import factories


def run(app: Flask, *args: str) -> Any:
    return app.test_cli_runner().invoke(args=list(args))


# --- proving ------------------------------------------------------------------------------------------------


def test_prove_says_yes_in_one_line_of_json(app: Flask, at: Any) -> None:
    world = factories.world(at=at)
    factories.coins(world, factories.membership(world.region, at=at), 3, at=at)
    answer = run(app, "ledger", "prove")
    assert answer.exit_code == 0
    assert len(answer.output.splitlines()) == 1
    assert json.loads(answer.output)["ok"] is True


def test_prove_says_no_and_exits_with_1(app: Flask, at: Any) -> None:
    world = factories.world(at=at)
    factories.coins(world, factories.membership(world.region, at=at), 3, at=at)
    with transaction():
        db.session.execute(sa.text("UPDATE holding SET posted = posted + 1"))
    answer = run(app, "ledger", "prove")
    assert answer.exit_code == 1
    assert json.loads(answer.output)["checks"]["holdings_are_transfers"]


# --- the doctor ---------------------------------------------------------------------------------------------


def test_a_healthy_instance(app: Flask) -> None:
    answer = run(app, "doctor")
    assert answer.exit_code == 0, answer.output
    assert [line.split()[1] for line in answer.output.splitlines()] == ["ok"] * 6
    secret = (app.extensions["config"].instance / "secret").read_text()
    assert secret not in answer.output


@pytest.mark.once
def test_the_doctor_finds_old_tables_and_a_clock_turned_back(app: Flask, clock: Any, at: Any) -> None:
    world = factories.world(at=at)
    factories.coins(world, factories.membership(world.region, at=at), 1, at=at)
    with transaction():
        db.session.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    clock.move(days=-1)
    answer = run(app, "doctor")
    assert answer.exit_code == 1
    wrong = [line.split()[0] for line in answer.output.splitlines() if "WRONG" in line]
    assert wrong == ["tables", "clock"]


# --- an empty house -----------------------------------------------------------------------------------------


def test_set_up_opens_an_empty_house(app: Flask, at: Any) -> None:
    answer = run(app, "set-up")
    assert answer.output.startswith("http://localhost/set-up/")
    region, member = db.session.scalars(sa.select(Region)).one(), db.session.scalars(sa.select(Membership)).one()
    assert (region.slug, region.name, member.number) == ("home", "はじめての地域", "HOM-0001-3")
    page = app.test_client().get(answer.output.strip().removeprefix("http://localhost"))
    assert page.status_code == 200
    assert run(app, "set-up").output != answer.output
    assert db.session.scalars(sa.select(Membership)).one().id == member.id


def test_the_first_member_may_hold_a_gathering_that_pays(app: Flask, client: Any, at: Any) -> None:
    with transaction():
        home.open_house(at=at)
    member = db.session.scalars(sa.select(Membership)).one()
    factories.sign_in(client, member.member_id, at=at)
    assert client.get("/home/events/new").status_code == 200
    region = db.session.scalars(sa.select(Region)).one()
    from app import clock
    from app.issuing.queries import current_rule

    rule = current_rule(region.id, clock.local_day(region, at))
    assert (rule.one_coin_minutes, rule.two_coins_minutes, rule.day_cap, rule.year_cap) == (60, 120, 2, 50)


def test_with_people_in_it_the_house_is_left_alone(app: Flask, at: Any) -> None:
    world = factories.world(at=at)
    factories.membership(world.region, at=at)
    with transaction():
        home.open_house(at=at)
        assert home.set_up_key(at=at) is None
    assert len(db.session.scalars(sa.select(Region)).all()) == 1


# --- what runs by itself ------------------------------------------------------------------------------------


def test_old_counters_are_forgotten(app: Flask, at: Any) -> None:
    from app.cli import forget

    old, new = int((at - timedelta(days=2)).timestamp()), int(at.timestamp())
    with transaction():
        db.session.add_all([Throttle(key="a", window=old, count=1), Throttle(key="a", window=new, count=1)])
    with transaction():
        forget(at=at)
    assert [one.window for one in db.session.scalars(sa.select(Throttle))] == [new]


# --- running ------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.rules
def test_a_busy_port_is_found() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert not serving.is_free("127.0.0.1", other.getsockname()[1])
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
    assert serving.is_free("127.0.0.1", port)


@pytest.mark.once
def test_serve_starts_says_four_lines_and_stops_quietly(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env |= {"INSTANCE": str(tmp_path / uuid7()), "PORT": port}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        lines = [process.stdout.readline() for _ in range(4)]
        busy = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
        process.send_signal(signal.SIGINT)
        rest, complaints = process.communicate(timeout=6)
    finally:
        process.kill()
    origin = f"http://localhost:{port}"
    assert "".join(lines) == f"Yui    {origin}\ndemo   {origin}/demo\nlinks  make links\nstop   Ctrl-C\n"
    assert (rest, complaints, process.returncode) == ("", "", 0)
    assert busy.returncode == 1
    assert busy.stderr == f"Port {port} is in use: choose another one, for example PORT={int(port) + 1} make run.\n"
