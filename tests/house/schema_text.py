"""A database's tables as sorted lines of text, to be compared: columns, constraints, indexes, triggers, grants."""

from __future__ import annotations

import re

from sqlalchemy.engine import Connection

POSTGRES = {
    "column": "SELECT table_name, column_name, data_type, is_nullable, coalesce(column_default, '') "
    "FROM information_schema.columns WHERE table_schema = 'public'",
    "constraint": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace AND contype <> 'n'",
    "index": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "trigger": "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "grant": "SELECT table_name, grantee, privilege_type FROM information_schema.role_table_grants "
    "WHERE table_schema = 'public'",
}
OF_ALEMBIC = "alembic_version"
COLUMN_CHECK = re.compile(r"(?<=\S) (?=CONSTRAINT ck_)")  # written with its column it says the same as beside it


def lines(connection: Connection) -> set[str]:
    """Everything that there is, but for the migrations' own table."""
    found = _sqlite(connection) if connection.dialect.name == "sqlite" else _postgres(connection)
    return {line for line in found if OF_ALEMBIC not in line}


def _postgres(connection: Connection) -> set[str]:
    return {
        f"{kind}: {' | '.join(map(str, row))}"
        for kind, query in POSTGRES.items()
        for row in connection.exec_driver_sql(query)
    }


def _sqlite(connection: Connection) -> set[str]:
    """`CREATE TABLE` comes apart at its commas: their order does not matter, their words do."""
    found: set[str] = set()
    for kind, table, sql in connection.exec_driver_sql("SELECT type, tbl_name, sql FROM sqlite_master WHERE sql > ''"):
        plain = " ".join(sql.replace('"', "").split())
        found |= {f"{table}: {part}" for part in (_parts(plain) if kind == "table" else [plain])}
    return found


def _parts(sql: str) -> list[str]:
    body, _, options = sql.partition("(")[2].rpartition(")")
    parts, depth, part = [], 0, ""
    for character in body:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += character
    apart = [piece for one in [*parts, part] for piece in COLUMN_CHECK.split(one.strip())]
    return [re.sub(r"\s*([(),])\s*", r"\1", one.strip()) for one in apart] + [f"options {options.strip()}"]
