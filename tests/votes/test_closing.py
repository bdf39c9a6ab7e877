"""What time does to a vote, once each: the extension, the close, the count; however late, however often."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.db import db, transaction
from app.jobs.service import run_due
from app.votes import casting, closing, counting, queries
from app.votes.models import VoteClosure, VoteExtension, VoteResult
from tests.ledger.threads import together
from tests.votes import boxes
from tests.votes.boxes import OPTIONS


@pytest.fixture
def vote(region, people, steward, at):
    made = boxes.opened(region, steward, at=at)
    boxes.cast_all(region, made, people, ["yes", "yes", "no"], at=at)
    return made


def rows():
    db.session.rollback()
    tables = (VoteExtension, VoteClosure, VoteResult)
    return [db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables]


def state(vote, at):
    db.session.rollback()
    return queries.stand(vote, at).state


def test_a_vote_goes_its_way_from_draft_to_the_opening_together(region, people, steward, at):
    draft = boxes.draft(region, steward, at=at)
    assert state(draft, at) == "draft"
    vote = boxes.opened(region, steward, at=at, opens_at=at + timedelta(hours=2))
    assert state(vote, at) == "waiting"
    assert state(vote, vote.opens_at) == state(vote, vote.closes_at - timedelta(seconds=1)) == "open"
    assert state(vote, vote.closes_at) == "closed"
    boxes.settle(vote, vote.closes_at)
    assert rows() == [0, 1, 0] and state(vote, vote.closes_at) == "closed"
    assert state(vote, vote.reveals_at) == "counting"
    assert boxes.settle(vote, vote.reveals_at) is not None
    assert state(vote, vote.reveals_at) == "revealed"


def test_the_result_is_dark_until_its_hour(vote):
    assert boxes.settle(vote, vote.reveals_at - timedelta(microseconds=1)) is None
    assert boxes.settle(vote, vote.reveals_at).outcome == "passed"


def test_what_was_missed_while_the_machine_stood_still_is_caught_up_at_once(vote):
    assert boxes.settle(vote, boxes.over(vote) + timedelta(days=40)).turnout == 12
    assert rows() == [0, 1, 1]


def test_many_workers_close_and_count_once(app, vote):
    later = boxes.over(vote)

    def work(_):
        with transaction():
            closing.close_due(at=later)

    together(app, 8, work)
    assert rows() == [0, 1, 1]


def test_many_job_loops_close_once(app, vote):
    later = boxes.over(vote)
    done = together(app, 6, lambda _: "votes.close" in run_due(later))
    assert done.count(True) == 1 and rows() == [0, 1, 1]


def test_a_clock_that_jumps_undoes_nothing_and_does_nothing_twice(region, people, vote, refused):
    boxes.settle(vote, vote.closes_at)
    for back in (vote.closes_at - timedelta(hours=1), vote.opens_at, vote.opens_at - timedelta(days=9)):
        assert boxes.settle(vote, back) is None and state(vote, back) == "closed"
        with refused("vote_over"):
            casting.cast(region=region, vote_id=vote.id, membership=people[0], choice="no", key="0" * 32, at=back)
    first = boxes.settle(vote, boxes.over(vote)).sha256
    for jump in (-90, 90, -1):
        assert boxes.settle(vote, boxes.over(vote) + timedelta(days=jump)).sha256 == first
        assert state(vote, boxes.over(vote) + timedelta(days=jump)) == "revealed"
    assert rows() == [0, 1, 1]


def test_a_clock_that_goes_back_before_the_opening_only_waits(region, people, vote, at, refused):
    early = at - timedelta(days=1)
    boxes.settle(vote, early)
    with refused("vote_not_open"):
        casting.cast(region=region, vote_id=vote.id, membership=people[0], choice="no", key="0" * 32, at=early)
    assert state(vote, early) == "waiting" and state(vote, at) == "open" and rows() == [0, 0, 0]


# --- the extension --------------------------------------------------------------------------------------------


@pytest.fixture
def short(region, people, steward, at):
    """Six of twelve must take part; five have."""
    made = boxes.opened(region, steward, at=at, quorum="participation", quorum_percent=50, extension_days=4)
    boxes.cast_all(region, made, people[:5], ["yes"], at=at)
    return made


def test_too_few_is_one_extension_fixed_beforehand_and_no_second(short):
    for when in (short.closes_at, short.closes_at + timedelta(days=1), short.closes_at + timedelta(days=1)):
        boxes.settle(short, when)
        assert rows() == [1, 0, 0] and state(short, when) == "open"
    until = short.closes_at + timedelta(days=4)
    assert queries.stand(short, until).ends_at == until
    boxes.settle(short, until)
    assert rows() == [1, 1, 0]
    assert boxes.settle(short, short.reveals_at) is None, "the opening together moves with the close"
    assert boxes.settle(short, short.reveals_at + timedelta(days=4)).outcome == "no_quorum"
    assert rows() == [1, 1, 1]


def test_an_extension_that_nobody_has_written_down_yet_is_shown(short):
    told = queries.stand(short, short.closes_at + timedelta(hours=1))
    assert (told.state, told.extended) == ("open", True) and rows() == [0, 0, 0]


def test_who_comes_in_the_extension_makes_it_enough(region, people, short):
    boxes.settle(short, short.closes_at)
    boxes.cast(region, short, people[5], "no", at=short.closes_at + timedelta(days=3))
    assert boxes.settle(short, boxes.over(short)).outcome == "passed"


def test_enough_is_no_extension(region, people, short):
    boxes.cast(region, short, people[5], "no", at=short.closes_at - timedelta(seconds=1))
    boxes.settle(short, short.closes_at)
    assert rows() == [0, 1, 0]


def test_a_whole_extension_slept_through_is_still_one(short):
    assert boxes.settle(short, boxes.over(short) + timedelta(days=30)).outcome == "no_quorum"
    assert rows() == [1, 1, 1]


@pytest.mark.parametrize("quorum", ["none", "objection"])
def test_where_nobody_is_needed_nothing_is_extended(region, people, steward, at, quorum):
    vote = boxes.opened(region, steward, at=at, quorum=quorum, extension_days=4)
    boxes.settle(vote, vote.closes_at)
    assert rows() == [0, 1, 0]


# --- by hand, paper, lots -------------------------------------------------------------------------------------


def test_an_assembly_closes_on_the_spot_and_opens_it_at_once(region, people, steward, at, refused):
    vote = boxes.opened(region, steward, at=at, closes_at=at + timedelta(days=20), reveals_at=at + timedelta(days=21))
    boxes.cast_all(region, vote, people, ["yes"], at=at)
    soon = at + timedelta(minutes=5)
    for _ in range(2):
        with transaction():
            closing.close_by_hand(region=region, vote_id=vote.id, by=f"membership:{steward.id}", at=soon)
    assert state(vote, soon) == "revealed" and rows() == [0, 1, 1]
    with refused("vote_over"):
        casting.cast(region=region, vote_id=vote.id, membership=people[0], choice="no", key="1" * 32, at=soon)
    draft = boxes.draft(region, steward, at=at)
    with refused("vote_not_open"):
        closing.close_by_hand(region=region, vote_id=draft.id, by="x", at=soon)


def test_the_count_waits_for_paper_that_is_not_typed_yet(vote, monkeypatch):
    waits = [True]
    monkeypatch.setattr(closing, "_paper_waits", lambda _vote: waits[0])
    assert boxes.settle(vote, boxes.over(vote)) is None and state(vote, boxes.over(vote)) == "counting"
    waits[0] = False
    assert boxes.settle(vote, boxes.over(vote)).turnout == 12


def test_public_lots_come_from_the_vote_the_ballots_and_the_value_named_before(region, people, steward, at):
    named = {"public_value": "12月14日の 気温", "effect": "choose"}
    vote = boxes.opened(region, steward, at=at, method="choose_one", options=OPTIONS[:2], **named)
    boxes.cast_all(region, vote, people, list(OPTIONS[:2]), at=at)
    result = json.loads(boxes.settle(vote, boxes.over(vote)).result)
    lots = result["lots"]
    assert (lots["vote"], lots["public_value"]) == (vote.code, "12月14日の 気温") and len(lots["ballots"]) == 64
    assert result["counts"]["all"]["ties"][0]["by"] == "lots by seed"


def test_one_vote_that_cannot_be_counted_keeps_no_other_from_it(region, people, steward, vote, at, monkeypatch):
    other = boxes.opened(region, steward, at=at)
    count = counting.count

    def fail(one, when):
        if one.id == vote.id:
            raise closing.BadElection("broken")
        return count(one, when)

    monkeypatch.setattr(counting, "count", fail)
    boxes.settle(vote, boxes.over(vote))
    assert queries.result(vote) is None and queries.result(other) is not None
