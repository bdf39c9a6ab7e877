"""The commands of an instance; each says what it did in as few lines as it can. `make` calls them.

`serve` (make run) · `upgrade` · `set-up` · `doctor` · `ledger prove`; rooms bring their own: `demo`, `jobs`.
This is the top of the house: it also gives work to the jobs whose rooms know nobody.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import click
import sqlalchemy as sa
from alembic.util import CommandError
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError, OperationalError

from app import clock, jobs, schema
from app.codes.drawing import matrix
from app.config import LOCAL_HOSTS, Config, is_local_origin
from app.db import db, transaction
from app.home import service as home
from app.jobs import serving
from app.jobs.service import last_run
from app.ledger import proof
from app.ledger import service as ledger
from app.regions import queries as regions
from app.web.limits.models import Throttle

SWEEP_EVERY, FORGET_EVERY = 600, 3600  # seconds
LOTS_A_SWEEP = 500
REMEMBER = timedelta(days=1)  # longer than any window in which tries are counted


def init(app: Flask) -> None:
    jobs.every(SWEEP_EVERY, "ledger.sweep", sweep)
    jobs.every(FORGET_EVERY, "web.forget", forget)
    for command in (serve, upgrade, set_up, doctor, ledger_commands):
        app.cli.add_command(command)


def sweep(*, at: datetime) -> None:
    """Take the coins whose last day has passed in their region out of the members' accounts."""
    for region in regions.everywhere():
        today = clock.local_day(region, at)
        while ledger.sweep_expired(region_id=region.id, today=today, at=at, limit=LOTS_A_SWEEP) == LOTS_A_SWEEP:
            pass


def forget(*, at: datetime) -> None:
    """Drop the counters of rate limits that no longer limit anything."""
    db.session.execute(sa.delete(Throttle).where(Throttle.window < int((at - REMEMBER).timestamp())))


# --- running ------------------------------------------------------------------------------------------------


@click.command()
def serve() -> None:
    """Run the instance until Ctrl-C: tables, first data, server and jobs. Reads PORT, HOST, ORIGIN and DEMO.

    An empty database under a local origin gets the sample regions. With DEMO=0, or under any other origin unless
    DEMO=1, it gets one region «はじめての地域» with the usual rule (1枚 from an hour, 2枚 from two, at most 2 a day
    and 50 a 年度) and one member, who is its steward and office and signs in by the set-up link that is printed.
    """
    host, port = os.environ.get("HOST") or "127.0.0.1", _port()
    if not serving.is_free(host, port):
        _fail(f"Port {port} is in use: choose another one, for example PORT={port + 1} make run.")
    origin = _origin(host, port)
    (_config().instance / "origin").write_text(f"{origin}\n")
    _upgrade()
    lines = _first_data(origin)
    db.session.remove()
    db.engine.dispose()
    phones = [f"{address}:{port}" for address in _addresses(host)]
    known = filter(None, [os.environ.get("EXTRA_HOSTS"), *phones, *(f"localhost:{port}" for _ in phones[:1])])
    env = os.environ | {"ORIGIN": origin, "EXTRA_HOSTS": ",".join(known)}
    _run(serving.Processes(host, port, env), origin, [*_for_phones(phones), *lines])


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        _fail(f"PORT must be a number from 1 to 65535, not {text}.")
    return int(text)


def _origin(host: str, port: int) -> str:
    """ORIGIN if given; served to everywhere, the one address that a phone can open, so that posters lead there."""
    given = os.environ.get("ORIGIN", "").rstrip("/")
    here = "localhost" if host in (*LOCAL_HOSTS, *serving.EVERYWHERE) else host
    addresses = _addresses(host)
    return given or f"http://{addresses[0] if len(addresses) == 1 else here}:{port}"


def _first_data(origin: str) -> list[str]:
    """Fill an empty database; the lines to print once the server answers."""
    at, is_local = clock.now(), is_local_origin(origin)
    with transaction():
        if os.environ.get("DEMO", "1" if is_local else "0") != "0":
            current_app.extensions["open_demo"](at=at)
        home.open_house(at=at)
        key = None if current_app.extensions["is_demo"]() else home.set_up_key(at=at)
    lines = [f"Yui    {origin}"]
    if current_app.extensions["is_demo"]() and is_local:
        lines += [f"demo   {origin}/demo", "links  make links"]
    elif key:
        lines += [f"set-up {origin}/set-up/{key}"]
    return [*lines, "stop   Ctrl-C"]


def _addresses(host: str) -> list[str]:
    return serving.local_network_addresses() if host in serving.EVERYWHERE else []


def _for_phones(hosts: list[str]) -> list[str]:
    return [line for host in hosts for line in (f"phone  http://{host}", *_terminal_code(f"http://{host}"))]


