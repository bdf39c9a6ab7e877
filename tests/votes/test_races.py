"""Many at once inside one process: a line that all want, and a close that does not wait for the last."""

from __future__ import annotations

import secrets
from collections import Counter
from datetime import timedelta

import pytest

from app.db import db, transaction
from app.votes import casting, closing, opening, queries
from app.votes.models import Ballot, RollLine
from tests.ledger.threads import together
from tests.votes import boxes
from tests.votes.boxes import DUTY

MANY = 12


@pytest.fixture
def vote(region, people, steward, at):
    return boxes.opened(region, steward, at=at)


def cast(region, vote, who, choice, at, **more):
    with transaction():
        told = {"choice": choice, "key": secrets.token_hex(16), "at": at} | more
        return casting.cast(region=region, vote_id=vote.id, membership=who, **told).changed


def test_many_phones_of_one_voter_are_one_ballot(app, region, vote, people, at):
    came = Counter(together(app, MANY, lambda number: cast(region, vote, people[0].id, "yes", at)))
    assert came == {False: 1, "vote_used_phone": MANY - 1} and boxes.kept(vote) == (1, 1)


def test_the_same_form_many_times_is_one_ballot_that_everybody_may_have_sent(app, region, vote, people, at):
    key = secrets.token_hex(16)
    came = Counter(together(app, MANY, lambda _number: cast(region, vote, people[0].id, "yes", at, key=key)))
    assert came == {False: 1, True: MANY - 1} and boxes.kept(vote) == (1, 1)


def test_the_phone_and_the_envelope_at_once_are_one_line(app, region, vote, people, at):
    def act(number):
        if number % 2:
            return cast(region, vote, people[0].id, "yes", at)
        with transaction():
            new = casting.use_line(region=region, vote_id=vote.id, membership_id=people[0].id, at=at)
        return "paper" if new else "vote_used_paper"

    came = Counter(together(app, MANY, act))
    way = queries.used(vote, people[0])
    assert came["paper" if way == "paper" else False] == 1
    assert came[f"vote_used_{way}"] == MANY - 1
    assert boxes.kept(vote) == (1, 0 if way == "paper" else 1)


def test_a_close_counts_everybody_who_was_told_that_they_voted(app, region, vote, people, at):
    """The last moment: some are told it is over, and nobody who was received is missing."""
    last = vote.closes_at - timedelta(seconds=1)

    def act(number):
        if number == MANY:
            with transaction():
                closing.settle(vote.id, boxes.over(vote))
            return "closed"
        return cast(region, vote, people[number].id, "yes", last)

    came = Counter(together(app, MANY + 1, act))
    received = came.pop(False, 0)
    assert came.pop("closed") == 1 and set(came) <= {"vote_over"} and received + sum(came.values()) == MANY
    db.session.rollback()
    assert queries.result(vote).turnout == received and boxes.kept(vote) == (received, received)


def test_envelopes_and_piles_at_once_never_make_more_ballots_than_lines(app, region, vote, people, at):
    for who in people[:4]:
        with transaction():
            casting.use_line(region=region, vote_id=vote.id, membership_id=who.id, at=at)

    def act(_number):
        with transaction():
            return casting.put_paper(region=region, vote=vote, part="resident", ballots=[(3, "yes")], at=at)

    came = Counter(together(app, 6, act))
    assert came == {3: 1, "paper_many": 5} and boxes.kept(vote) == (4, 3)


def test_many_who_open_write_one_roll(app, region, people, steward, at):
    draft = boxes.draft(region, steward, at=at)

    def act(_number):
        with transaction():
            return opening.open(region=region, vote_id=draft.id, by=steward, roles=DUTY, at=at).roll_size

    assert Counter(together(app, 6, act)) == {12: 6}
    db.session.rollback()
    assert db.session.query(RollLine).filter_by(vote_id=draft.id).count() == 12
    assert db.session.query(Ballot).filter_by(vote_id=draft.id).count() == 0
