"""Brings a database to the tables of this code, and back; the steps stand in `migrations/versions/`.

Run as `MIGRATION_DATABASE_URL`, the owner of the tables. Two processes that start at once take turns.
"""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from app.config import ROOT


def upgrade(url: str, revision: str = "head") -> None:
    """Apply the migrations up to `revision`. Each is one transaction: a failed one leaves nothing."""
    command.upgrade(_alembic(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take migrations back down to `revision`; "base" leaves no table."""
    command.downgrade(_alembic(url), revision)


def head() -> str:
    """The newest revision of this code; raises CommandError if two branches compete."""
    return str(ScriptDirectory.from_config(_alembic("")).get_current_head())


def draft(url: str, words: str) -> None:
    """Write the next file, `0002_words.py`, from what the models have and the database `url` has not."""
    number = 1 + len(list(ScriptDirectory.from_config(_alembic("")).walk_revisions()))
    command.revision(_alembic(url), message=words, autogenerate=True, rev_id=f"{number:04d}")


def _alembic(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations").replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config
