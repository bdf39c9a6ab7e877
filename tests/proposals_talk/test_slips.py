"""The survey on paper: one voice each through whichever door, and nothing that says whose or typed by whom."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from app.db import UtcDateTime, db, transaction, uuid7
from app.errors import Conflict, DomainError, Refused
from app.proposals.models import SurveyLine, SurveyVoice
from app.proposals.talk import survey
from app.proposals.talk.slips import service as slips
from app.proposals.talk.slips.models import SurveySlips
from tests import factories
from tests.ledger.threads import together
from tests.proposals_talk.conftest import make_proposal
from tests.proposals_talk.test_survey import VOICES, as_they_lie, crowd
from tests.proposals_talk.test_views import about, proof


def counts(proposal):
    db.session.rollback()
    carried = slips.carried(proposal)
    return carried.handed, carried.typed


def test_a_slip_uses_the_line_and_the_phone_says_so(do, people, proposal):
    do.hand_out(people.una)
    with pytest.raises(Conflict, match="survey_used"):
        do.voice(people.una)
    with pytest.raises(Conflict, match="survey_used"):
        do.hand_out(people.una)
    do.voice(people.sora)
    with pytest.raises(Conflict, match="survey_used"):
        do.hand_out(people.sora)
    assert counts(proposal) == (1, 0)


def test_never_more_are_typed_in_than_were_handed_out(do, people, proposal):
    with pytest.raises(Refused, match="survey_slips_over"):
        do.type_in()
    do.voice(people.sora)  # a line of the phone gives no slip
    do.hand_out(people.una)
    do.type_in("good", "よいです")
    with pytest.raises(Refused, match="survey_slips_over"):
        do.type_in()
    assert counts(proposal) == (1, 1)
    assert sorted(row["mood"] for row in as_they_lie(VOICES, proposal)) == ["good", "worried"]


def test_at_one_moment_two_who_type_do_not_pass_the_number(do, app, place, people, proposal, at):
    for one in crowd(place, at, 3):
        do.hand_out(one)
    db.session.commit()

    def act(number):
        try:
            do.type_in(words=str(number), by=(people.office, people.steward)[number % 2])
        except DomainError as error:
            db.session.rollback()
            return error.code
        return "done"

    told = together(app, 6, act)
    assert sorted(told) == ["done"] * 3 + ["survey_slips_over"] * 3
    assert counts(proposal) == (3, 3) and len(as_they_lie(VOICES, proposal)) == 3


def test_a_form_sent_twice_is_one_voice_also_when_it_is_over(do, people, proposal):
    for one in (people.una, people.sora):
        do.hand_out(one)
    key = uuid7()
    do.type_in(key=key)
    do.type_in(key=key)
    with transaction():
        proposal.stage = "vote"
    do.type_in(key=key)
    assert counts(proposal) == (2, 1) and len(as_they_lie(VOICES, proposal)) == 1
    with pytest.raises(Refused, match="survey_over"):
        do.type_in()


def test_paper_and_phone_look_the_same_in_a_copy(do, place, people, proposal, at):
    """Typed by two people between phones: the ids are random digits in order, and no key of a form is kept."""
    keys = [uuid7() for _ in range(4)]
    for number, one in enumerate(crowd(place, at, 8)):
        if number % 2:
            do.voice(one, words=f"電話{number}")
            continue
        do.hand_out(one, (people.office, people.steward)[number % 4 // 2])
        do.type_in(words=f"紙{number}", key=keys[number // 2], by=(people.office, people.steward)[number % 4 // 2])
    rows = as_they_lie(VOICES, proposal)
    ids = [row["id"] for row in rows]
    assert ids == sorted(ids) and all(re.fullmatch("[0-9a-f]{32}", one) for one in ids) and len(ids) == 8
    assert set(rows[0]) == {"proposal_id", "id", "region_id", "mood", "words"}
    kept = [
        str(dict(row)) for table in db.metadata.sorted_tables for row in db.session.execute(sa.select(table)).mappings()
    ]
    assert not any(key in row for key in keys for row in kept)


def test_of_whoever_carries_only_two_counts_are_kept(do, people, proposal):
    do.hand_out(people.una)
    do.hand_out(people.sora, people.steward)
    do.type_in(by=people.steward)
    table = SurveySlips.__table__
    assert set(table.c.keys()) == {"proposal_id", "by_id", "region_id", "handed", "typed"}
    assert not any(isinstance(column.type, UtcDateTime) for column in table.columns)
    rows = {row["by_id"]: (row["handed"], row["typed"]) for row in as_they_lie(table, proposal)}
    assert rows == {people.office.id: (1, 0), people.steward.id: (1, 1)}


def test_a_draft_and_a_vote_have_no_slips(do, place, people, at):
    for stage, code in (("draft", "not_found"), ("vote", "survey_over")):
        other = make_proposal(place.region, people.author, at=at, stage=stage, title=stage)
        with pytest.raises(DomainError, match=code):
            do.hand_out(people.una, about=other)
        with pytest.raises(DomainError, match=code):
            do.type_in(about=other)


# --- the desk -------------------------------------------------------------------------------------------------


def test_the_desk_hands_out_and_types_in(enter, people, proposal):
    office, desk = enter(people.office), about(proposal, "/survey/slips")
    assert "紙で あつめる" in office.get(about(proposal, "/survey")).text
    page = office.get(f"{desk}?q={people.una.number}")
    field = {"proof": proof(page)}
    assert "見本 うめ" in page.text and "わたす" in page.text
    assert office.post(f"{desk}/handed", data=field).status_code == 422
    for status in (303, 409):
        answer = office.post(f"{desk}/handed", data=field | {"membership": str(people.una.id)})
        assert answer.status_code == status
    assert "もう こたえたか、紙を うけとっています" in answer.text
    told = field | {"key": uuid7(), "words": "言いにくい"}
    bad = office.post(f"{desk}/typed", data=told)
    assert bad.status_code == 422 and "言いにくい" in bad.text and 'id="field-mood-problem"' in bad.text
    assert [office.post(f"{desk}/typed", data=told | {"mood": "worried"}).status_code for _tap in range(2)] == [
        303,
        303,
    ]
    over = office.post(f"{desk}/typed", data=told | {"mood": "worried", "key": uuid7()})
    assert over.status_code == 422 and "わたした紙は ぜんぶ" in over.text
    assert counts(proposal) == (1, 1)
    una = enter(people.una).get(about(proposal, "/survey")).text
    assert "あなたは こたえました" in una and "紙を うけとった人も" in una


def test_who_has_no_duty_and_no_passkey_carries_nothing(client, enter, people, proposal):
    desk = about(proposal, "/survey/slips")
    for who in (people.una, people.author, people.officer_desk, people.officer):
        phone = enter(who)
        assert {phone.get(desk).status_code, phone.get(about(proposal, "/survey/sheet")).status_code} == {403}
        assert phone.post(f"{desk}/handed", data={"membership": "1"}).status_code == 403
    stale = enter(people.office, fresh=False)
    assert "パスキーで ご本人か" in stale.get(desk).text and "わたす人の" not in stale.get(desk).text


def test_five_with_paper_are_told_with_how_many_came_on_paper(client, do, place, people, at, proposal):
    for number, one in enumerate(crowd(place, at, 5)):
        if number:
            do.voice(one)
        else:
            do.hand_out(one)
            do.type_in()
    shown = client.get(about(proposal)).text
    assert "5人の声 · うち 紙 1枚" in shown


def test_the_sheet_has_four_slips_with_the_surveys_own_words(enter, people, proposal):
    sheet = enter(people.office).get(about(proposal, "/survey/sheet")).text
    assert sheet.count('class="survey-slip"') == 4 and sheet.count("いまの 気持ちに 近いのは どれですか") == 4
    assert all(sheet.count(f"□ {mood}") == 4 for mood in ("よいと思う", "まよっている", "心配している"))
    assert "名前は 書かないでください" in sheet and "お名前" not in sheet


def test_slips_of_another_region_are_not_found(do, people, at, proposal):
    other = factories.world("ows", at=at)
    stranger = factories.membership(other.region, at=at)
    with pytest.raises(DomainError, match="not_found"), transaction():
        slips.hand_out(region=other.region, proposal_id=proposal.id, membership=stranger, by=stranger)
    assert not survey.has_answered(proposal, stranger) and db.session.query(SurveyLine).count() == 0
    assert db.session.query(SurveyVoice).count() == 0
