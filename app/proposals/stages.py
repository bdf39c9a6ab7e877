"""How a proposal goes on: into a vote and out of it, to rest and back, into a project, and to its report."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from app.db import db, find
from app.errors import Conflict, Forbidden, Refused
from app.members.models import Membership
from app.projects import queries as project_queries
from app.projects import service as projects
from app.projects.models import Project
from app.proposals import queries, rules
from app.proposals.authors import saw, written
from app.proposals.models import Proposal
from app.regions.models import Region

PROJECT_TITLE, PROJECT_WISH = 60, 400  # as the form of a project has them


def vote_opened(*, region: Region, proposal_id: int, at: datetime) -> Proposal:
    """From the talk into a vote: from now on its texts stand. Raises Conflict `proposal_voting`, Refused."""
    proposal = find(Proposal, region.id, proposal_id, lock=True)
    if proposal.stage == "vote":
        raise Conflict("proposal_voting")
    if proposal.stage != "talk":
        raise Refused("proposal_not_talking")
    proposal.stage, proposal.vote_at, proposal.decided_at, proposal.passed = "vote", at, None, None
    db.session.flush()
    return proposal


def decided(*, region: Region, proposal_id: int, passed: bool | None, at: datetime) -> Proposal:
    """Out of the vote: it is done, or talked about again; None where a vote chose without passing or failing.

    Told twice it is once.
    """
    proposal = find(Proposal, region.id, proposal_id, lock=True)
    if proposal.stage == "vote":
        proposal.stage, proposal.passed, proposal.decided_at = rules.after_vote(passed), passed, at
        db.session.flush()
    return proposal


def rest(
    *, region: Region, proposal_id: int, by: Membership, roles: Collection[str], why: str, at: datetime
) -> Proposal:
    """やすむ, with a reason that everybody reads; once more changes nothing.

    Raises Forbidden, Refused `reason_missing`, `proposal_voting` while a vote runs.
    """
    proposal = _cared_for(region, proposal_id, by, roles)
    if proposal.stage == "rested":
        return proposal
    if proposal.stage not in rules.MAY_REST:
        raise Refused("proposal_voting" if proposal.stage == "vote" else "proposal_cannot_rest")
    if not why:
        raise Refused("reason_missing")
    proposal.stage, proposal.rested_at, proposal.rested_why = "rested", at, why
    return _known_to(proposal, by, at)


def wake(*, region: Region, proposal_id: int, by: Membership, roles: Collection[str], at: datetime) -> Proposal:
    """Go on where it rested; once more changes nothing. Raises Forbidden."""
    proposal = _cared_for(region, proposal_id, by, roles)
    if proposal.stage != "rested":
        return proposal
    proposal.stage = rules.after_rest(has_talked=proposal.talk_at is not None, passed=proposal.passed)
    proposal.rested_at, proposal.rested_why = None, ""
    return _known_to(proposal, by, at)


def report(
    *, region: Region, proposal_id: int, by: Membership, roles: Collection[str], report: str, next: str, at: datetime
) -> Proposal:
    """カタチ: what became of it and what comes next; other words for it later keep its day.

    Raises Forbidden, Refused `proposal_not_doing`, `field_empty`.
    """
    proposal = _cared_for(region, proposal_id, by, roles)
    if proposal.stage not in ("doing", "reported"):
        raise Refused("proposal_not_doing")
    if not report:
        raise Refused("field_empty")
    proposal.stage, proposal.report, proposal.report_next = "reported", report, next
    proposal.reported_at = proposal.reported_at or at
    return _known_to(proposal, by, at)


def start_project(*, region: Region, proposal_id: int, by: Membership, key: str, at: datetime) -> Project:
    """A project from one that passed, led by whoever of its authors starts it; there is only ever one.

    Raises Forbidden, Refused `proposal_not_doing`.
    """
    proposal = written(region=region, proposal_id=proposal_id, by=by)
    if proposal.project_id is not None:
        return project_queries.by_id(region, proposal.project_id)
    if proposal.stage not in ("doing", "reported"):
        raise Refused("proposal_not_doing")
    told = {"title": proposal.title[:PROJECT_TITLE], "wish": proposal.wish[:PROJECT_WISH], "field": proposal.field}
    also = {"title_en": proposal.title_en}
    project = projects.start(region=region, lead=by, key=key, at=at, values=also, **told)
    proposal.project_id = project.id
    db.session.flush()
    return project


def _cared_for(region: Region, proposal_id: int, by: Membership, roles: Collection[str]) -> Proposal:
    """The proposal, locked, for one of its authors or a duty holder. Raises Forbidden, Missing."""
    proposal = find(Proposal, region.id, proposal_id, lock=True)
    is_author = queries.is_author(proposal, by)
    if not rules.may_care(roles, is_author=is_author) or (proposal.stage == "draft" and not is_author):
        raise Forbidden("not_author")
    return proposal


def _known_to(proposal: Proposal, by: Membership, at: datetime) -> Proposal:
    db.session.flush()
    saw(proposal, by, at)
    return proposal
