"""Whom home tells that somebody waits for their answer, and that an answer came."""

from __future__ import annotations

import threading
import time
from datetime import datetime

import pytest
from flask import g

from app.db import db, find, transaction
from app.proposals import stages
from app.proposals.models import Proposal
from app.proposals.talk import queries, waiting
from tests.ledger.threads import together


@pytest.fixture
def told(app, place, clock):
    """What home says to somebody: (text, address, number) of each line."""

    def told(who, *roles):
        with app.test_request_context("/tsk"):
            g.region = place.region
            return [(one.text, one.href, one.count) for one in waiting.lines(place.region, who, set(roles), clock.at)]

    return told


def test_authors_are_told_of_what_was_said_about_their_proposal(do, told, people, clock):
    first = do.say()
    clock.move(days=1)
    do.say(kind="good", words="いい")
    do.say(words="もうひとつ")
    ((text, href, count),) = told(people.second, "member")
    assert (href, count) == (f"/tsk/opinions/{first.id}/answers", 2) and "あと 13日" in text
    assert told(people.author, "member") and not told(people.sora, "member") and not told(people.office, "office")
    do.answer(first)
    assert [one[2] for one in told(people.author, "member")] == [1]


def test_the_office_and_the_desk_are_told_of_what_was_said_to_them(do, told, people):
    do.say(to="office", about=None)
    assert [one[2] for one in told(people.office, "member", "office")] == [1]
    assert not told(people.officer_desk, "officer_desk") and not told(people.steward, "member", "steward")
    do.say(to="city", about=None)
    assert [one[2] for one in told(people.officer_desk, "officer_desk")] == [1]
    assert not told(people.officer, "officer")


def test_nobody_is_told_of_their_own(do, told, people):
    do.say(people.office, to="office", about=None)
    assert not told(people.office, "member", "office")


def test_the_last_day_and_the_day_after(do, told, people, clock):
    do.say()
    clock.set(datetime.fromisoformat("2026-12-12T14:59:00+00:00"))
    assert "きょうまで" in told(people.author, "member")[0][0]
    clock.set(datetime.fromisoformat("2026-12-12T15:00:00+00:00"))
    assert "おくれている意見が 1件" in told(people.author, "member")[0][0]


def test_whoever_asked_is_told_of_the_answer_for_two_weeks(do, told, people, clock):
    row = do.say()
    assert not told(people.una, "member")
    do.answer(row)
    assert told(people.una, "member") == [("あなたの意見に 返事が きています。", f"/tsk/opinions/{row.id}/answers", 1)]
    clock.move(days=15)
    assert not told(people.una, "member")


def test_no_vote_opens_over_an_opposing_view_at_the_same_moment(do, app, place, proposal, clock, at):
    """Either the vote waits for the answer, or the view was said when the vote was open."""

    def open_vote():
        with transaction():
            locked = find(Proposal, place.region.id, proposal.id, lock=True)
            if queries.unanswered(locked):
                return "waits"
            stages.vote_opened(region=place.region, proposal_id=proposal.id, at=at)
            return "opened"

    for number in range(4):
        with transaction():
            db.session.get_one(Proposal, proposal.id, populate_existing=True).stage = "talk"
        db.session.commit()
        acts = [open_vote, lambda number=number: do.say(kind="against", words=f"反対 {number}")]
        opened, row = together(app, 2, lambda one, acts=acts: acts[one]())
        stage = db.session.get_one(Proposal, proposal.id, populate_existing=True).stage
        assert (opened == "opened") == (stage == "vote")
        do.answer(row)


def test_what_is_said_waits_for_whoever_opens_a_vote(do, app, place, proposal, at):
    """The proposal is held by the opening: what is said meanwhile comes after it."""
    ready, order = threading.Event(), []

    def open_vote():
        with transaction():
            locked = find(Proposal, place.region.id, proposal.id, lock=True)
            ready.set()
            time.sleep(0.5)
            assert queries.unanswered(locked) == []
            stages.vote_opened(region=place.region, proposal_id=proposal.id, at=at)
            order.append("opened")

    def object_to_it():
        ready.wait(10)
        do.say(kind="against", words="まって")
        order.append("said")

    db.session.commit()
    together(app, 2, lambda one: (open_vote, object_to_it)[one]())
    assert order == ["opened", "said"]
