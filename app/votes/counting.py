"""The count: rows mixed so that nothing links them, ballots tallied, what came out written down and told on.

`vote_result.result` is canonical JSON: `outcome`, `passed` (true, false or null), `counts` (by group: `all`, or
`resident` and `friend` where each must pass; each as `app.tally` has it), `parts` (counts of each group that may be
shown beside `all`), `ballots` (by group), `turnout` (`used`, `roll`, `by_way`, `percent` as text), `invalid`,
`small` (groups too small to be counted for themselves), `lots` (what a seed was made of), `funded` (request ids).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from app.db import connection, db
from app.projects.money import service as money
from app.proposals import stages
from app.regions.models import Region
from app.tally import Election, Result, double_majority, tally
from app.tally import bundle as published
from app.votes import queries, rules, wiping
from app.votes.by_hand import queries as by_hand
from app.votes.models import Ballot, NamedBallot, RollLine, UsedLine, Vote, VoteOption, VoteResult

ALL = published.ALL
Pairs = list[tuple[int, Any]]


@dataclass(frozen=True)
class Box:
    """What lay in the box: choices by group, each with how many."""

    parts: Mapping[str, Pairs]

    @property
    def all(self) -> Pairs:
        found: Counter[str] = Counter()
        for pairs in self.parts.values():
            for count, choice in pairs:
                found[text(choice)] += count
        return [(count, json.loads(choice)) for choice, count in sorted(found.items())]

    def size(self, part: str) -> int:
        return sum(count for count, _choice in self.parts.get(part, ()))


# --- mixing ---------------------------------------------------------------------------------------------------


def mix(vote: Vote) -> None:
    """Write the lines used and the ballots anew: all in one transaction, the lines by member, the ballots by lot.

    Before, a copy of the database could set the third ballot beside the third line. The keys of receipts are
    forgotten: nothing can be changed any more. What the old rows leave on the disk is wiped after the commit.
    """
    for table, order in ((UsedLine, "membership_id"), (NamedBallot, "membership_id"), (Ballot, "id")):
        rows = [dict(row._mapping) for row in connection().execute(_rows(table, vote))]
        if table is Ballot:
            rows = [row | {"id": secrets.token_hex(16), "key_hash": None} for row in rows]
        rows.sort(key=lambda row: row[order])
        connection().execute(sa.delete(_table(table)).where(_table(table).c.vote_id == vote.id))
        if rows:
            connection().execute(sa.insert(_table(table)), rows)
    wiping.after_mixing()


def _table(model: Any) -> sa.Table:
    return cast(sa.Table, model.__table__)


def _rows(model: Any, vote: Vote) -> sa.Select[Any]:
    return sa.select(_table(model)).where(_table(model).c.vote_id == vote.id)


# --- counting -------------------------------------------------------------------------------------------------


def count(vote: Vote, at: datetime) -> VoteResult | None:
    """Count a closed vote, once; None while a tie waits for the lots of two witnesses. Its row is locked by the caller.

    Tells the proposal, and grants the money that was voted for. Raises BadElection.
    """
    there = queries.result(vote)
    if there is not None:
        return there
    _be_patient()
    elections, box, small = elections_of(vote)
    results = {group: tally(election) for group, election in elections.items()}
    if any(result.open_ties for result in results.values()):
        return None
    mix(vote)
    found = _found(vote, elections, results, box, small)
    row = _write(vote, elections, results, found, at)
    region = db.session.get_one(Region, vote.region_id)
    if vote.proposal_id is not None:
        stages.decided(region=region, proposal_id=vote.proposal_id, passed=found["passed"], at=at)
    if found["outcome"] in queries.DECIDED:
        for request_id in queries.requests(vote):
            passed = request_id in found["funded"]
            money.decided_by_vote(region=region, request_id=request_id, passed=passed, at=at)
    return row


def elections_of(vote: Vote) -> tuple[dict[str, Election], Box, list[str]]:
    """What is to be counted: everybody together, or each group for itself; and the groups too small for that."""
    box, options = _box(vote), queries.options(vote)
    lots, came = _lots(vote, box), _came(vote)
    sizes = {"resident": vote.roll_residents or 0, "friend": vote.roll_friends or 0}
    small = [part for part in sizes if vote.electorate == "double" and box.size(part) < rules.SHOWN_FROM]
    told: dict[str, Any] = {"came": came, "lots": lots}
    if vote.electorate == "double" and not small:
        groups = {part: (box.parts.get(part, []), roll) for part, roll in sizes.items()}
    else:
        groups = {ALL: (box.all, vote.roll_size or 0)}
    found = {name: rules.election(vote, options, pairs, roll=roll, **told) for name, (pairs, roll) in groups.items()}
    return found, box, small


def _box(vote: Vote) -> Box:
    """All ballots by group, secret or named."""
    if vote.secrecy == "open":
        query = sa.select(RollLine.part, NamedBallot.choice, sa.func.count()).join(
            NamedBallot,
            (NamedBallot.vote_id == RollLine.vote_id) & (NamedBallot.membership_id == RollLine.membership_id),
        )
        query = query.where(RollLine.vote_id == vote.id).group_by(RollLine.part, NamedBallot.choice)
    else:
        query = sa.select(Ballot.part, Ballot.choice, sa.func.count()).where(Ballot.vote_id == vote.id)
        query = query.group_by(Ballot.part, Ballot.choice)
    parts: dict[str, Pairs] = {}
    rows: list[tuple[str, str, int]] = sorted((row[0], row[1], row[2]) for row in db.session.execute(query))
    for part, choice, number in rows:
        parts.setdefault(part, []).append((number, json.loads(choice)))
    return Box(parts)


def _came(vote: Vote) -> dict[str, int]:
    """Who was there, wrote, or had somebody stand for them: as the assembly counted, else by the doors used."""
    closed, by_way = queries.closure(vote), queries.turnout(vote).by_way
    if closed is None or closed.present is None:
        return {"present": 0, "written": by_way.get("paper", 0), "proxy": by_way.get("proxy", 0)}
    return {"present": closed.present, "written": closed.written or 0, "proxy": closed.proxies or 0}


def _lots(vote: Vote, box: Box) -> Any:
    drawn = queries.lot(vote)
    if drawn is not None:
        return {"order": json.loads(drawn.drawn)}
    return "wait" if vote.ties == "lots_witnessed" else {"seed": _seed(vote, box)["seed"]}


def _seed(vote: Vote, box: Box) -> dict[str, str]:
    """SHA-256 of the vote's code, the fingerprint of all ballots, and the public value named before it opened."""
    head = published.fingerprint(published.sorted_ballots(box.all))
    made_of = {"vote": vote.code, "ballots": head, "public_value": vote.public_value}
    return made_of | {"seed": hashlib.sha256("\n".join(made_of.values()).encode()).hexdigest()}


