"""Many phones at one moment: enough 応援 begin the talk once, one person counts once, one form is one draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.credentials import service as credentials
from app.db import db, transaction, uuid7
from app.members.models import Membership
from app.proposals import queries
from app.proposals.models import Proposal, ProposalSupport, ProposalVersion
from app.web import pages
from tests import factories
from tests.conftest import AT
from tests.proposals import factories as made
from tests.races.crowd import Answer, Phone, all_at_once, tally

ROUNDS = 3
CROWD = 20
NEEDED = 12


def signed_in(who: Membership) -> str:
    with transaction():
        return credentials.sign_in(member_id=who.member_id, way="passkey", at=AT, fresh=True)[1]


def fill() -> Any:
    """Proposals that need twelve 応援, their author, and twenty people who like them."""
    region = factories.world(at=AT, support_needed=NEEDED).region
    author, *people = (factories.membership(region, at=AT) for _ in range(CROWD + 1))
    found = [made.proposal(region, author, at=AT).id for _ in range(ROUNDS)]
    return signed_in(author), [signed_in(one) for one in people], found


def support(proposal: int) -> Callable[[Phone, int], Answer]:
    return lambda phone, number: phone.post(f"/tsk/proposals/{proposal}/supports", why=f"わけ {number}")


def test_twenty_at_once_begin_the_talk_once(new_server, inside):
    server = new_server(fill)
    _author, cookies, proposals = server.filled
    told = []
    for proposal in proposals:
        answers = all_at_once([Phone(server, yui=cookie) for cookie in cookies], support(proposal))
        assert tally(answers) == {303: CROWD}
        told.append([cookie.partition("=")[2].partition(";")[0] for one in answers for cookie in one.cookies])
    with inside(server):
        for proposal, said in zip(proposals, told, strict=True):
            row = db.session.get_one(Proposal, proposal)
            assert (row.stage, queries.points(row).points) == ("talk", CROWD)
            begun = [pages._signer().loads(one) for one in said]
            assert len(begun) == CROWD and sum("話し合いが はじまります" in one for one in begun) == 1


def test_one_person_on_eight_phones_counts_once(new_server, inside):
    server = new_server(fill)
    _author, cookies, proposals = server.filled
    for proposal in proposals:
        answers = all_at_once([Phone(server, yui=cookies[0]) for _ in range(8)], support(proposal))
        assert tally(answers) == {303: 8}
    with inside(server):
        assert db.session.query(ProposalSupport).count() == ROUNDS


def test_one_form_on_eight_phones_is_one_draft_and_one_change_is_one_version(new_server, inside):
    server = new_server(fill)
    cookie, _people, proposals = server.filled
    idea = {"key": uuid7(), "title": "橋に ベンチ", "wish": "休みたい", "field": "welfare"}
    answers = all_at_once(
        [Phone(server, yui=cookie) for _ in range(8)], lambda phone, _: phone.post("/tsk/proposals", **idea)
    )
    assert tally(answers) == {303: 8} and len({one.location for one in answers}) == 1
    whole = {name: str(value) for name, value in made.WHOLE.items()} | {
        "title": "橋",
        "wish": "休みたい",
        "field": "welfare",
    }
    change = whole | {"why": "短くした", "base": "1"}
    edit = f"/tsk/proposals/{proposals[0]}/edit"
    answers = all_at_once([Phone(server, yui=cookie) for _ in range(8)], lambda phone, _: phone.post(edit, **change))
    assert tally(answers) == {303: 8}
    with inside(server):
        assert db.session.query(Proposal).count() == ROUNDS + 1
        assert db.session.query(ProposalVersion).filter_by(proposal_id=proposals[0]).count() == 2
