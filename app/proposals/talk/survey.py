"""The anonymous survey: a line says who has answered, a voice what was said, and nothing links the two.
A slip of paper uses the same line and becomes the same voice (`slips`).

Each answer writes all lines and all voices of its proposal anew, in the order of their keys and in one transaction:
in a copy of the database neither place nor number of a row tells which came with which. What is left to whoever runs
the machine is to watch while somebody answers, or to keep a copy from before and one from after; the page says so.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.db import connection, db, find
from app.errors import Conflict, Forbidden, Missing, Refused
from app.members.models import Membership
from app.proposals.models import Proposal, SurveyLine, SurveyVoice
from app.proposals.talk import rules
from app.regions.models import Region


@dataclass(frozen=True)
class Result:
    """What may be told: nothing but `few` below five voices, else how many of each mood, and the words by chance."""

    few: bool
    moods: dict[str, int]
    words: list[tuple[str, str]]  # (mood, words), in the order of their random ids

    @property
    def voices(self) -> int:
        return sum(self.moods.values())


def answer(*, region: Region, proposal_id: int, membership: Membership, mood: str, words: str = "") -> None:
    """One voice of a member, said once and never to be found again. Raises as `use_line`."""
    proposal = use_line(region=region, proposal_id=proposal_id, membership=membership)
    add_voice(proposal, secrets.token_hex(16), mood, words)


def use_line(*, region: Region, proposal_id: int, membership: Membership) -> Proposal:
    """Use somebody's line, by phone or for a slip of paper; the proposal is locked.

    Raises Conflict `survey_used`, Forbidden, Missing for a draft, Refused `survey_over`.
    """
    proposal = locked(region, proposal_id)
    if membership.standing != "active":
        raise Forbidden("not_allowed")
    if has_answered(proposal, membership):
        raise Conflict("survey_used")
    check_open(proposal)
    whose = {"region_id": region.id, "proposal_id": proposal.id}
    _write_anew(SurveyLine, proposal, "membership_id", whose | {"membership_id": membership.id})
    return proposal


def locked(region: Region, proposal_id: int) -> Proposal:
    """The proposal, for whoever adds a voice or a line. Raises Missing for a draft."""
    proposal = find(Proposal, region.id, proposal_id, lock=True)
    if proposal.stage == "draft":
        raise Missing("not_found")
    return proposal


def check_open(proposal: Proposal) -> None:
    """Raises Refused `survey_over` once its vote is open."""
    if proposal.stage not in rules.SURVEYED:
        raise Refused("survey_over")


def add_voice(proposal: Proposal, voice_id: str, mood: str, words: str) -> None:
    """One voice more, of whoever's line was used; `voice_id`: 32 hexadecimal digits that tell nothing."""
    voice = {"id": voice_id, "mood": mood, "words": words}
    whose = {"region_id": proposal.region_id, "proposal_id": proposal.id}
    _write_anew(SurveyVoice, proposal, "id", whose | voice)


def has_voice(proposal: Proposal, voice_id: str) -> bool:
    """Whether this very voice is there."""
    query = sa.select(SurveyVoice.id).where(SurveyVoice.proposal_id == proposal.id, SurveyVoice.id == voice_id)
    return db.session.scalar(query) is not None


def has_answered(proposal: Proposal, membership: Membership) -> bool:
    """Whether somebody's line is used."""
    return membership.id in lines_of(proposal, [membership])


def lines_of(proposal: Proposal, people: Sequence[Membership]) -> set[int]:
    """The membership ids of those of `people` whose lines are used."""
    query = sa.select(SurveyLine.membership_id).where(SurveyLine.proposal_id == proposal.id)
    return set(db.session.scalars(query.where(SurveyLine.membership_id.in_([who.id for who in people]))))


def result(proposal: Proposal) -> Result:
    """What may be told of it now."""
    query = sa.select(SurveyVoice.mood, SurveyVoice.words).where(SurveyVoice.proposal_id == proposal.id)
    voices = db.session.execute(query.order_by(SurveyVoice.id)).all()
    moods = {mood: sum(one == mood for one, _words in voices) for mood in rules.MOODS}
    if not rules.may_show(moods):
        return Result(few=True, moods={}, words=[])
    return Result(few=False, moods=moods, words=[(mood, words) for mood, words in voices if words])


def _write_anew(model: Any, proposal: Proposal, order: str, new: dict[str, Any]) -> None:
    """All rows of a proposal and a new one, in the order of their key."""
    table = sa.inspect(model).local_table
    mine = table.c.proposal_id == proposal.id
    rows = [dict(row) for row in connection().execute(sa.select(table).where(mine)).mappings()]
    connection().execute(sa.delete(table).where(mine))
    connection().execute(sa.insert(table), sorted([*rows, new], key=lambda row: row[order]))