def _terminal_code(text: str) -> list[str]:
    """A QR in half blocks, dark cells drawn as gaps: right on dark terminals, and cameras read both."""
    cells = matrix(text, "M")[2:-2]
    pairs = zip(cells[::2], [*cells[1::2], [True] * len(cells[0])], strict=False)
    return ["".join(" ▀▄█"[(not top) + 2 * (not low)] for top, low in zip(*pair, strict=True)) for pair in pairs]


def _run(processes: serving.Processes, origin: str, lines: list[str]) -> None:
    serving.stop_on(signal.default_int_handler)
    try:
        processes.start(urlsplit(origin).netloc)
        click.echo("\n".join(lines))
        processes.wait()
    except serving.NotServing as error:
        _fail(str(error))
    except KeyboardInterrupt:
        pass
    finally:
        processes.stop()


# --- once ---------------------------------------------------------------------------------------------------


@click.command()
def upgrade() -> None:
    """Bring the database to the tables of this code."""
    _upgrade()
    click.echo(f"tables at {schema.head()}")


def _upgrade() -> None:
    try:
        schema.upgrade(_config().migration_database_url)
    except (OperationalError, CommandError) as error:
        _fail(f"The database cannot be brought up to date. {_reason(error)}")


@click.command("set-up")
def set_up() -> None:
    """Print a link, good once and for 30 minutes, with which the first member makes a passkey."""
    with transaction():
        if current_app.extensions["is_demo"]():
            _fail("This instance has the sample data: sign in at /demo.")
        home.open_house(at=clock.now())
        key = home.set_up_key(at=clock.now(), again=True)
    click.echo(f"{_config().origin}/set-up/{key}")


ledger_commands = AppGroup("ledger", help="The coins.")


@ledger_commands.command("prove")
def prove() -> None:
    """Prove the books right: one line of JSON, exit 1 if they are not."""
    found = proof.prove()
    click.echo(json.dumps(found, ensure_ascii=False))
    sys.exit(0 if found["ok"] else 1)


# --- is all well? -------------------------------------------------------------------------------------------


@click.command()
def doctor() -> None:
    """Look at the instance, one line per part; exit 1 if something is wrong."""
    wrong = 0
    for name, check in CHECKS.items():
        try:
            text, good = check(_config()), True
        except Exception as error:  # each part is looked at, whatever is wrong with the others
            db.session.rollback()
            text, good = _reason(error), False
        wrong += not good
        click.echo(f"{name:<9} {'ok' if good else 'WRONG':<6} {text}")
    sys.exit(1 if wrong else 0)


class Wrong(Exception):
    """What the doctor found; the message says what to do."""


def _reason(error: Exception) -> str:
    """One line, without the statement that failed."""
    said = str(error.orig if isinstance(error, DBAPIError) else error).strip() or type(error).__name__
    return said.splitlines()[0]


def _settings(config: Config) -> str:
    engine = sa.make_url(config.database_url).get_backend_name()
    return f"{config.origin}, {engine}, instance in {config.instance}"


def _database(config: Config) -> str:
    begin = time.perf_counter()
    db.session.execute(sa.text("SELECT 1"))
    return f"answers in {(time.perf_counter() - begin) * 1000:.0f} ms"


def _tables(config: Config) -> str:
    if not sa.inspect(db.engine).has_table("alembic_version"):
        raise Wrong("none yet: run flask upgrade")
    there = db.session.scalar(sa.text("SELECT version_num FROM alembic_version"))
    if there != schema.head():
        raise Wrong(f"at {there}, this code wants {schema.head()}: run flask upgrade")
    return f"at {there}"


def _secret(config: Config) -> str:
    """Its age and its permissions, never its value."""
    path = Path(os.environ.get("SECRET_FILE") or config.instance / "secret")
    days = (datetime.now(UTC) - datetime.fromtimestamp(path.stat().st_mtime, UTC)).days
    return f"{days} days old, mode {path.stat().st_mode & 0o777:03o}"


def _clock(config: Config) -> str:
    """A clock that was turned back would let coins expire twice and links live again."""
    at = clock.now()
    last = db.session.scalar(sa.text("SELECT max(at) FROM operation"))
    last = datetime.fromisoformat(last) if isinstance(last, str) else last
    if last is not None and last > at + timedelta(minutes=1):
        raise Wrong(f"{at:%Y-%m-%dT%H:%M:%SZ} is before the last entry of the books, {last:%Y-%m-%dT%H:%M:%SZ}")
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _jobs(config: Config) -> str:
    """Late jobs are no fault: every rule is also true without them."""
    last = last_run()
    if last is None:
        return "have not run yet: make run starts them"
    return f"last ran {int((clock.now() - last).total_seconds())} s ago"


CHECKS: dict[str, Callable[[Config], str]] = {
    "config": _settings,
    "database": _database,
    "tables": _tables,
    "secret": _secret,
    "clock": _clock,
    "jobs": _jobs,
}


def _config() -> Config:
    config: Config = current_app.extensions["config"]
    return config


def _fail(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)
