"""The fixtures keep their promises: no row of one test is seen by the next, on either engine."""

import shutil
import subprocess

import pytest
import sqlalchemy as sa
from flask import g, request_started

from app import clock as app_clock
from app.db import BEGIN, Base, Meta, db, transaction
from app.guards import APPEND_ONLY, FROZEN, guards
from app.ledger.models import Operation
from tests import factories
from tests.databases import PREFIX, open_run


@pytest.mark.parametrize("turn", range(4))
def test_rows_of_one_test_are_not_there_in_the_next(app, turn):
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Meta)) == 0
    with transaction():
        db.session.add(Meta(key="turn", value=str(turn)))
    assert db.session.scalar(sa.select(Meta.value)) == str(turn)


@pytest.mark.parametrize("turn", range(3))
def test_what_may_not_be_deleted_is_gone_and_numbers_begin_anew(app, at, turn):
    """The books among it, which nobody deletes from: neither their rows are seen nor how many there were."""
    assert not [table.name for table in Base.metadata.sorted_tables if db.session.execute(sa.select(table)).first()]
    world = factories.world(at=at)
    factories.coins(world, factories.membership(world.region, at=at), 3, at=at)
    assert (world.region.id, db.session.scalar(sa.select(sa.func.max(Operation.seq)))) == (1, 1)


_left_open = []  # by a test, for the next


def test_a_connection_left_open_in_a_transaction(app):
    _left_open.append(db.engine.connect())
    _left_open[0].exec_driver_sql(BEGIN[db.engine.dialect.name])
    _left_open[0].execute(sa.insert(Meta).values(key="left", value="open"))


@pytest.mark.parametrize("turn", range(2))
def test_it_holds_up_nobody_and_shows_nobody_its_rows(app, turn):
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Meta)) == 0
    with transaction():
        db.session.add(Meta(key="left", value="closed"))
    if _left_open:
        _left_open.pop().invalidate()


@pytest.mark.parametrize("turn", range(2))
def test_settings_of_a_connection_are_those_of_the_app(app, engine_name, turn):
    if engine_name == "sqlite":
        assert db.session.scalar(sa.text("PRAGMA foreign_keys")) == 1
        db.session.execute(sa.text("PRAGMA foreign_keys = OFF"))
    else:
        assert db.session.scalar(sa.text("SHOW statement_timeout")) == "5s"
        db.session.execute(sa.text("SET statement_timeout = 0"))


@pytest.mark.parametrize("turn", range(2))
def test_a_changed_table_is_not_the_next_ones(app, urls, turn):
    """Only the owner changes tables, and who asks for its address gets a copy, as does the next test."""
    engine = sa.create_engine(urls.owner, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE meta ADD COLUMN more TEXT"))


def test_the_app_may_not_change_tables(app, engine_name):
    names = [column["name"] for column in sa.inspect(db.engine).get_columns("meta")]
    assert names == ["key", "value"]
    if engine_name == "postgres":
        with pytest.raises(sa.exc.ProgrammingError, match="must be owner"):
            db.session.execute(sa.text("ALTER TABLE meta ADD COLUMN more TEXT"))


def test_the_engine_is_the_one_that_was_asked_for(app, engine_name, database_url):
    assert db.engine.dialect.name == {"sqlite": "sqlite", "postgres": "postgresql"}[engine_name]
    assert database_url.startswith(db.engine.dialect.name)


def test_the_copy_carries_the_guards(app):
    wanted = [f"{table}_no_{verb}" for table in APPEND_ONLY for verb in ("update", "delete")]
    wanted += [f"{table}_frozen_{verb}" for table, (verbs, _since) in FROZEN.items() for verb in verbs]
    assert guards(db.session.connection()) == sorted(wanted)


def test_the_clock_stands_still_until_it_is_moved(app, at, clock):
    assert app_clock.now() == app_clock.now() == at
    assert app_clock.now() < clock.move(hours=2) == app_clock.now()


def test_a_request_has_its_own_context(app, client):
    """What one request keeps in `g` must not be there in the next, nor in the test."""
    seen = []

    def mark(_):
        seen.append("mark" in g)
        g.mark = True

    with request_started.connected_to(mark, app):
        client.get("/healthz/live")
        client.get("/healthz/live")
    assert seen == [False, False]
    assert "mark" not in g


def test_two_servers_have_databases_of_their_own(new_server, inside):
    def fill():
        with transaction():
            db.session.add(Meta(key="here", value="1"))
        return "filled"

    first, second = new_server(fill, workers=1), new_server(workers=1)
    assert first.filled == "filled"
    with inside(first):
        assert db.session.get(Meta, "here")
    with inside(second):
        assert db.session.get(Meta, "here") is None


@pytest.mark.browser
def test_a_phone_opens_the_servers_pages(phone):
    assert phone.goto("/healthz/live").status == 200
    assert phone.evaluate("[screen.width, navigator.language]") == [360, "ja-JP"]


@pytest.mark.browser
def test_a_phone_notes_what_goes_wrong(phones, server):
    page = phones(server)
    page.goto("/healthz/live")
    page.evaluate("console.error('oh')")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: '1'}))")
    assert phones.complaints[0] == "console: oh"
    assert "Content Security Policy" in phones.complaints[1]
    phones.complaints.clear()


def test_what_a_killed_run_left_is_cleared_away_by_the_next(tmp_path, monkeypatch):
    """The machine was switched off: neither the run nor its PostgreSQL could clean up after itself."""
    monkeypatch.setenv("TEST_FOLDER", str(tmp_path))
    ended = subprocess.Popen(["true"])
    ended.wait()
    left = tmp_path / f"{PREFIX}{ended.pid}-left" / "postgres" / "data"
    left.mkdir(parents=True)
    (left / "postmaster.pid").write_text(f"{ended.pid}\n{left}\n")
    run = open_run()
    assert list(tmp_path.iterdir()) == [run]
    shutil.rmtree(run)
