"""Runs the migrations on the database that `app.schema` names."""

import importlib
from pathlib import Path

import sqlalchemy as sa
from alembic import context
from sqlalchemy.engine import Connection

import app
from app.db import Base, begins_by_itself, database_file

TURN = 7_419_031  # the advisory lock of whoever migrates


def load_models() -> None:
    """Every room's tables register themselves in the metadata when they are imported."""
    for path in sorted(Path(app.__path__[0]).rglob("models.py")):
        importlib.import_module(".".join(("app", *path.parent.relative_to(app.__path__[0]).parts, "models")))


def engine(url: str) -> sa.Engine:
    """As the app's engine, but without its time limits: a migration may take long."""
    sqlite = database_file(url) is not None
    connect_args = {"isolation_level": None} if sqlite else {"options": "-c timezone=UTC"}
    return begins_by_itself(sa.create_engine(url, poolclass=sa.NullPool, connect_args=connect_args))


def run(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_lock(TURN)))  # freed when the connection closes
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        user_module_prefix="",  # the template imports the types by name
        render_as_batch=False,  # batch mode rebuilds a table on SQLite and loses its triggers on the way
        transactional_ddl=True,  # SQLite too: the engine begins its transactions itself
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


load_models()
with engine(context.config.attributes["url"]).connect() as connection:
    run(connection)
