"""The anonymous survey: one voice of each, and nothing in a copy of the database says whose."""

from __future__ import annotations

import random
import re

import pytest
import sqlalchemy as sa

from app.db import UtcDateTime, db
from app.errors import Conflict, DomainError, Forbidden, Missing, Refused
from app.proposals.models import SurveyLine, SurveyVoice
from app.proposals.talk import survey
from tests import factories
from tests.ledger.threads import together
from tests.proposals_talk.conftest import make_proposal

pytestmark = pytest.mark.usefixtures("urls")  # a copy: where rows lie is decided by what was deleted before them
ROUNDS, PEOPLE = 20, 10
LINES, VOICES = SurveyLine.__table__, SurveyVoice.__table__


def crowd(place, at, number):
    return [factories.membership(place.region, at=at, name=f"声 {one}") for one in range(number)]


def as_they_lie(table, proposal):
    """The rows of a table in the order in which a copy of the database has them."""
    order = "" if db.engine.dialect.name == "sqlite" else " ORDER BY ctid"
    names = [column.name for column in table.columns]
    query = f"SELECT {', '.join(names)} FROM {table.name} WHERE proposal_id = {proposal.id}{order}"
    return [dict(zip(names, row, strict=True)) for row in db.session.execute(sa.text(query))]


# --- what stands in the tables --------------------------------------------------------------------------------


def test_the_two_tables_share_nothing_but_the_proposal():
    shared = set(LINES.c.keys()) & set(VOICES.c.keys())
    assert shared == {"proposal_id", "region_id"}
    assert not any(isinstance(column.type, UtcDateTime) for table in (LINES, VOICES) for column in table.columns)
    assert [column.name for column in VOICES.primary_key] == ["proposal_id", "id"]
    assert "membership_id" not in VOICES.c and not any("membership" in str(key.column) for key in VOICES.foreign_keys)


def test_voices_lie_in_the_order_of_random_numbers(do, place, proposal, at):
    for number, one in enumerate(crowd(place, at, 8)):
        do.voice(one, words=f"ことば{number}")
    voices, lines = as_they_lie(VOICES, proposal), as_they_lie(LINES, proposal)
    ids = [row["id"] for row in voices]
    assert ids == sorted(ids) and all(re.fullmatch("[0-9a-f]{32}", one) for one in ids)
    whose = [row["membership_id"] for row in lines]
    assert whose == sorted(whose) and len(ids) == len(whose) == 8


def test_no_number_of_the_database_itself_tells_an_order(do, place, proposal, at):
    """No row number on SQLite; on PostgreSQL one transaction has written all rows that are there."""
    for one in crowd(place, at, 6):
        do.voice(one)
    for table in (LINES, VOICES):
        if db.engine.dialect.name == "sqlite":
            with pytest.raises(sa.exc.OperationalError, match="rowid"):
                db.session.execute(sa.text(f"SELECT rowid FROM {table.name}"))
            db.session.rollback()
        else:
            written_by = db.session.scalars(sa.text(f"SELECT DISTINCT xmin::text FROM {table.name}")).all()
            assert len(written_by) == 1


def test_guessing_from_a_copy_does_no_better_than_chance(do, place, people, at):
    """Twenty surveys of ten people: the n-th line and the n-th voice belong together once in ten, as by chance."""
    everybody, hits = crowd(place, at, PEOPLE), 0
    for number in range(ROUNDS):
        about = make_proposal(place.region, people.author, at=at, title=f"その{number}")
        order = random.sample(everybody, PEOPLE)
        if number % 2:  # the worst case: they come in the order of their numbers
            order = everybody
        for one in order:
            do.voice(one, words=str(one.id), about=about)
        lines, voices = as_they_lie(LINES, about), as_they_lie(VOICES, about)
        hits += sum(int(voice["words"]) == line["membership_id"] for line, voice in zip(lines, voices, strict=True))
    assert 3 < hits < 50, hits  # 20 are expected; by chance outside once in a hundred thousand runs


def test_what_a_form_brings_is_kept_nowhere_else(do, place, proposal, at):
    """The voice's words stand in one row of one table."""
    (one,) = crowd(place, at, 1)
    do.voice(one, words="だれにも 言えないこと")
    found = []
    for table in db.metadata.sorted_tables:
        rows = db.session.execute(sa.select(table)).mappings()
        found += [table.name for row in rows if any("言えないこと" in str(value) for value in row.values())]
    assert found == ["survey_voice"]


# --- once, and when -------------------------------------------------------------------------------------------


def test_everybody_answers_once(do, people, proposal):
    do.voice(people.una, "good")
    with pytest.raises(Conflict, match="survey_used"):
        do.voice(people.una, "worried")
    assert [row["mood"] for row in as_they_lie(VOICES, proposal)] == ["good"]


def test_one_person_at_one_moment_has_one_voice(do, app, people, proposal):
    def act(_number):
        try:
            do.voice(people.una)
        except DomainError as error:
            db.session.rollback()
            return error.code
        return "done"

    db.session.commit()
    told = together(app, 6, act)
    assert sorted(told) == ["done", *["survey_used"] * 5]
    assert len(as_they_lie(VOICES, proposal)) == len(as_they_lie(LINES, proposal)) == 1


def test_many_at_one_moment_lose_no_voice(do, app, place, at, proposal):
    everybody = crowd(place, at, 8)
    db.session.commit()
    together(app, 8, lambda number: do.voice(everybody[number], words=str(number)))
    assert sorted(row["words"] for row in as_they_lie(VOICES, proposal)) == [str(number) for number in range(8)]
    assert len(as_they_lie(LINES, proposal)) == 8


@pytest.mark.parametrize(("stage", "error"), [
    ("draft", Missing), ("support", None), ("talk", None), ("vote", Refused), ("doing", Refused),
])  # fmt: skip
def test_it_is_asked_before_the_vote(do, place, people, at, stage, error):
    about = make_proposal(place.region, people.author, at=at, stage=stage)
    if error is None:
        do.voice(people.una, about=about)
        assert survey.has_answered(about, people.una)
        return
    with pytest.raises(error):
        do.voice(people.una, about=about)


def test_who_has_no_number_has_no_voice(do, place, at):
    newcomer = factories.membership(place.region, at=at, standing="provisional", kind="friend", name="")
    with pytest.raises(Forbidden):
        do.voice(newcomer)


# --- what is told ---------------------------------------------------------------------------------------------


def test_four_voices_tell_nothing_and_five_tell_all(do, place, at, proposal):
    everybody = crowd(place, at, 5)
    for one, mood in zip(everybody[:4], ("good", "good", "unsure", "worried"), strict=True):
        do.voice(one, mood, "ひとこと")
    few = survey.result(proposal)
    assert (few.few, few.moods, few.words, few.voices) == (True, {}, [], 0)
    do.voice(everybody[4], "good")
    told = survey.result(proposal)
    assert told.moods == {"good": 3, "unsure": 1, "worried": 1}
    assert sorted(mood for mood, _words in told.words) == ["good", "good", "unsure", "worried"]
