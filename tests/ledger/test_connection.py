"""What services write through: one connection for each transaction, and columns that are known by their statement."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.db import Meta, connection, db, transaction


def test_a_transaction_has_one_connection_and_keeps_none(app):
    with transaction():
        first = connection()
        with db.session.begin_nested():
            assert connection() is first is db.session.connection()
    assert first.closed and connection() is not first
    db.session.rollback()
    with pytest.raises(ZeroDivisionError), transaction():
        second = connection()
        raise ZeroDivisionError
    assert second.closed and not connection().closed


def test_a_savepoint_takes_back_what_was_written_without_objects(app):
    with transaction():
        connection().execute(sa.insert(Meta).values(key="before", value="stays"))
        with pytest.raises(ZeroDivisionError), db.session.begin_nested():
            connection().execute(sa.insert(Meta).values(key="inside", value="goes"))
            raise ZeroDivisionError
        connection().execute(sa.insert(Meta).values(key="after", value="stays"))
    assert set(db.session.scalars(sa.select(Meta.key).where(Meta.value != ""))) >= {"before", "after"}
    assert db.session.get(Meta, "inside") is None


def test_the_same_statement_may_come_to_have_other_columns(app):
    with transaction():
        connection().exec_driver_sql("CREATE TEMPORARY TABLE drawer (one integer)")
        read = connection().exec_driver_sql("SELECT * FROM drawer")
        assert list(read.keys()) == ["one"]
        read.close()
        connection().exec_driver_sql("ALTER TABLE drawer ADD COLUMN two integer")
        connection().execute(sa.text("INSERT INTO drawer VALUES (1, 2)"))
        assert connection().exec_driver_sql("SELECT * FROM drawer").mappings().all() == [{"one": 1, "two": 2}]
        connection().exec_driver_sql("DROP TABLE drawer")
