"""A region with a proposal that is talked about, whoever wrote it, and people around it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from app.db import db, transaction, uuid7
from app.home.service import give_duties
from app.proposals.models import Proposal, ProposalAuthor
from app.proposals.talk import opinions, survey
from app.proposals.talk.slips import service as slips
from tests import factories

DUTIES = ("office", "steward", "officer_desk", "officer")


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def people(place, at):
    """`author` and `second` write the proposal; `una` and `sora` are members; and somebody with each duty."""
    names = {"author": "試田 みのる", "second": "架空 かんな", "una": "見本 うめ", "sora": "空想 そら"}
    found = {one: factories.membership(place.region, at=at, name=name) for one, name in names.items()}
    for duty in DUTIES:
        kind = "municipality" if duty.startswith("officer") else "resident"
        found[duty] = factories.membership(place.region, at=at, name=f"仮野 {duty}", kind=kind)
        with transaction():
            give_duties(region=place.region, membership=found[duty], roles=(duty,), at=at)
    return SimpleNamespace(**found)


@pytest.fixture
def proposal(place, people, at):
    return make_proposal(place.region, people.author, people.second, at=at)


def make_proposal(region, author, second=None, *, at, stage="talk", title="土曜日も バスを 1便"):
    with transaction():
        facts = {"stage": stage, "title": title, "created_at": at, "published_at": None if stage == "draft" else at}
        key = uuid7()
        made = Proposal(region_id=region.id, key=key, code=key[-8:].upper(), proposer_id=author.id, **facts)
        db.session.add(made)
        db.session.flush()
        if second is not None:
            whose = {"region_id": region.id, "proposal_id": made.id, "membership_id": second.id}
            db.session.add(ProposalAuthor(**whose, asked_at=at, accepted_at=at))
    return made


@pytest.fixture
def do(place, proposal, people, clock):
    """The verbs with the region, the proposal and the present instant filled in, each one committed act."""

    def say(who=people.una, kind="worry", words="運転する人が たりますか", *, to="authors", about=proposal, key=None):
        told = {"kind": kind, "addressee": to, "words": words, "key": key or uuid7(), "at": clock.at}
        with transaction():
            about_id = about.id if about is not None else None
            return opinions.say(region=place.region, membership=who, proposal_id=about_id, **told)

    def answer(row, who=people.author, words="2人 います", *, roles=("member",), key=None):
        told = {"by": who, "roles": set(roles), "words": words, "key": key or uuid7(), "at": clock.at}
        with transaction():
            return opinions.answer(region=place.region, opinion_id=row.id, **told)

    def take_back(row, who=people.una):
        with transaction():
            return opinions.take_back(region=place.region, opinion_id=row.id, membership=who, at=clock.at)

    def hide(row, who=people.steward, reason="人を 悪く 言っています", *, roles=("member", "steward")):
        told = {"by": who, "roles": set(roles), "reason": reason, "at": clock.at}
        with transaction():
            return opinions.hide(region=place.region, opinion_id=row.id, **told)

    def show_again(row, who=people.office, reason="読みちがえました", *, roles=("member", "office")):
        told = {"by": who, "roles": set(roles), "reason": reason, "at": clock.at}
        with transaction():
            return opinions.show_again(region=place.region, opinion_id=row.id, **told)

    def hand_out(who, by=people.office, *, about=proposal):
        with transaction():
            slips.hand_out(region=place.region, proposal_id=about.id, membership=who, by=by)

    def type_in(mood="worried", words="", by=people.office, *, key=None, about=proposal):
        told = {"key": key or uuid7(), "mood": mood, "words": words}
        with transaction():
            slips.type_in(region=place.region, proposal_id=about.id, by=by, **told)

    def voice(who, mood="worried", words="", *, about=proposal):
        with transaction():
            survey.answer(region=place.region, proposal_id=about.id, membership=who, mood=mood, words=words)

    paper = {"hand_out": hand_out, "type_in": type_in}
    return SimpleNamespace(
        say=say, answer=answer, take_back=take_back, hide=hide, show_again=show_again, voice=voice, **paper
    )


@pytest.fixture
def enter(app, at):
    """A browser that a member is signed in on; `fresh`: a passkey was shown a moment ago."""

    def enter(membership, *, fresh=True):
        client = app.test_client()
        factories.sign_in(client, membership.member_id, at=at, fresh=fresh)
        return client

    return enter
