"""Nothing in a copy of the database that is made after the close says which ballot is whose (ふつう).

The voters come in an order that the test knows, each with a ballot that no other has. The copy is read as it lies on
the disk: SQLite's dump, PostgreSQL's heap (ctid) with the transactions that wrote it (xmin). A guess from it must do
no better than chance; the same guess succeeds as soon as the rows are left as they were written.
"""

from __future__ import annotations

import ast
import itertools
import math
import random
import re
import sqlite3
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from app.db import UtcDateTime, db
from app.votes import casting, counting
from app.votes.models import Ballot, RollLine, UsedLine
from tests.votes import boxes

VOTERS = 80
SIGMA = 4.5  # deviations from chance that a true coincidence does not reach in a hundred thousand runs
TREES = ("ひのき", "すぎ", "くり", "けやき", "まつ")
ROW = re.compile(r'INSERT INTO "?(ballot|used_line)"? VALUES\((.*)\);')


@dataclass(frozen=True)
class Copy:
    """What lies where: ballots (their choices) and lines (memberships) in the order of the disk, and who wrote them."""

    ballots: list[str]
    lines: list[int]
    writers: set[str]
    columns: dict[str, set[str]]


@pytest.fixture
def voters(region, at):
    return boxes.village(region, VOTERS, at=at)


@pytest.fixture
def cast(region, voters, at):
    """The vote, who came (in the order of coming) and what each of them chose."""
    rankings = [list(one) for one in itertools.permutations(TREES)][:VOTERS]
    came = list(voters)
    random.Random(7).shuffle(came)
    random.Random(8).shuffle(rankings)
    vote = boxes.opened(region, voters[0], at=at, method="schulze", options=TREES)
    boxes.cast_all(region, vote, came, rankings, at=at)
    texts = [counting.published.json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in rankings]
    return vote, [one.id for one in came], texts


def copied(urls, vote) -> Copy:
    db.session.rollback()
    return _sqlite(urls.owner) if urls.owner.startswith("sqlite") else _postgres(urls.owner)


def _sqlite(url: str) -> Copy:
    """The dump that everybody makes: `sqlite3 yui.db .dump`."""
    found: dict[str, list[tuple]] = {"ballot": [], "used_line": []}
    with sqlite3.connect(url.removeprefix("sqlite:///")) as file:
        names = {name: [row[1] for row in file.execute(f"PRAGMA table_info({name})")] for name in found}
        for line in file.iterdump():
            if read := ROW.match(line):
                found[read[1]].append(ast.literal_eval(f"({read[2].replace('NULL', 'None')},)"))
    return _copy(names, found, {""})


def _postgres(url: str) -> Copy:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    names, found, writers = {}, {}, set()
    with engine.connect() as connection:
        for name in ("ballot", "used_line"):
            rows = connection.execute(sa.text(f"SELECT xmin::text AS writer, * FROM {name} ORDER BY ctid")).all()
            names[name] = [key for key in rows[0]._mapping if key != "writer"]
            writers |= {row.writer for row in rows}
            found[name] = [tuple(row)[1:] for row in rows]
    return _copy(names, found, writers)


def _copy(names: dict[str, list[str]], found: dict[str, list[tuple]], writers: set[str]) -> Copy:
    choice, who = names["ballot"].index("choice"), names["used_line"].index("membership_id")
    ballots, lines = [row[choice] for row in found["ballot"]], [row[who] for row in found["used_line"]]
    return Copy(ballots, lines, writers, {name: set(those) for name, those in names.items()})


# --- what somebody could guess from it -----------------------------------------------------------------------


def rank_correlation(one: list[int], other: list[int]) -> float:
    """Spearman's ρ of two orders of the same things."""
    size = len(one)
    place = {value: number for number, value in enumerate(other)}
    apart = sum((number - place[value]) ** 2 for number, value in enumerate(one))
    return 1 - 6 * apart / (size * (size**2 - 1))


def is_chance(one: list[int], other: list[int]) -> bool:
    """Whether the two orders have no more to do with each other than two shuffled packs of cards."""
    return abs(rank_correlation(one, other)) < SIGMA / math.sqrt(len(one) - 1) and neighbours(one, other) < 8


def neighbours(one: list[int], other: list[int]) -> int:
    """How many follow each other directly in both orders, either way; in shuffled packs about two do."""
    pairs = set(itertools.pairwise(other)) | {pair[::-1] for pair in itertools.pairwise(other)}
    return sum(pair in pairs for pair in itertools.pairwise(one))


