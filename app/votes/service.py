"""The verbs of a draft: write it, change it, say what can be chosen, throw it away. Once open it is frozen.

All of them lock the vote's row first. What opens it stands in `opening`, what comes after in `casting` and `closing`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event

from app import canonical
from app.codes import service as codes
from app.db import connection, db, find, insert
from app.errors import Conflict, Forbidden, Refused
from app.members.models import Membership
from app.projects.models import BudgetRequest
from app.proposals import queries as proposals
from app.proposals.models import Proposal
from app.proposals.rules import CARERS
from app.regions.models import Region
from app.votes import queries, rules
from app.votes.models import EFFECTS, ELECTORATES, METHODS, QUORUMS, SECRECIES, TIES, RollLine, Vote, VoteOption

vote_table = cast(sa.Table, Vote.__table__)
WORDS = ("question", "question_en", "about", "about_en", "decider", "first_steps", "public_value")
NUMBERS = ("seats", "quorum_percent", "objections", "extension_days", "budget_yen")
TIMES = ("opens_at", "closes_at", "reveals_at")
CHOSEN: dict[str, Collection[str]] = {
    "method": METHODS,
    "quorum": QUORUMS,
    "ties": TIES,
    "effect": EFFECTS,
    "electorate": ELECTORATES,
    "secrecy": SECRECIES,
    "threshold": rules.THRESHOLDS,
}
DRAFTED = (*WORDS, *NUMBERS, *TIMES, *CHOSEN, "rule", "proposal_id", "request_id")
SETTINGS = ("limit", "majority", "utility", "completion", "step")
ASKED_BY_METHOD = {"rule": "{}", "seats": 1, "request_id": None}
_gathered: Callable[[Vote], bool] | None = None


def install_assemblies(gathered: Callable[[Vote], bool]) -> None:
    """Tell this room whether a vote belongs to an assembly: it may be short, and counts who is there."""
    global _gathered
    _gathered = gathered


def is_gathered(vote: Vote) -> bool:
    """Whether the vote is one of an assembly's agenda."""
    return _gathered is not None and _gathered(vote)


def draft(*, region: Region, by: Membership, roles: Collection[str], key: str, at: datetime, **fields: Any) -> Vote:
    """A vote that nobody sees yet. `fields` are columns of DRAFTED; `rule` is a mapping of SETTINGS.

    The same form sent twice gives the same vote. Raises Forbidden, Missing, Refused, Conflict.
    """
    proposal = _proposal(region, fields.get("proposal_id"))
    _may_draft(proposal, by, roles)
    again = db.session.scalar(sa.select(Vote).where(Vote.key == key))
    if again is None:
        facts = _known(region, {**_usual(region), **fields})
        code = codes.draw_public()
        facts |= _budget(facts["method"], facts.get("budget_yen"))
        facts |= {"region_id": region.id, "key": key, "code": code, "drafted_by_id": by.id, "created_at": at}
        connection().execute(insert(vote_table).values(**facts).on_conflict_do_nothing(index_elements=["key"]))
        again = db.session.scalars(sa.select(Vote).where(Vote.key == key)).one()
    if (again.region_id, again.drafted_by_id) != (region.id, by.id):
        raise Conflict("other_request")
    return again


def change(
    *, region: Region, vote_id: int, by: Membership, roles: Collection[str], at: datetime, **fields: Any
) -> Vote:
    """Write a draft anew, or a part of it; another method forgets what only the one before it asked.

    Raises Refused `vote_frozen` once it is open, Forbidden, Missing.
    """
    vote = drafted(region=region, vote_id=vote_id, by=by, roles=roles)
    facts = _known(region, fields)
    if "proposal_id" in facts:
        _may_draft(_proposal(region, facts["proposal_id"]), by, roles)
    if facts.get("method", vote.method) != vote.method:
        facts = ASKED_BY_METHOD | facts
    facts |= _budget(facts.get("method", vote.method), facts.get("budget_yen", vote.budget_yen))
    for name, value in facts.items():
        setattr(vote, name, value)
    db.session.flush()
    _fit_options(vote)
    return vote


def set_options(
    *,
    region: Region,
    vote_id: int,
    by: Membership,
    roles: Collection[str],
    options: Sequence[Mapping[str, Any]],
    at: datetime,
) -> Vote:
    """What can be chosen, all of it, in the order of the ballot: `name`, `name_en`, `about`, `cost_yen`, `request_id`.

    Raises Refused `vote_frozen`, `option_twice`, `option_empty`, Missing for another region's request.
    """
    vote = drafted(region=region, vote_id=vote_id, by=by, roles=roles)
    names = [str(one["name"]).strip() for one in options]
    if not all(names):
        raise Refused("option_empty")
    if len(set(names)) < len(names):
        raise Refused("option_twice")
    _empty(vote)
    for number, (name, one) in enumerate(zip(names, options, strict=True), 1):
        if one.get("request_id") is not None:
            find(BudgetRequest, region.id, one["request_id"])
        told = {field: one[field] for field in ("name_en", "about", "cost_yen", "request_id") if field in one}
        db.session.add(VoteOption(vote_id=vote.id, number=number, region_id=region.id, name=name, **told))
    db.session.flush()
    return vote


