"""The verbs of the talk: say, answer, take back, hide and show again.

Locks, always in this order: the proposal (shared), the membership of whoever speaks, the opinion.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from app import clock
from app.db import db, find
from app.errors import Conflict, Forbidden, Missing, Refused
from app.members.models import Membership
from app.proposals import queries as proposals
from app.proposals.models import Opinion, OpinionAnswer, OpinionHiding, Proposal
from app.proposals.talk import rules
from app.regions.models import Region


def say(
    *,
    region: Region,
    membership: Membership,
    key: str,
    kind: str,
    addressee: str,
    words: str,
    at: datetime,
    proposal_id: int | None = None,
) -> Opinion:
    """Say something about a proposal, or to the office or the city; an answer is due `region.answer_days` later.

    The same form sent twice, or the same words in two tabs, are one opinion. While somebody opens a vote it waits:
    either the vote waits for its answer, or it was said when the vote was open. Raises Conflict `other_request`,
    Forbidden without a number, Missing for a draft, Refused with the codes of `rules.say_refusal`.
    """
    proposal = _talked_about(region, proposal_id) if proposal_id is not None else None
    if membership.standing != "active":
        raise Forbidden("not_allowed")
    _one_at_a_time(membership)
    again = _said_before(membership, key, proposal_id, kind, addressee, words)
    if again is not None:
        return again
    is_author = proposal is not None and proposals.is_author(proposal, membership)
    if code := rules.say_refusal(addressee, proposal.stage if proposal else None, is_author=is_author):
        raise Refused(code)
    due_on = rules.due_on(kind, clock.local_day(region, at), region.answer_days)
    said = {"kind": kind, "addressee": addressee, "words": words, "due_on": due_on, "at": at}
    row = Opinion(region_id=region.id, key=key, proposal_id=proposal_id, membership_id=membership.id, **said)
    db.session.add(row)
    db.session.flush()
    return row


def answer(
    *,
    region: Region,
    opinion_id: int,
    by: Membership,
    roles: Collection[str],
    key: str,
    words: str,
    at: datetime,
) -> OpinionAnswer:
    """Answer it, by an author, the office or 自治体・担当, whoever it was said to (`rules.ANSWERED_BY`).

    The first answer counts for the day it was due; more may follow. The same form sent twice, or the same words in
    two tabs, are one answer. Raises Conflict `opinion_gone`, `other_request`; Forbidden; Missing.
    """
    row = find(Opinion, region.id, opinion_id, lock=True)
    again = _answered_before(row, by, key, words)
    if again is not None:
        return again
    if row.hidden_at is not None:
        raise Conflict("opinion_gone")
    if row.membership_id == by.id:
        raise Forbidden("opinion_own")
    role = rules.answers_as(row.addressee, roles, is_author=_is_author(region, row, by))
    if role is None or by.standing != "active":
        raise Forbidden("not_allowed")
    said = OpinionAnswer(
        region_id=region.id, key=key, opinion_id=row.id, membership_id=by.id, role=role, words=words, at=at
    )
    db.session.add(said)
    if row.answered_at is None:
        row.answered_at = at
    db.session.flush()
    return said


def take_back(*, region: Region, opinion_id: int, membership: Membership, at: datetime) -> Opinion:
    """Take one's own opinion back while nobody has answered it; its words are gone. Twice is once.

    Raises Conflict `opinion_answered`, `opinion_hidden`; Missing for somebody else's.
    """
    row = find(Opinion, region.id, opinion_id, lock=True)
    if row.membership_id != membership.id:
        raise Missing("not_found")
    if row.hidden_at is not None:
        if row.hidden_why:
            raise Conflict("opinion_hidden")
        return row
    if row.answered_at is not None:
        raise Conflict("opinion_answered")
    row.words, row.hidden_at = "", at
    db.session.flush()
    return row


def hide(
    *, region: Region, opinion_id: int, by: Membership, roles: Collection[str], reason: str, at: datetime
) -> Opinion:
    """Hide what the house rules forbid, by a duty holder who is neither its speaker nor an author; all read why.

    Nobody waits for an answer to it any more. Twice is once. Raises Conflict `opinion_gone` for what was taken back,
    Forbidden, Missing, Refused `reason_missing`.
    """
    row = _cared_for(region, opinion_id, by, roles)
    if row.hidden_at is not None:
        return row
    if not reason.strip():
        raise Refused("reason_missing")
    row.hidden_at, row.hidden_why = at, reason
    return _traced(row, by, "hide", reason, at)


def show_again(
    *, region: Region, opinion_id: int, by: Membership, roles: Collection[str], reason: str, at: datetime
) -> Opinion:
    """Show what was hidden again, by a duty holder of the same kind; its words and its day for an answer are as before.

    Being hidden wins nobody time. Twice is once. Raises as `hide`.
    """
    row = _cared_for(region, opinion_id, by, roles)
    if row.hidden_at is None:
        return row
    if not reason.strip():
        raise Refused("reason_missing")
    row.hidden_at, row.hidden_why = None, ""
    return _traced(row, by, "show", reason, at)


def _cared_for(region: Region, opinion_id: int, by: Membership, roles: Collection[str]) -> Opinion:
    """The opinion, locked, for whoever may hide it and show it again. Raises Conflict if it was taken back."""
    row = find(Opinion, region.id, opinion_id, lock=True)
    is_author = _is_author(region, row, by)
    if code := rules.hide_refusal(roles, is_own=row.membership_id == by.id, is_author=is_author):
        raise Forbidden(code)
    if row.hidden_at is not None and not row.hidden_why:
        raise Conflict("opinion_gone")
    return row


def _traced(row: Opinion, by: Membership, act: str, why: str, at: datetime) -> Opinion:
    whose = {"region_id": row.region_id, "opinion_id": row.id, "by_id": by.id}
    db.session.add(OpinionHiding(**whose, act=act, why=why, at=at))
    db.session.flush()
    return row


def _talked_about(region: Region, proposal_id: int) -> Proposal:
    """The proposal, its stage as it is until this transaction ends. Raises Missing for a draft."""
    query = sa.select(Proposal).where(Proposal.id == proposal_id, Proposal.region_id == region.id)
    query = query.with_for_update(read=True).execution_options(populate_existing=True)
    proposal = db.session.scalar(query)
    if proposal is None or proposal.stage == "draft":
        raise Missing("not_found")
    return proposal


def _one_at_a_time(membership: Membership) -> None:
    """Two tabs of one person wait for each other."""
    query = sa.select(Membership.id).where(Membership.id == membership.id)
    db.session.execute(query.with_for_update(key_share=True))


def _said_before(
    membership: Membership, key: str, proposal_id: int | None, kind: str, addressee: str, words: str
) -> Opinion | None:
    found = db.session.scalar(sa.select(Opinion).where(Opinion.key == key))
    if found is not None:
        if (found.membership_id, found.proposal_id) != (membership.id, proposal_id):
            raise Conflict("other_request")
        return found
    query = sa.select(Opinion).where(Opinion.membership_id == membership.id, Opinion.words == words)
    query = query.where(Opinion.kind == kind, Opinion.addressee == addressee, Opinion.hidden_at.is_(None))
    return db.session.scalar(query.where(Opinion.proposal_id.is_not_distinct_from(proposal_id)).limit(1))


def _answered_before(row: Opinion, by: Membership, key: str, words: str) -> OpinionAnswer | None:
    found = db.session.scalar(sa.select(OpinionAnswer).where(OpinionAnswer.key == key))
    if found is not None:
        if (found.opinion_id, found.membership_id) != (row.id, by.id):
            raise Conflict("other_request")
        return found
    query = sa.select(OpinionAnswer).where(OpinionAnswer.opinion_id == row.id, OpinionAnswer.words == words)
    return db.session.scalar(query.where(OpinionAnswer.membership_id == by.id).limit(1))


def _is_author(region: Region, row: Opinion, who: Membership) -> bool:
    """Whether somebody writes the proposal that it is about."""
    if row.proposal_id is None:
        return False
    return proposals.is_author(proposals.by_id(region, row.proposal_id), who)
