"""What tests are given.

`TEST_ENGINE` (sqlite, postgres) chooses the engine for the whole run. A test that asks for `app` or `client`
gets a database of its own, empty but for the tables, and a clock that stands still on 28 November 2026 at
午前9時30分. `server` is the real server, with a database of its own; `phone` is a phone that opens its pages.
"""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [path for path in [str(ROOT)] if path not in sys.path]

from app import clock as app_clock  # noqa: E402 - found by the path just set, as are those below
from app import config as app_config  # noqa: E402
from app.db import db, transaction  # noqa: E402
from app.demo import service as demo  # noqa: E402
from app.web import assets  # noqa: E402
from tests import chromium  # noqa: E402
from tests.client import Client  # noqa: E402
from tests.databases import Databases, Urls, close_run, open_run  # noqa: E402
from tests.serving import AT, Server, Stable  # noqa: E402

pytest_plugins = ("tests.house.village",)  # one for all folders: each of them would make its own
ENGINES = ("sqlite", "postgres")
PATIENCE = 15_000  # milliseconds until what a page should show counts as missing; a busy machine is no fault
LONGEST = (  # begun first, so that no worker is left alone with one of them at the end
    "security/test_hostile",
    "house/test_pages",
    "browser/test_screens",
    "security/test_reads",
    "races/",
    "offline/test_crowd",
)
RUN = pytest.StashKey[Path]()

unscoped = [HealthCheck.function_scoped_fixture]
settings.register_profile(
    "quick", max_examples=50, stateful_step_count=30, deadline=None, suppress_health_check=unscoped
)
settings.load_profile("quick")


# --- one run ------------------------------------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    """The first process opens the run's folder; its workers find it in the environment."""
    if os.environ.setdefault("TEST_ENGINE", "sqlite") not in ENGINES:
        raise pytest.UsageError(f"TEST_ENGINE is one of {', '.join(ENGINES)}")
    if not hasattr(config, "workerinput"):
        config.stash[RUN] = open_run()
        os.environ["TEST_RUN"] = str(config.stash[RUN])


def pytest_unconfigure(config: pytest.Config) -> None:
    if RUN in config.stash:
        close_run(config.stash[RUN])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first; otherwise as they stand."""
    items.sort(key=lambda item: next((rank for rank, name in enumerate(LONGEST) if name in item.nodeid), len(LONGEST)))


@pytest.fixture(scope="session")
def engine_name() -> str:
    """sqlite or postgres."""
    return os.environ["TEST_ENGINE"]


@pytest.fixture(scope="session")
def databases(engine_name: str) -> Iterator[Databases]:
    """Makes copies of the migrated template, and empty databases for tests of the migrations."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    made = Databases(Path(os.environ["TEST_RUN"]), engine_name, worker)
    yield made
    made.close()


# --- the clock ----------------------------------------------------------------------------------------------


class Clock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def set(self, at: datetime) -> datetime:
        self.at = at
        return at

    def move(self, **by: float) -> datetime:
        """`clock.move(hours=2)`; answers the new instant."""
        return self.set(self.at + timedelta(**by))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The app's clock, standing at `AT`; the test moves it."""
    standing = Clock(AT)
    monkeypatch.setattr(app_clock, "now", standing.now)
    return standing


@pytest.fixture
def at(clock: Clock) -> datetime:
    """The instant at which the test begins: 2026-11-28T00:30Z, 午前9時30分 in Japan."""
    return clock.at


# --- the app, in this process -------------------------------------------------------------------------------


def make_app(environ: dict[str, str]) -> Flask:
    from app import create_app

    made = create_app(app_config.load(environ))
    made.test_client_class = Client
    return made


def environment(urls: Urls, instance: Path) -> dict[str, str]:
    return {
        "INSTANCE": str(instance),
        "DATABASE_URL": urls.app,
        "MIGRATION_DATABASE_URL": urls.owner,
        "ORIGIN": "http://localhost",
        "TESTING": "1",
    }


