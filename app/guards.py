"""Triggers and grants: what no code can talk its way around, even with a mistake in it.

Every migration calls `guard` last, because some ways to change a table drop its triggers in silence.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

APPEND_ONLY = (
    "operation",
    "transfer",
    "hold",
    "hold_lot",
    "hold_end",
    "event_closure",
    "proposal_version",
    "opinion_hiding",
    "proposal_slip",
    "roll_line",
    "vote_extension",
    "vote_closure",
    "vote_lot",
    "vote_result",
    "certificate",
    "certificate_line",
    "certificate_revocation",
)
ANY = ("insert", "update", "delete")
OPENED = "SELECT 1 FROM vote WHERE id = {row}.vote_id AND opened_at IS NOT NULL"
COUNTED = "SELECT 1 FROM vote_result WHERE vote_id = {row}.vote_id"
FROZEN: dict[str, tuple[tuple[str, ...], str]] = {  # table: what it refuses, and since when
    "vote": (("update", "delete"), "SELECT 1 WHERE {row}.opened_at IS NOT NULL"),
    "vote_option": (ANY, OPENED),
    "roll_line": (("insert",), OPENED),
    "used_line": (ANY, COUNTED),
    "ballot": (ANY, COUNTED),
    "named_ballot": (ANY, COUNTED),
}
REWRITTEN = {"used_line": "pk_used_line", "ballot": "pk_ballot", "named_ballot": "pk_named_ballot"}  # by which index


def guard(connection: Connection) -> None:
    """Create every trigger and grant that belongs to the tables which exist; called last by each migration."""
    tables = set(sa.inspect(connection).get_table_names())
    for table in APPEND_ONLY:
        if table in tables:
            _forbid_changes(connection, table)
    if "vote_result" in tables:
        for table, (verbs, since) in FROZEN.items():
            for verb in verbs:
                _freeze(connection, table, verb, since)
    if connection.dialect.name == "postgresql":
        for table in REWRITTEN.keys() & tables:
            _let_rewrite(connection, table)
        _grant(connection, tables)


def unguard(connection: Connection, table: str) -> None:
    """Take the append-only guards of one table away, before a migration drops it."""
    for verb in ("update", "delete"):
        on = f" ON {table}" if connection.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}")


def guards(connection: Connection) -> list[str]:
    """The names of all triggers, sorted, for comparison before and after a migration."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    else:
        rows = connection.exec_driver_sql("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
    return sorted(name for (name,) in rows)


def _forbid_changes(connection: Connection, table: str) -> None:
    unguard(connection, table)
    if connection.dialect.name == "sqlite":
        for verb in ("update", "delete"):
            connection.exec_driver_sql(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    connection.exec_driver_sql(
        "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$"
    )
    for verb in ("update", "delete"):
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )


def _freeze(connection: Connection, table: str, verb: str, since: str) -> None:
    """Refuse `verb` on the rows for which the query `since` answers; an update is judged by the row it finds."""
    name, asks = f"{table}_frozen_{verb}", since.format(row="NEW" if verb == "insert" else "OLD")
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        connection.exec_driver_sql(
            f"CREATE TRIGGER {name} BEFORE {verb.upper()} ON {table} WHEN EXISTS ({asks}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END"
        )
        return
    answer = "OLD" if verb == "delete" else "NEW"
    connection.exec_driver_sql(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF EXISTS ({asks}) THEN RAISE EXCEPTION '{table} is frozen'; END IF; RETURN {answer}; END $$"
    )
    connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name} ON {table}")
    connection.exec_driver_sql(
        f"CREATE TRIGGER {name} BEFORE {verb.upper()} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def _let_rewrite(connection: Connection, table: str) -> None:
    """A function that writes the table into a new file, without what was deleted: only its owner may do that."""
    name = f"rewrite_{table}()"
    connection.exec_driver_sql(
        f"CREATE OR REPLACE FUNCTION {name} RETURNS void LANGUAGE plpgsql SECURITY DEFINER "
        f"SET search_path = public, pg_temp AS $$ BEGIN CLUSTER {table} USING {REWRITTEN[table]}; END $$"
    )
    connection.exec_driver_sql(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
    if _has_app_role(connection):
        connection.exec_driver_sql(f"GRANT EXECUTE ON FUNCTION {name} TO yui_app")


def _has_app_role(connection: Connection) -> bool:
    return bool(connection.exec_driver_sql("SELECT 1 FROM pg_roles WHERE rolname = 'yui_app'").scalar())


def _grant(connection: Connection, tables: set[str]) -> None:
    """`yui_app` reads and writes rows; it owns nothing and never changes what is append-only."""
    if not _has_app_role(connection):
        return
    for table in sorted(tables - {"alembic_version"}):
        connection.exec_driver_sql(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO yui_app")
        if table in APPEND_ONLY:
            connection.exec_driver_sql(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM yui_app")
    connection.exec_driver_sql("GRANT SELECT ON alembic_version TO yui_app")
    connection.exec_driver_sql("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO yui_app")
