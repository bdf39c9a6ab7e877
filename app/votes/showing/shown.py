"""One result for every page: the same numbers on the phone, the wall and paper, with or without JavaScript."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from flask import request
from flask_babel import gettext as _

from app.tally import bundle as published
from app.votes import queries
from app.votes.ballots.own import in_words
from app.votes.ballots.words import names as names_of
from app.votes.ballots.words import quorum_words
from app.votes.by_hand import queries as by_hand
from app.votes.by_hand.rules import restored
from app.votes.choices import MOTIONS
from app.votes.lots import service as lots
from app.votes.models import Vote, VoteOption, VoteResult
from app.votes.queries import Stand
from app.votes.showing import figures, shares, words
from app.votes.showing.figures import Bar

TOGETHER = timedelta(minutes=10)  # after the opening, in which the bars grow before whoever comes
AT_ONCE = 5000  # different ballots: up to here a page counts them again by itself


@dataclass(frozen=True)
class Group:
    """The bars of everybody, or of one group; `key` is all, resident or friend."""

    key: str
    name: str
    bars: list[Bar]
    ballots: int
    blank: int


@dataclass(frozen=True)
class Proof:
    """Whether counting again gave the same; None where it was too much for a page. `ballots`: how many."""

    ok: bool | None
    ballots: int


def facts(vote: Vote, stand: Stand, options: Sequence[VoteOption], at: datetime) -> dict[str, Any]:
    """What every page of an opened vote shows."""
    row = stand.result
    if row is None:
        return {}
    found, names = json.loads(row.result), names_of(vote, options)
    counts = found["counts"]
    return {
        "found": found,
        "names": names,
        "groups": _groups(vote, counts, _paper(vote, found)),
        "parts": _groups(vote, found["parts"], None),
        "verdict": words.verdict(vote, found, names),
        "onward": words.onward(vote, row.outcome),
        "ties": [line for one in counts.values() for line in one["ties"] if line["by"] != "a tie fails"],
        "proof": proof(row),
        "named": queries.named(vote) if vote.secrecy == "open" else [],
        "objections": _objections(vote, counts),
        "is_apart": figures.is_apart(vote.method, found["turnout"]["by_way"]) and len(counts) == 1,
        "growing": at - row.at < TOGETHER or "again" in request.args,
        "tell": words,
        "quorum": quorum_words(vote),
        "result": row,
        "has_shares": any(shares.share(one) is not None for one in counts.values()),
        "round_yen": shares.round_yen,
        "named_choice": lambda ballot: "、".join(in_words(vote, options, json.loads(ballot.choice), names)),
        "bought": [one for count in counts.values() for one in shares.bought(count)],
    }


def _groups(vote: Vote, counts: Mapping[str, Any], paper: Mapping[str, int] | None) -> list[Group]:
    return [_group(vote, key, count, paper if len(counts) == 1 else None) for key, count in sorted(counts.items())]


def _group(vote: Vote, key: str, count: Mapping[str, Any], paper: Mapping[str, int] | None) -> Group:
    blank = 0 if vote.method in MOTIONS else count["abstain"]
    found = figures.bars(vote.method, count, paper)
    return Group(key, words.group_name(key), found, count["valid"], blank)


def _paper(vote: Vote, found: Mapping[str, Any]) -> dict[str, int] | None:
    """How much of each number came on paper, or None where that is not told."""
    if not figures.is_apart(vote.method, found["turnout"]["by_way"]):
        return None
    piles = [restored(one.ballots) for one in by_hand.piles(vote) if one.accepted_at is not None]
    return figures.paper_of(vote.method, piles)


def _objections(vote: Vote, counts: Mapping[str, Any]) -> list[str]:
    """The reasons of those who object; they are there to be read."""
    if vote.method != "consent":
        return []
    return [why for one in counts.values() for line in one["rounds"] for why in line.get("reasons", {})]


# --- the record is right ------------------------------------------------------------------------------------


def proof(row: VoteResult) -> Proof:
    """Counts the published vote again: what is shown must come out of it."""
    return _proof(row.sha256, row.bundle, row.result)


@lru_cache(maxsize=64)
def _proof(sha256: str, bundle_text: str, result_text: str) -> Proof:
    bundle, found = json.loads(bundle_text), json.loads(result_text)
    ballots = sum(pair[0] for count in bundle["counts"].values() for pair in count["ballots"])
    if sum(len(count["ballots"]) for count in bundle["counts"].values()) > AT_ONCE:
        return Proof(None, ballots)
    same = {group: count["result"] for group, count in bundle["counts"].items()} == found["counts"]
    return Proof(same and bundle["sha256"] == sha256 and published.verify(bundle).ok, ballots)


def dark(vote: Vote, stand: Stand, at: datetime) -> dict[str, Any]:
    """What the pages of a vote say before it is opened: what it `waits` for once its hour has come, whether it
    `is_ready` to be opened now, and in `seen` a mark of all that, by which a page knows whether it has grown old.
    """
    is_due = stand.state == "counting"
    kind, said = _waits(vote, at) if is_due else ("", "")
    marks = (stand.state, "longer" if stand.extended else "", kind)
    return {"waits": said, "is_ready": is_due and not kind, "seen": "-".join(mark for mark in marks if mark)}


def _waits(vote: Vote, at: datetime) -> tuple[str, str]:
    """(paper, lots, or nothing; the same in words)."""
    if by_hand.waits(vote):
        return "paper", _("紙の投票を 数えています。おわると ひらきます。")
    if lots.to_draw(vote, at):
        return "lots", _("同じ数に なりました。ふたりの立会人が くじを引くと ひらきます。")
    return "", _("1分ほどで ひらきます。")