@pytest.fixture(scope="session")
def _assets() -> None:
    """Style sheets and scripts as they are now; a worker waits while another builds."""
    with open(Path(os.environ["TEST_RUN"]) / "assets.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assets.build()


@pytest.fixture(scope="session")
def _one_app(_assets: None, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Making the app takes longer than most tests, so a worker makes it once."""
    made = make_app(environment(databases.copy("app"), tmp_path_factory.mktemp("instance")))
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def seeded(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with the sample regions, made once per worker."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app_clock, "now", lambda: AT)
        app = make_app(environment(databases.copy("seeded"), tmp_path_factory.mktemp("seeding")))
        with app.app_context():
            with transaction():
                demo.open_demo(at=AT)
            db.session.remove()
            db.engine.dispose()
    return "seeded"


@pytest.fixture
def urls(databases: Databases) -> Urls:
    """The app's database, new for this test: `.app` as it connects, `.owner` as migrations do."""
    return databases.copy("app")


@pytest.fixture
def database_url(urls: Urls) -> str:
    """The address of this test's database, as the app connects to it."""
    return urls.app


@pytest.fixture
def app(_one_app: Flask, databases: Databases, clock: Clock, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The app on this test's database, its context pushed: services may be called directly."""
    with _one_app.app_context():
        if "urls" in request.fixturenames:  # who knows the address may do anything there
            request.getfixturevalue("urls")
            db.engine.dispose()
        elif "_village" not in request.fixturenames:  # `village` brings its own
            databases.renew("app", db.engine)
        yield _one_app
        db.session.remove()
        if databases.engine == "sqlite":
            db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> Client:
    """A browser without a window, not signed in; `app.test_client()` makes more."""
    return app.test_client()  # type: ignore[return-value]  # of the class that `make_app` set


@pytest.fixture
def new_app(urls: Urls, clock: Clock, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Makes apps with other settings on this test's database: `new_app(ORIGIN="https://yui.example")`."""
    made: list[Flask] = []

    def make(**environ: str) -> Flask:
        made.append(make_app(environment(urls, tmp_path / f"instance{len(made)}") | environ))
        return made[-1]

    yield make
    for one in made:
        with one.app_context():
            db.engine.dispose()


# --- the server and the phone -------------------------------------------------------------------------------


@pytest.fixture
def inside(clock: Clock) -> Callable[[Server], AbstractContextManager[Flask]]:
    """`with inside(server):` calls services and reads rows in the server's own database, with its secret."""
    made: dict[Server, Flask] = {}

    @contextmanager
    def enter(server: Server) -> Iterator[Flask]:
        app = made.get(server) or made.setdefault(server, make_app(server.env))
        with app.app_context():
            try:
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()

    return enter


@pytest.fixture(scope="session")
def _stable(databases: Databases) -> Iterator[Stable]:
    stable = Stable(databases)
    yield stable
    stable.close()


@pytest.fixture
def new_server(_assets: None, _stable: Stable, inside: Any) -> Iterator[Callable[..., Server]]:
    """Starts servers, each with its own database, folder and clock: `new_server(workers=1, PROXIES="1")`.

    `fill`, a function without arguments, runs inside the server's database before anybody asks for a page; what it
    answers is `server.filled`. `of` names a database to copy instead of the empty one (`databases.copy`).
    """
    made: list[Server] = []

    def make(
        fill: Callable[[], Any] | None = None, *, of: str | None = None, workers: int = 2, **environ: str
    ) -> Server:
        one = _stable.take(of, workers, environ)
        made.append(one)
        if fill is not None:
            with inside(one):
                one.filled = fill()
        return one if one.process else one.start()

    yield make
    for one in made:
        _stable.give_back(one)


@pytest.fixture
def server(new_server: Callable[..., Server]) -> Server:
    """The real server, two workers, on an empty database."""
    return new_server()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium per worker."""
    from playwright.sync_api import expect, sync_playwright

    program = chromium.find()
    if program is None:
        pytest.fail(chromium.MISSING)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, args=chromium.FLAGS)


@pytest.fixture
def phones(browser: Any) -> Iterator[Any]:
    """Opens phones: `phones(server)`, `phones(server, javascript=False)`. Any complaint fails the test."""
    from tests.phones import Phones

    opened = Phones(browser)
    yield opened
    opened.close()
    assert not opened.complaints, "\n".join(opened.complaints)


@pytest.fixture
def phone(phones: Any, server: Server) -> Any:
    """A page on a phone (360×640, Japanese) that opens `server`'s addresses: `phone.goto("/demo")`."""
    return phones(server)