def drop(*, region: Region, vote_id: int, by: Membership, roles: Collection[str], at: datetime) -> None:
    """Throw a draft away. Raises Refused `vote_frozen`, `vote_on_agenda`."""
    vote = drafted(region=region, vote_id=vote_id, by=by, roles=roles)
    if is_gathered(vote):
        raise Refused("vote_on_agenda")
    _empty(vote)
    db.session.delete(vote)
    db.session.flush()


def drafted(*, region: Region, vote_id: int, by: Membership, roles: Collection[str]) -> Vote:
    """The draft, locked, for whoever may write it. Raises Refused `vote_frozen`, Forbidden, Missing."""
    vote = find(Vote, region.id, vote_id, lock=True)
    if vote.opened_at is not None:
        raise Refused("vote_frozen")
    _may_draft(_proposal(region, vote.proposal_id), by, roles)
    return vote


def _may_draft(proposal: Proposal | None, by: Membership, roles: Collection[str]) -> None:
    """Duty holders, and the authors of the proposal that is voted on."""
    if by.standing != "active":
        raise Forbidden("not_allowed")
    if set(CARERS).isdisjoint(roles) and not (proposal is not None and proposals.is_author(proposal, by)):
        raise Forbidden("vote_not_yours")


def _proposal(region: Region, proposal_id: int | None) -> Proposal | None:
    return find(Proposal, region.id, proposal_id) if proposal_id is not None else None


def _fit_options(vote: Vote) -> None:
    """A motion has none, and only those of a budget vote cost anything."""
    if vote.method in rules.MOTIONS:
        _empty(vote)
    elif vote.method not in rules.BUDGETS:
        for one in queries.options(vote):
            one.cost_yen = one.request_id = None
        db.session.flush()


def _empty(vote: Vote) -> None:
    """The ballot without options; rows that this request holds are forgotten with them."""
    for one in queries.options(vote):
        db.session.delete(one)
    db.session.flush()


# --- what a draft begins with ---------------------------------------------------------------------------------


def _usual(region: Region) -> dict[str, Any]:
    """What every new draft begins with: the quorum of the stage, the effect that it allows."""
    found: dict[str, Any] = dict.fromkeys(WORDS, "") | {"rule": {}, "threshold": "1/2", "seats": 1}
    found |= {"method": "yes_no", "quorum": "approval", "ties": "lots_public", "objections": 0, "extension_days": 0}
    found |= {"effect": "ask", "electorate": "both", "secrecy": "usual", "stage": region.stage}
    return found | {"quorum_percent": rules.usual_quorum(region.stage)}


def _known(region: Region, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Only what may be drafted, each column with a value that it can take. Raises KeyError, Refused, Missing."""
    facts = dict(fields)
    stage = facts.pop("stage", None)
    for name, value in facts.items():
        if name not in DRAFTED:
            raise KeyError(name)
        if name in CHOSEN and value not in CHOSEN[name]:
            raise Refused("field_choice")
    if "rule" in facts:
        facts["rule"] = _rule(facts["rule"])
    if facts.get("request_id") is not None:
        find(BudgetRequest, region.id, facts["request_id"])
    _proposal(region, facts.get("proposal_id"))
    return facts if stage is None else facts | {"stage": stage}


def _budget(method: str, yen: int | None) -> dict[str, int | None]:
    """Only a budget vote has money to share out; one yen until somebody says how much, so that it cannot open."""
    return {"budget_yen": (yen or 1) if method in rules.BUDGETS else None}


def _rule(given: Mapping[str, Any]) -> str:
    if set(given) - set(SETTINGS) or any(isinstance(one, float | Fraction) for one in given.values()):
        raise KeyError("rule")
    return canonical.text(dict(given))


# --- frozen ---------------------------------------------------------------------------------------------------


@event.listens_for(Vote, "before_update")
@event.listens_for(Vote, "before_delete")
@event.listens_for(VoteOption, "before_insert")
@event.listens_for(VoteOption, "before_update")
@event.listens_for(VoteOption, "before_delete")
@event.listens_for(RollLine, "before_insert")
@event.listens_for(RollLine, "before_update")
@event.listens_for(RollLine, "before_delete")
def _refuse_if_open(_mapper: object, to: sa.Connection, row: Vote | VoteOption | RollLine) -> None:
    """Nothing of a vote changes once it is open, whichever column it is and whoever asks."""
    known = cast(Any, sa.inspect(row)).identity  # as the database has it, the vote first in each of these keys
    vote_id = known[0] if known else row.id if isinstance(row, Vote) else row.vote_id
    if to.scalar(sa.select(Vote.opened_at).where(Vote.id == vote_id)) is not None:
        raise Refused("vote_frozen")
