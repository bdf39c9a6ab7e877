"""Putting the page of a vote together: how it stands, what the reader may do here, what those with a duty may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from flask import current_app, g, url_for
from flask_babel import gettext as _

from app import clock
from app.errors import Missing
from app.votes import queries
from app.votes.ballots import forms, own, phones, words
from app.votes.ballots.forms import Marks
from app.votes.ballots.own import Own
from app.votes.lots import service as lots
from app.votes.models import Vote
from app.votes.queries import Stand
from app.web.access import actor, may
from app.web.forms import Form

KINDS = {"yes_no": "one", "consent": "one", "choose_one": "one", "approval": "set"}
KINDS |= dict.fromkeys(("schulze", "irv", "stv"), "ranking") | dict.fromkeys(("score", "star"), "scores")
KINDS |= dict.fromkeys(("equal_shares", "greedy"), "budget")


@dataclass(frozen=True)
class Row:
    """A vote in a list. `mark`: a chip's words and kind, or None; `line`: when it ends, or when it is opened."""

    vote: Vote
    state: str
    left: str | None
    mark: tuple[str, str] | None
    line: str


def found(vote_id: int) -> Vote:
    """A vote that the reader may see. Raises Missing for a draft, except for those who may write it."""
    vote = queries.by_id(g.region, vote_id)
    if vote.opened_at is None and not may("vote.draft"):
        raise Missing("not_found")
    return vote


def facts(vote: Vote, stand: Stand, at: datetime) -> dict[str, Any]:
    """What every page of a vote says, whoever reads it."""
    return {
        "vote": vote,
        "state": stand.state,
        "ends_at": stand.ends_at,
        "reveals_at": stand.reveals_at,
        "extended": stand.extended,
        "left": words.days_left(stand.ends_at, at) if stand.state == "open" else None,
        "options": queries.options(vote),
        "turnout": queries.turnout(vote),
        "seconds": max(0, ceil((stand.reveals_at - at).total_seconds())),
        "proposal": vote.proposal_id is not None,
        "words": words,
    }


def ballot(vote: Vote, options: Any, mine: Own, *, form: Form | None = None, key: str = "") -> dict[str, Any]:
    """The ballot as it is shown: empty, as it lies in the box, or as it was just sent with what is wrong with it."""
    marks = forms.typed(form, options) if form is not None else Marks()
    if form is None and mine.is_known:
        marks = forms.marked(vote, options, mine.choice)
    return {
        "kind": KINDS[vote.method],
        "asked": words.asked(vote),
        "choices": words.cards(vote, options),
        "marks": marks,
        "errors": form.sentences if form is not None else {},
        "reason": form.data.get("reason", "") if form is not None else mine.reason,
        "ballot_key": key or phones.new_key(),
        "may_change": mine.is_known,
    }


def chosen(vote: Vote, options: Any, mine: Own) -> list[str]:
    """The reader's own ballot in words."""
    return own.in_words(vote, options, mine.choice, words.names(vote, options))


def rows(votes: list[Vote], at: datetime) -> list[Row]:
    """A list of votes with what the reader has still to do."""
    me = actor().membership
    ways = queries.ways(votes, me) if me is not None else {}
    return [_row(vote, stand, ways, at) for vote, stand in zip(votes, queries.stands(votes, at), strict=True)]


def _row(vote: Vote, stand: Stand, ways: Mapping[int, str | None], at: datetime) -> Row:
    left = words.days_left(stand.ends_at, at) if stand.state == "open" else None
    return Row(vote, stand.state, left, _mark(vote, stand, ways), _line(vote, stand))


def _mark(vote: Vote, stand: Stand, ways: Mapping[int, str | None]) -> tuple[str, str] | None:
    if stand.state == "revealed":
        return _("開票しました"), "ok"
    if stand.state == "draft":
        return _("下書き"), "due"
    if vote.id not in ways:
        return None
    if ways[vote.id]:
        return _("すみました"), "ok"
    return (_("まだです"), "hot") if stand.state == "open" else None


def _line(vote: Vote, stand: Stand) -> str:
    if stand.state == "revealed":
        return _("%(day)sに 開票しました", day=words.moment(stand.reveals_at))
    if stand.state in ("closed", "counting"):
        return _("開票は %(at)sです", at=words.moment(stand.reveals_at))
    if stand.state == "waiting":
        return _("%(at)sに はじまります", at=words.moment(vote.opens_at))
    return _("%(until)sまで", until=words.moment(stand.ends_at))


def duties(vote: Vote, state: str) -> list[tuple[str, str]]:
    """(words, address) of what those with a duty may do from this page, where those doors are there."""
    waits = state == "counting" and may("vote.paper") and lots.to_draw(vote, clock.now())
    wanted = [
        ("vote.paper", ("open", "closed", "counting"), _("紙の投票"), "by_hand.desk"),
        ("vote.assist", ("open",), _("手伝って 投票する"), "by_hand.assist"),
        ("vote.paper", ("counting",) if waits else (), _("くじを引く"), "votes.lots"),
    ]
    return [(text, url) for who, when, text, name in wanted if state in when and may(who) if (url := door(name, vote))]


def door(name: str, vote: Vote) -> str | None:
    """The address of another door of this vote, if this house has it."""
    return url_for(name, vote_id=vote.id) if name in current_app.view_functions else None


def now_of(vote: Vote) -> tuple[Stand, datetime]:
    """How the vote stands this moment."""
    at = clock.now()
    return queries.stand(vote, at), at
