"""The migrations make what the models say, up and down, also where there are rows; and the guards hold."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from app import schema
from app.config import ROOT
from app.db import Base, begins_by_itself, db, engine_options, transaction
from app.demo import service as demo
from app.guards import APPEND_ONLY, FROZEN, guard, guards
from tests.conftest import environment, make_app
from tests.house.schema_text import lines
from tests.house.village import AT

WITHOUT_REGION = {"region", "member", "credential", "sign_in", "challenge", "link", "meta", "job", "throttle"}
ANY = ("update", "delete")


@contextmanager
def connected(url: str, *, writes: bool = False) -> Iterator[Connection]:
    engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args=engine_options(url)["connect_args"])
    with (begins_by_itself(engine) if writes else engine).connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture(scope="session", autouse=True)
def _models() -> None:
    """All tables are known, whichever rooms this process has opened."""
    for path in sorted((ROOT / "app").rglob("models.py")):
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def revisions() -> list[str]:
    """All of them, the oldest first."""
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    return [script.revision for script in scripts.walk_revisions()][::-1]


@pytest.fixture
def filled(databases, tmp_path, clock):
    """A migrated database with all of the sample data in it."""
    urls = databases.empty("filled")
    schema.upgrade(urls.owner)
    with make_app(environment(urls, tmp_path / "instance")).app_context():
        with transaction():
            demo.seed(at=AT)
        db.session.remove()
        db.engine.dispose()
    yield urls
    databases.drop("filled")


def test_there_is_one_newest_revision():
    assert schema.head() == revisions()[-1]
    assert revisions() == [f"{number + 1:04}" for number in range(len(revisions()))]


def test_models_and_migrations_agree(databases):
    """Nothing is left to generate; and, as alembic looks at no CHECK, the texts of both are the same."""
    migrated, made = databases.copy("migrated"), databases.empty("made")
    with connected(migrated.owner) as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        by_migrations = lines(connection)
    with connected(made.owner, writes=True) as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num TEXT PRIMARY KEY)")
        Base.metadata.create_all(connection)
        guard(connection)
        connection.commit()
        by_models = lines(connection)
    assert by_migrations - by_models == set() == by_models - by_migrations
    assert sum("CHECK" in line for line in by_models) > 30
    for name in ("migrated", "made"):
        databases.drop(name)


def test_down_and_up_again_on_a_filled_database(filled):
    """Each step back and forth leaves the same tables and guards; down to the ground leaves nothing."""
    with connected(filled.owner) as connection:
        whole, watched = lines(connection), guards(connection)
    frozen = [f"{table}_frozen_{verb}" for table, (verbs, _since) in FROZEN.items() for verb in verbs]
    assert watched == sorted(frozen + [f"{table}_no_{verb}" for table in APPEND_ONLY for verb in ANY])
    for revision in reversed(["base", *revisions()[:-1]]):
        schema.downgrade(filled.owner, revision)
        schema.upgrade(filled.owner)
        with connected(filled.owner) as connection:
            assert lines(connection) == whole
            assert guards(connection) == watched
    schema.downgrade(filled.owner, "base")
    with connected(filled.owner) as connection:
        assert lines(connection) == set()
        assert guards(connection) == []


def test_a_migrated_database_can_be_migrated_again(filled):
    """A second start finds nothing to do, and every row where it was."""
    with connected(filled.owner) as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM transfer").scalar()
    schema.upgrade(filled.owner)
    with connected(filled.owner) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM transfer").scalar() == before > 0


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {0} SET region_id = region_id", "DELETE FROM {0}"])
def test_history_refuses_to_be_changed(village, urls, table, statement):
    """By the app, and by the owner of the tables: on both engines, on rows that are there."""
    for url in {urls.app, urls.owner}:
        with connected(url, writes=True) as connection:
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
            with pytest.raises(DBAPIError, match="append-only|permission denied"):
                connection.exec_driver_sql(statement.format(table))
    assert village.enter("member").get("/tsk/wallet").status_code == 200


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_the_app_has_no_right_to_change_history(app, engine_name, table):
    if engine_name == "sqlite":
        return  # it knows no roles: there the triggers stand alone
    ask = "SELECT has_table_privilege('yui_app', :table, :right)"
    rights = {
        right: db.session.scalar(sa.text(ask), {"table": table, "right": right})
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER")
    }
    assert rights == {
        "SELECT": True, "INSERT": True, "UPDATE": False, "DELETE": False, "TRUNCATE": False, "TRIGGER": False,
    }  # fmt: skip


def test_the_app_owns_nothing_and_makes_no_tables(app, urls, engine_name):
    if engine_name == "sqlite":
        return
    owned = db.session.scalars(sa.text("SELECT relname FROM pg_class WHERE relowner = 'yui_app'::regrole")).all()
    powers = "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication FROM pg_roles WHERE rolname = "
    assert owned == []
    assert not any(db.session.execute(sa.text(f"{powers}'yui_app'")).one())
    for statement in (
        "CREATE TABLE mine (id int)",
        "DROP TABLE transfer",
        "ALTER TABLE transfer DISABLE TRIGGER ALL",
        "DROP TRIGGER transfer_no_update ON transfer",
        "TRUNCATE transfer",
        "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        "SET session_replication_role = replica",
        "UPDATE alembic_version SET version_num = '0000'",
    ):
        with connected(urls.app) as connection, pytest.raises(DBAPIError, match="permission denied|must be owner"):
            connection.exec_driver_sql(statement)


def test_every_constraint_has_a_name(app):
    """A name is what turns a broken rule into a sentence, and what a later migration can take hold of."""
    for table in Base.metadata.tables.values():
        for constraint in table.constraints:
            assert constraint.name, f"{table.name}: {constraint}"
            assert len(str(constraint.name)) <= 63, f"PostgreSQL would cut {constraint.name}"


def test_every_row_names_its_region_and_so_does_every_reference(app):
    """`(region_id, id)` in every foreign key: a row cannot lead into another region even by mistake."""
    wrong = []
    for table in Base.metadata.tables.values():
        if table.name not in WITHOUT_REGION and "region_id" not in table.columns:
            wrong.append(f"{table.name} has no region_id")
        for key in table.foreign_key_constraints:
            to_region = {element.column.name for element in key.elements} >= {"region_id"}
            if "region_id" in key.referred_table.columns and not to_region:
                wrong.append(f"{table.name} → {key.referred_table.name} without its region")
    assert not wrong


@pytest.mark.once
def test_every_table_on_sqlite_is_strict(app):
    loose = db.session.execute(sa.text("SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0"))
    assert {name for (name,) in loose} - {"sqlite_schema", "sqlite_sequence", "alembic_version"} == set()


@pytest.mark.once
def test_a_row_that_leads_nowhere_is_refused_by_the_database(village):
    """Foreign keys are on, for every connection of the pool."""
    for _ in range(3):
        with pytest.raises(DBAPIError, match="FOREIGN KEY"), transaction():
            db.session.connection().exec_driver_sql("UPDATE membership SET region_id = 2 WHERE id = 1")
