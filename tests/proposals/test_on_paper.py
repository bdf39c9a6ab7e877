"""The slip torn off a proposal's sheet: whoever wrote it speaks, and everybody sees that another typed it in."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.errors import DomainError, Forbidden
from app.home.service import give_duties
from app.proposals import queries, service
from app.proposals.models import Opinion, ProposalSupport
from app.proposals.on_paper import service as on_paper
from app.proposals.on_paper.models import ProposalSlip
from app.proposals.talk import queries as talk
from tests import factories
from tests.proposals_talk.test_views import proof

BOARD = "/tsk/proposals"


@pytest.fixture
def office(place, at):
    who = factories.membership(place.region, at=at, name="仮野 事務子", yomi="かりの じむこ")
    with transaction():
        give_duties(region=place.region, membership=who, roles=("office",), at=at)
    return who


@pytest.fixture
def type_in(place, proposal, office, at):
    def type_in(who, kind="support", words="", *, by=office, key=None, about=proposal):
        told = {"kind": kind, "words": words, "key": key or uuid7(), "at": at}
        with transaction():
            on_paper.type_in(region=place.region, proposal_id=about.id, membership=who, by=by, **told)

    return type_in


def slips():
    db.session.rollback()
    return [(one.by_id, one.support_id, one.opinion_id) for one in db.session.scalars(sa.select(ProposalSlip))]


def test_paper_supports_like_the_phone_and_may_begin_the_talk(type_in, proposal, people, office):
    for one in people[:3]:
        type_in(one, words="すわりたい")
    assert proposal.stage == "talk"
    shown = queries.supports(proposal)
    assert {one.who.id for one in shown} == {one.id for one in people[:3]} and all(one.is_typed for one in shown)
    assert [by for by, _support, _opinion in slips()] == [office.id] * 3


def test_what_was_said_by_phone_before_stays_and_is_not_called_typed(place, type_in, proposal, una, at):
    with transaction():
        service.support(region=place.region, proposal_id=proposal.id, by=una, why="電話で", at=at)
    type_in(una, words="紙で")
    (one,) = queries.supports(proposal)
    assert (one.row.why, one.is_typed, slips()) == ("電話で", False, [])


@pytest.mark.parametrize("kind", ["good", "worry", "question", "against"])
def test_an_opinion_on_paper_waits_for_its_answer_like_any_other(place, type_in, proposal, una, office, at, kind):
    type_in(una, kind, "だれが なおしますか")
    (row,) = db.session.scalars(sa.select(Opinion))
    assert (row.membership_id, row.kind, row.addressee) == (una.id, kind, "authors")
    assert bool(talk.unanswered(proposal)) == (kind != "good")
    assert talk.one(place.region, row, at.date()).is_typed
    assert slips() == [(office.id, None, row.id)]


@pytest.mark.parametrize("kind", ["support", "worry"])
def test_a_form_sent_twice_is_one(type_in, una, kind):
    key = uuid7()
    for _tap in range(3):
        type_in(una, kind, "すわりたい", key=key)
    assert len(slips()) == 1
    assert db.session.query(ProposalSupport).count() + db.session.query(Opinion).count() == 1


def test_nobody_types_their_own_slip_nor_an_authors_support(type_in, office, author):
    with pytest.raises(Forbidden, match="slip_own"):
        type_in(office)
    with pytest.raises(DomainError, match="support_own"):
        type_in(author)
    assert slips() == []


def test_who_typed_is_never_changed(type_in, una):
    type_in(una)
    with pytest.raises(sa.exc.DBAPIError, match=r"append-only|permission denied"), transaction():
        db.session.execute(sa.delete(ProposalSlip))
    assert len(slips()) == 1


def test_the_office_finds_who_wrote_it_and_types_it_in(phone, proposal, office, una, author, client):
    desk, here = phone(office), f"{BOARD}/{proposal.id}"
    assert "紙の 意見と 応援" in desk.get(here).text and "紙の 意見と 応援" not in phone(una).get(here).text
    assert f"membership={una.id}" in desk.get(f"{here}/slip?q=みほん").text
    page = desk.get(f"{here}/slip?membership={una.id}")
    told = {"key": uuid7(), "membership": str(una.id), "proof": proof(page)}
    bad = desk.post(f"{here}/slip", data=told | {"kind": "worry", "words": ""})
    assert bad.status_code == 422 and 'id="field-words-problem"' in bad.text and "見本 うめ" in bad.text
    assert desk.post(f"{here}/slip", data=told | {"words": "はい"}).status_code == 422
    nobody = desk.post(f"{here}/slip", data=told | {"membership": "", "kind": "support"})
    assert nobody.status_code == 422 and slips() == []
    answer = desk.post(f"{here}/slip", data=told | {"kind": "support", "words": "すわりたい"})
    assert answer.status_code == 303 and "さんの 紙を 打ちこみました" in desk.get(answer.location).text
    told["key"] = uuid7()
    assert desk.post(f"{here}/slip", data=told | {"kind": "worry", "words": "だれが"}).status_code == 303
    for reader in (client, phone(una)):
        assert reader.get(here).text.count("代理入力") == 2
    own = desk.post(f"{here}/slip", data=told | {"membership": str(office.id), "kind": "support", "key": uuid7()})
    assert own.status_code == 403


def test_who_has_no_duty_types_nothing(phone, proposal, una, sora):
    here, member = f"{BOARD}/{proposal.id}/slip", phone(una)
    told = {"key": uuid7(), "membership": str(sora.id), "kind": "support"}
    assert {member.get(here).status_code, member.post(here, data=told).status_code} == {403}


def test_of_another_region_nothing_is_typed(type_in, proposal, at):
    stranger = factories.membership(factories.world("ows", at=at).region, at=at)
    with pytest.raises((DomainError, sa.exc.IntegrityError)):
        type_in(stranger)
    assert slips() == []
