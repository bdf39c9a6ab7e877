"""The verbs of a proposal: begin, change, show to everybody, support. All of them lock it before its rows.

Who writes with whom is in `authors`, how it goes on in `stages`; both are offered here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from app.codes import service as codes
from app.db import connection, db, find, insert
from app.errors import Conflict, Refused
from app.hours import queries as hours
from app.members.models import Membership
from app.projects import queries as projects
from app.proposals import queries, rules
from app.proposals.authors import accept, ask_author, leave, saw, written
from app.proposals.models import Proposal, ProposalAuthor, ProposalSeen, ProposalSupport, ProposalVersion
from app.proposals.stages import decided, report, rest, start_project, vote_opened, wake
from app.proposals.writing import texts
from app.regions.models import Region

__all__ = [
    "accept",
    "ask_author",
    "change",
    "decided",
    "draft",
    "drop",
    "leave",
    "publish",
    "report",
    "rest",
    "saw",
    "start_project",
    "support",
    "vote_opened",
    "wake",
    "withdraw_support",
]
PURPOSE = "proposal"
proposal_table = cast(sa.Table, Proposal.__table__)


@dataclass(frozen=True)
class Given:
    """One 応援 as it stands; `opens_talk`: with it there were enough, and the talk has begun."""

    row: ProposalSupport
    opens_talk: bool


# --- the texts ------------------------------------------------------------------------------------------------


def draft(
    *,
    region: Region,
    by: Membership,
    key: str,
    title: str,
    wish: str,
    field: str,
    at: datetime,
    values: Mapping[str, Any] | None = None,
) -> Proposal:
    """やってみたい: a first idea, seen by nobody else yet; the same form sent twice gives the same draft.

    `values` are further texts (`texts.NAMES`). Raises Refused for a membership without a number, Conflict.
    """
    if by.standing != "active":
        raise Refused("proposal_provisional")
    facts = {"title": title, "wish": wish, "field": field, **_known(by, values or {})}
    facts |= {"region_id": region.id, "key": key, "proposer_id": by.id, "created_at": at}
    facts["code"] = codes.draw_public()
    connection().execute(insert(proposal_table).values(**facts).on_conflict_do_nothing(index_elements=["key"]))
    proposal = db.session.scalars(sa.select(Proposal).where(Proposal.key == key)).one()
    if (proposal.region_id, proposal.proposer_id) != (region.id, by.id):
        raise Conflict("other_request")
    return proposal


def change(
    *,
    region: Region,
    proposal_id: int,
    by: Membership,
    values: Mapping[str, Any],
    at: datetime,
    why: str = "",
    base: int | None = None,
) -> Proposal:
    """Other texts: a draft is written over, of what everybody sees a new version with its reason is kept.

    `values`: columns of `texts.NAMES`, or `project_id`. `base`: the version that was read before; a newer one of
    somebody else is never written over. The same texts again change nothing.
    Raises Forbidden, Refused `proposal_frozen`, `reason_missing`, Conflict `proposal_newer`.
    """
    proposal = written(region=region, proposal_id=proposal_id, by=by)
    if proposal.stage not in rules.OPEN:
        raise Refused("proposal_frozen")
    before = texts.of(proposal)
    known = _known(by, values, has=proposal.project_id)
    after = before | {name: "" if value is None else str(value) for name, value in known.items() if name in before}
    is_other = bool(texts.changed(before, after))
    if is_other and base is not None and base != proposal.version:
        raise Conflict("proposal_newer")
    if is_other and proposal.stage != "draft" and not why:
        raise Refused("reason_missing")
    for name, value in known.items():
        setattr(proposal, name, value)
    if is_other and proposal.stage != "draft":
        proposal.version += 1
        _keep_version(proposal, by, at, why)
    db.session.flush()
    return proposal


def publish(*, region: Region, proposal_id: int, by: Membership, at: datetime) -> Proposal:
    """Show it to everybody: 応援 may be given, and as many are needed as the region wants now. Twice is once."""
    proposal = written(region=region, proposal_id=proposal_id, by=by)
    if proposal.stage != "draft":
        return proposal
    proposal.stage, proposal.published_at = "support", at
    proposal.support_needed, proposal.support_hours = region.support_needed, region.support_hours
    _keep_version(proposal, by, at, "")
    codes.publish(code=proposal.code, region_id=region.id, purpose=PURPOSE, subject_id=proposal.id)
    for author in queries.authors(proposal):
        saw(proposal, author, at)
    return proposal


def drop(*, region: Region, proposal_id: int, by: Membership) -> None:
    """Throw a draft away; only whoever began it. Raises Forbidden, Missing, Refused once everybody sees it."""
    proposal = written(region=region, proposal_id=proposal_id, by=by)
    if proposal.stage != "draft":
        raise Refused("proposal_shown")
    if proposal.proposer_id != by.id:
        raise Refused("draft_of_other")
    db.session.execute(sa.delete(ProposalAuthor).where(ProposalAuthor.proposal_id == proposal.id))
    db.session.execute(sa.delete(ProposalSeen).where(ProposalSeen.proposal_id == proposal.id))
    db.session.delete(proposal)
    db.session.flush()


def _keep_version(proposal: Proposal, by: Membership, at: datetime, why: str) -> None:
    whole = texts.written(texts.of(proposal))
    number = {"proposal_id": proposal.id, "number": proposal.version, "region_id": proposal.region_id}
    db.session.add(ProposalVersion(**number, texts=whole, why=why, by_id=by.id, at=at))
    db.session.flush()


def _known(by: Membership, values: Mapping[str, Any], has: int | None = None) -> dict[str, Any]:
    """Only what a form may set; a project is one that somebody takes part in, or the one it has (`has`)."""
    for name in values:
        if name not in (*texts.NAMES, "project_id"):
            raise KeyError(name)
    project_id = values.get("project_id")
    if project_id not in (None, has) and not projects.is_in(project_id, by.id):
        raise Refused("not_in_project")
    return dict(values)


# --- 応援 -----------------------------------------------------------------------------------------------------


def support(*, region: Region, proposal_id: int, by: Membership, why: str, at: datetime) -> Given:
    """応援: one a person, with a line why; again with another line changes the line.

    When there are enough points the talk begins. Raises Refused `proposal_provisional`, `support_own`,
    `support_over`.
    """
    proposal = find(Proposal, region.id, proposal_id, lock=True)
    if by.standing != "active":
        raise Refused("proposal_provisional")
    row = queries.support_of(proposal, by)
    if proposal.stage not in ("support", "talk"):
        if row is not None and row.why == why:
            return Given(row, opens_talk=False)
        raise Refused("support_over")
    if queries.is_author(proposal, by):
        raise Refused("support_own")
    if row is None:
        minutes = hours.confirmed_minutes(by) if proposal.support_hours else 0
        facts = {"proposal_id": proposal.id, "membership_id": by.id, "at": at}
        worth = rules.points(minutes, proposal.support_hours)
        row = ProposalSupport(region_id=region.id, **facts, why=why, points=worth)
        db.session.add(row)
    elif why:
        row.why = why
    db.session.flush()
    opens_talk = _go_to_talk(proposal, at)
    saw(proposal, by, at)
    return Given(row, opens_talk)


def withdraw_support(*, region: Region, proposal_id: int, by: Membership, at: datetime) -> None:
    """Take one's 応援 back while it is gathered or talked about; a talk that has begun goes on. Twice is once."""
    proposal = find(Proposal, region.id, proposal_id, lock=True)
    row = queries.support_of(proposal, by)
    if row is None:
        return
    if proposal.stage not in ("support", "talk"):
        raise Refused("support_over")
    row.withdrawn_at = at
    db.session.flush()


def _go_to_talk(proposal: Proposal, at: datetime) -> bool:
    """Begin the talk if there are enough points; whether it began now."""
    if proposal.stage != "support" or not rules.has_enough(queries.points(proposal).points, proposal.support_needed):
        return False
    proposal.stage, proposal.talk_at = "talk", at
    db.session.flush()
    return True
