"""Drafts: who writes them, what they may hold, and a proposal's way through a vote."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.db import db, transaction, uuid7
from app.errors import DomainError, Forbidden
from app.proposals import queries as proposals
from app.proposals.models import Proposal
from app.votes import opening, queries, service
from tests import factories
from tests.votes import boxes
from tests.votes.boxes import DUTY, OPTIONS


def write(region, by, at, roles=DUTY, key=None, **fields):
    times = {"opens_at": at, "closes_at": at + timedelta(days=15), "reveals_at": at + timedelta(days=16)}
    with transaction():
        return service.draft(region=region, by=by, roles=roles, key=key or uuid7(), at=at, **times, **fields)


def test_the_same_form_twice_is_one_draft_and_nobody_elses(region, people, steward, at, refused):
    key = uuid7()
    first = write(region, steward, at, key=key, question="ひとつ")
    assert write(region, steward, at, key=key, question="ふたつ").id == first.id
    with pytest.raises(DomainError, match="other_request"):
        write(region, people[0], at, key=key, question="みっつ")


def test_members_draft_nothing_and_others_than_active_ones_neither(region, people, at):
    for who, roles in ((people[0], {"member"}), (factories.membership(region, at=at, standing="provisional"), DUTY)):
        with pytest.raises(Forbidden):
            write(region, who, at, roles=roles, question="q")


@pytest.mark.parametrize(
    "fields", [{"opened_at": 1}, {"roll_size": 3}, {"code": "x"}, {"rule": {"roll": 9}}, {"id": 5}]
)
def test_only_what_may_be_drafted_is_taken(region, steward, at, fields):
    with pytest.raises(KeyError):
        write(region, steward, at, question="q", **fields)


@pytest.mark.parametrize("fields", [{"method": "dice"}, {"threshold": "1/3"}, {"secrecy": "none"}, {"effect": "rule"}])
def test_a_choice_that_does_not_exist_is_refused(region, steward, at, fields):
    with pytest.raises(DomainError, match="field_choice"):
        write(region, steward, at, question="q", **fields)


def test_money_belongs_to_budget_votes_and_options_to_those_that_have_some(region, steward, at):
    draft = boxes.draft(region, steward, at=at, method="greedy", budget_yen=9, options={"花だん": 5, "看板": 4})
    who = {"region": region, "vote_id": draft.id, "by": steward, "roles": DUTY, "at": at}
    with transaction():
        assert service.change(**who, method="approval").budget_yen is None
    assert len(queries.options(draft)) == 2
    with transaction():
        assert service.change(**who, method="equal_shares").budget_yen == 1
        service.change(**who, method="yes_no")
    assert not queries.options(draft)


@pytest.mark.parametrize(("names", "code"), [(["すぎ", "すぎ "], "option_twice"), (["すぎ", " "], "option_empty")])
def test_options_have_names_of_their_own(region, steward, at, refused, names, code):
    draft = boxes.draft(region, steward, at=at, method="approval", options=OPTIONS)
    with refused(code):
        told = {"by": steward, "roles": DUTY, "at": at, "options": [{"name": name} for name in names]}
        service.set_options(region=region, vote_id=draft.id, **told)
    assert [one.name for one in queries.options(draft)] == list(OPTIONS)


def test_a_draft_is_dropped_with_its_options(region, steward, at):
    draft = boxes.draft(region, steward, at=at, method="approval", options=OPTIONS)
    with transaction():
        service.drop(region=region, vote_id=draft.id, by=steward, roles=DUTY, at=at)
    assert not queries.index(region, "draft")


def test_what_stands_on_an_agenda_is_not_dropped(region, steward, at, refused, monkeypatch):
    draft = boxes.draft(region, steward, at=at)
    monkeypatch.setattr(service, "_gathered", lambda _vote: True)
    with refused("vote_on_agenda"):
        service.drop(region=region, vote_id=draft.id, by=steward, roles=DUTY, at=at)


# --- of a proposal --------------------------------------------------------------------------------------------


def propose(region, author, at, **changes):
    """A proposal that is talked about and lacks nothing."""
    texts = dict.fromkeys(("wish", "purpose", "own_part", "region_part", "others_part", "decider_note"), "書いた")
    usual = {"cost_yen": 0, "first_steps": "さがします", "stage": "talk", "published_at": at, "field": "other"}
    with transaction():
        row = Proposal(region_id=region.id, key=uuid7(), code=uuid7()[-8:].upper(), proposer_id=author.id)
        for name, value in ({"title": "ベンチ", "created_at": at} | texts | usual | changes).items():
            setattr(row, name, value)
        db.session.add(row)
        db.session.flush()
    return row


def stage(region, row):
    db.session.rollback()
    db.session.expire_all()
    return proposals.by_id(region, row.id).stage


@pytest.mark.parametrize(("choice", "stage_after", "passed"), [("yes", "doing", True), ("no", "talk", False)])
def test_a_proposal_goes_into_its_vote_and_out_of_it(region, people, steward, at, choice, stage_after, passed):
    row = propose(region, people[0], at)
    vote = boxes.opened(region, steward, at=at, proposal_id=row.id)
    assert stage(region, row) == "vote"
    boxes.cast_all(region, vote, people, [choice], at=at)
    assert boxes.settle(vote, boxes.over(vote)) is not None
    assert (stage(region, row), proposals.by_id(region, row.id).passed) == (stage_after, passed)


@pytest.mark.parametrize("missing", ["wish", "purpose", "own_part", "region_part", "others_part", "first_steps"])
def test_a_vote_opens_only_over_a_whole_proposal(region, people, steward, at, refused, missing):
    row = propose(region, people[0], at, **{missing: ""})
    draft = boxes.draft(region, steward, at=at, proposal_id=row.id)
    assert opening.check(region, draft, at).unfinished == [missing]
    with refused("vote_proposal_unfinished"):
        opening.open(region=region, vote_id=draft.id, by=steward, roles=DUTY, at=at)
    assert stage(region, row) == "talk"


def test_a_cost_that_nobody_stated_and_an_opinion_without_answer_hinder_too(region, people, steward, at, monkeypatch):
    row = propose(region, people[0], at, cost_yen=None)
    monkeypatch.setattr(opening.talk, "unanswered", lambda _proposal: [object()])
    draft = boxes.draft(region, steward, at=at, proposal_id=row.id)
    assert opening.check(region, draft, at).unfinished == ["cost_yen", "answers"]


def test_one_vote_at_a_time_about_a_proposal(region, people, steward, at, refused):
    row = propose(region, people[0], at)
    second = boxes.draft(region, steward, at=at, proposal_id=row.id)
    boxes.opened(region, steward, at=at, proposal_id=row.id)
    with refused("proposal_not_talking"):
        opening.open(region=region, vote_id=second.id, by=steward, roles=DUTY, at=at)


def test_an_author_drafts_the_vote_about_their_own_proposal_and_no_other(region, people, steward, at):
    mine, theirs = propose(region, people[0], at), propose(region, people[1], at)
    draft = write(region, people[0], at, roles={"member", "host"}, question="q", proposal_id=mine.id)
    with pytest.raises(Forbidden), transaction():
        told = {"by": people[0], "roles": {"member", "host"}, "at": at, "proposal_id": theirs.id}
        service.change(region=region, vote_id=draft.id, **told)
    with pytest.raises(Forbidden):
        write(region, people[0], at, roles={"member", "host"}, question="q", proposal_id=theirs.id)
    with pytest.raises(Forbidden), transaction():
        opening.open(region=region, vote_id=draft.id, by=people[0], roles={"member", "host"}, at=at)