# --- what came out --------------------------------------------------------------------------------------------


def _found(
    vote: Vote, elections: Mapping[str, Election], results: Mapping[str, Result], box: Box, small: list[str]
) -> dict[str, Any]:
    """What `vote_result.result` holds."""
    passed = False if small else double_majority(results) if len(results) > 1 else results[next(iter(results))].passed
    enough = not small and all(_is_enough(one) for one in results.values())
    turnout, options = queries.turnout(vote), queries.options(vote)
    outcome = rules.outcome(vote, passed, enough=enough)
    sizes = {part: box.size(part) for part in ("resident", "friend")}
    return {
        "outcome": outcome,
        "passed": None if vote.effect == "ask" else bool(passed),
        "counts": {group: one.as_dict() for group, one in results.items()},
        "parts": _parts(vote, box, elections) if rules.parts_shown(sizes) and len(results) == 1 else {},
        "ballots": sizes if rules.parts_shown(sizes) or len(results) > 1 else {ALL: sum(sizes.values())},
        "turnout": {"used": turnout.used, "roll": turnout.roll, "by_way": turnout.by_way},
        "invalid": by_hand.invalid(vote),
        "small": small,
        "lots": _seed(vote, box) if any(one.ties for one in results.values()) and not queries.lot(vote) else None,
        "funded": _funded(vote, outcome, results, options),
    }


def _is_enough(result: Result) -> bool:
    """Whether as many took part as are needed; too many objections are a no, not too few people."""
    return result.quorum is None or result.quorum["kind"] == "objection" or bool(result.quorum["met"])


def _parts(vote: Vote, box: Box, elections: Mapping[str, Election]) -> dict[str, Any]:
    """Each group counted for itself, for those who want to see it; a quorum is asked of all together only."""
    rule = {name: value for name, value in elections[ALL].rule.items() if name != "quorum"}
    found = {}
    for part, pairs in box.parts.items():
        own = rules.election(vote, queries.options(vote), pairs, roll=0)
        found[part] = tally(Election(**(vars(own) | {"rule": rule}))).as_dict()
    return found


def _funded(vote: Vote, outcome: str, results: Mapping[str, Result], options: Sequence[VoteOption]) -> list[int]:
    """The requests whose money was voted for; a vote that only asks grants nothing."""
    if outcome == "passed":
        return [vote.request_id] if vote.request_id is not None else []
    if outcome != "chosen":
        return []
    won = set(results[ALL].winners)
    return [one.request_id for one in options if one.name in won and one.request_id is not None]


def _write(
    vote: Vote, elections: Mapping[str, Election], results: Mapping[str, Result], found: dict[str, Any], at: datetime
) -> VoteResult:
    by_way, invalid = found["turnout"]["by_way"], found["invalid"]
    used = by_way | ({"paper": by_way.get("paper", 0) - invalid} if invalid else {})
    more = {name: found[name] for name in ("outcome", "parts", "invalid", "small", "lots")}
    roll = {"size": vote.roll_size, "residents": vote.roll_residents, "friends": vote.roll_friends}
    made = published.make(
        vote=_facts(vote, at),
        elections=elections,
        roll=roll | {"sha256": vote.roll_hash},
        used=used,
        results=results,
        more=more,
    )
    row = VoteResult(
        vote_id=vote.id,
        region_id=vote.region_id,
        at=at,
        outcome=found["outcome"],
        result=text(found),
        bundle=text(made),
        sha256=made["sha256"],
        turnout=found["turnout"]["used"],
        by_paper=by_way.get("paper", 0),
        by_proxy=by_way.get("proxy", 0),
        invalid=invalid,
        funded=bool(found["funded"]),
    )
    db.session.add(row)
    db.session.flush()
    return row


def _facts(vote: Vote, at: datetime) -> dict[str, Any]:
    """What the page says of the vote, as it was frozen."""
    words = ("code", "question", "question_en", "method", "effect", "electorate", "secrecy", "quorum", "ties", "stage")
    facts: dict[str, Any] = {name: getattr(vote, name) for name in (*words, "decider", "first_steps", "public_value")}
    times = {"opened_at": vote.opened_at, "closes_at": vote.closes_at, "counted_at": at}
    return facts | {name: when.isoformat() for name, when in times.items() if when is not None}


def _be_patient() -> None:
    """A long count is no forgotten transaction."""
    if connection().dialect.name == "postgresql":
        connection().exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '5min'")


def text(data: Any) -> str:
    """Canonical JSON."""
    return published.canonical(data).decode()
