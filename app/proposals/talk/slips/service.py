"""The verbs of the paper door: hand a slip out, type one in.

A slip that is handed out uses the line of whoever takes it, as an answer by phone does, and never more slips are typed
in than were handed out: one voice each, through whichever door. Both lock the proposal, so that both counts are true.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import sqlalchemy as sa

from app.db import db
from app.errors import Refused
from app.members.models import Membership
from app.proposals.models import Proposal
from app.proposals.talk import survey
from app.proposals.talk.slips.models import SurveySlips
from app.regions.models import Region


@dataclass(frozen=True)
class Carried:
    """How many slips of a proposal were handed out, and how many of these typed in."""

    handed: int = 0
    typed: int = 0

    @property
    def still_out(self) -> int:
        return self.handed - self.typed


def hand_out(*, region: Region, proposal_id: int, membership: Membership, by: Membership) -> None:
    """Give somebody a slip: their line is used, and the phone says so from now on.

    Raises Conflict `survey_used`, Forbidden without a number, Missing, Refused `survey_over`.
    """
    proposal = survey.use_line(region=region, proposal_id=proposal_id, membership=membership)
    _count(proposal, by).handed += 1
    db.session.flush()


def type_in(*, region: Region, proposal_id: int, by: Membership, key: str, mood: str, words: str = "") -> None:
    """One slip out of the box. The same form sent twice is one voice: its id comes from the form's key, one way only.

    Raises Missing, Refused `survey_over`, `survey_slips_over` when as many were typed in as were handed out.
    """
    proposal = survey.locked(region, proposal_id)
    voice_id = hashlib.sha256(f"{proposal.id} {key}".encode()).hexdigest()[:32]
    if survey.has_voice(proposal, voice_id):
        return
    survey.check_open(proposal)
    if carried(proposal).still_out < 1:
        raise Refused("survey_slips_over")
    survey.add_voice(proposal, voice_id, mood, words)
    _count(proposal, by).typed += 1
    db.session.flush()


def carried(proposal: Proposal) -> Carried:
    """How many went out and came back, through all hands."""
    query = sa.select(sa.func.sum(SurveySlips.handed), sa.func.sum(SurveySlips.typed))
    handed, typed = db.session.execute(query.where(SurveySlips.proposal_id == proposal.id)).one()
    return Carried(int(handed or 0), int(typed or 0))


def _count(proposal: Proposal, by: Membership) -> SurveySlips:
    row = db.session.get(SurveySlips, (proposal.id, by.id), populate_existing=True)
    if row is None:
        whose = {"proposal_id": proposal.id, "by_id": by.id, "region_id": proposal.region_id}
        row = SurveySlips(**whose, handed=0, typed=0)
        db.session.add(row)
    return row
