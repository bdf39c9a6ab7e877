"""What a raw copy of the disk still holds once a vote is closed: nothing that was written while it was open."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.db import db, transaction
from app.votes import wiping
from app.votes.models import Ballot, NamedBallot
from tests.votes import boxes

MANY = 60  # a page of the database is full of them, and a second one begins


@pytest.fixture
def voted(region, at):
    """A vote, and the ids and keys under which its ballots lie while it is open."""
    people = boxes.village(region, MANY, at=at)
    vote = boxes.opened(region, people[0], at=at)
    boxes.cast_all(region, vote, people, ["yes", "no"], at=at)
    rows = db.session.execute(sa.select(Ballot.id, Ballot.key_hash)).all()
    db.session.rollback()
    return vote, [row.id for row in rows], [row.key_hash for row in rows]


def found(urls, databases, words):
    """How many of these words stand anywhere in the files of the database: tables, indexes, SQLite's log."""
    db.session.rollback()
    if urls.owner.startswith("sqlite"):
        path = Path(urls.owner.removeprefix("sqlite:///"))
        files = [path, path.with_name(path.name + "-wal")]
    else:
        files = list(_of_the_server(urls, databases))
    there = b"".join(file.read_bytes() for file in files if file.exists())
    return sum(word.encode() in there for word in words)


def _of_the_server(urls, databases):
    address = sa.make_url(urls.owner).set(username="postgres")  # whoever has the disk
    engine = sa.create_engine(address, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        number = connection.scalar(sa.text("SELECT oid FROM pg_database WHERE datname = current_database()"))
        connection.execute(sa.text("CHECKPOINT"))
    return (Path(databases.postgres.data) / "base" / str(number)).iterdir()


def test_nothing_of_the_open_vote_is_left_on_the_disk(urls, databases, voted):
    vote, ids, keys = voted
    boxes.settle(vote, vote.closes_at)
    assert found(urls, databases, ids) == found(urls, databases, keys) == 0
    closed = list(db.session.scalars(sa.select(Ballot.id)))
    assert len(closed) == found(urls, databases, closed) == MANY, "the search finds what is there"
    boxes.settle(vote, boxes.over(vote))
    assert found(urls, databases, closed) == 0


def test_without_wiping_all_of_it_would_be_left(urls, databases, voted, monkeypatch, app):
    """Were this empty too, the test above would see nothing. SQLite's own wiping is switched off as well."""
    monkeypatch.setattr(wiping, "wipe", lambda: None)
    vote, ids, keys = voted
    boxes.settle(vote, vote.closes_at)
    assert found(urls, databases, ids) and found(urls, databases, keys)


def test_a_changed_named_ballot_leaves_nothing_of_its_reason(urls, databases, region, steward, at):
    vote = boxes.opened(region, steward, at=at, secrecy="open")
    boxes.cast(region, vote, steward, "no", at=at, reason="first-reason-of-all")
    boxes.cast(region, vote, steward, "yes", at=at, reason="second-reason")
    boxes.settle(vote, vote.closes_at)
    assert db.session.scalar(sa.select(NamedBallot.reason)) == "second-reason"
    assert found(urls, databases, ["first-reason-of-all"]) == 0


def test_the_job_wipes_once_more_after_a_close_and_not_for_ever(voted, monkeypatch):
    vote, _ids, _keys = voted
    times = []
    monkeypatch.setattr(wiping, "wipe", lambda: times.append(1))
    boxes.settle(vote, vote.closes_at)
    assert len(times) == 1
    for hours, wiped in ((1, 2), (2, 3), (9, 3)):
        with transaction():
            wiping.wipe_again(at=vote.closes_at + timedelta(hours=hours))
        assert len(times) == wiped


def test_a_disk_that_is_busy_keeps_nobody_from_the_result(voted, monkeypatch, caplog):
    def busy(*_args, **_more):
        raise sa.exc.OperationalError("", {}, OSError("busy"))

    for way in ("exec_driver_sql", "execute"):
        monkeypatch.setattr(sa.engine.Connection, way, busy)
    wiping.wipe()
    assert "wiping ballots" in caplog.text