def guessed(copy: Copy, came: list[int], texts: list[str]) -> int:
    """How many ballots somebody gets right who sets the n-th ballot of the disk beside the n-th line."""
    whose = dict(zip(texts, came, strict=True))
    return sum(whose[ballot] == line for ballot, line in zip(copy.ballots, copy.lines, strict=True))


def orders(copy: Copy, came: list[int], texts: list[str]) -> tuple[list[int], list[int], list[int]]:
    """(whose ballot lies where, whose line lies where, who came when)."""
    whose = dict(zip(texts, came, strict=True))
    return [whose[ballot] for ballot in copy.ballots], copy.lines, came


# --- the claims -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["closes_at", "reveals_at"])
def test_a_copy_made_after_the_close_says_nothing(urls, cast, moment):
    vote, came, texts = cast
    boxes.settle(vote, getattr(vote, moment))
    copy = copied(urls, vote)
    assert sorted(copy.ballots) == sorted(texts) and sorted(copy.lines) == sorted(came)
    ballots, lines, coming = orders(copy, came, texts)
    assert is_chance(ballots, coming), "the ballots lie as they were cast"
    assert is_chance(ballots, lines), "the ballots lie as the lines do"
    assert is_chance(lines, coming), "the lines lie as they were used"
    assert guessed(copy, came, texts) < 8
    assert len(copy.writers) == 1, "one transaction wrote both tables anew"


def test_the_same_guess_succeeds_where_the_rows_are_left_as_they_were(
    urls, region, voters, at, monkeypatch, engine_name
):
    """Were this right too, the test above would see nothing. SQLite orders by the ballots' ids: they tell the hour."""
    monkeypatch.setattr(counting, "mix", lambda _vote: None)
    if engine_name == "sqlite":
        ticks = itertools.count()
        monkeypatch.setattr(casting.secrets, "token_hex", lambda _size: f"{next(ticks):032x}")
    vote = boxes.opened(region, voters[0], at=at, method="schulze", options=TREES)
    rankings = [list(one) for one in itertools.permutations(TREES)][:VOTERS]
    boxes.cast_all(region, vote, voters, rankings, at=at)
    boxes.settle(vote, vote.reveals_at)
    texts = [counting.published.json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in rankings]
    ballots, lines, coming = orders(copied(urls, vote), [one.id for one in voters], texts)
    assert not is_chance(ballots, coming) and not is_chance(ballots, lines)


def test_the_id_of_a_ballot_changes_and_its_key_is_forgotten_at_the_close(cast):
    vote, _came, _texts = cast
    before = set(db.session.scalars(sa.select(Ballot.id)))
    boxes.settle(vote, vote.closes_at)
    after = db.session.execute(sa.select(Ballot.id, Ballot.key_hash)).all()
    assert before.isdisjoint({row.id for row in after}) and {row.key_hash for row in after} == {None}


def test_ballot_and_line_share_no_column_that_could_join_them():
    """A new column is asked here too: nothing but the vote, the region and the group stands on both sides."""
    ballot, line, roll = (set(table.__table__.columns.keys()) for table in (Ballot, UsedLine, RollLine))
    assert ballot & (line | roll) <= {"vote_id", "region_id", "part"}
    for table in (Ballot, UsedLine, RollLine):
        kinds = [type(column.type) for column in table.__table__.columns]
        assert UtcDateTime not in kinds and not any(column.autoincrement is True for column in table.__table__.columns)


def test_the_same_ballots_are_the_same_bytes_whoever_cast_them(region, voters, at):
    """Nothing rides along: neither spaces nor the order of taps."""
    vote = boxes.opened(region, voters[0], at=at, method="approval", options=TREES)
    for who, choice in zip(voters, itertools.permutations(TREES, 3), strict=False):
        boxes.cast(region, vote, who, list(choice), at=at)
    kept = set(db.session.scalars(sa.select(Ballot.choice).where(Ballot.vote_id == vote.id)))
    assert len(kept) == math.comb(5, 3)


def test_shuffled_packs_pass_and_sorted_ones_do_not():
    """The yardstick itself."""
    pack = list(range(VOTERS))
    for seed in range(200):
        mixed = random.Random(seed).sample(pack, VOTERS)
        assert is_chance(mixed, pack)
    assert not is_chance(pack, pack) and not is_chance(pack[::-1], pack)
    half = pack[::2] + pack[1::2]
    assert rank_correlation(pack, pack) == 1 and not is_chance(half, pack)
