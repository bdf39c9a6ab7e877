"""What a ballot may say, by the method of its vote, and how it is kept: pure.

A choice is what the count takes: a word ("yes", "no", "abstain", "consent", "stand_aside"), {"objection": reason},
the name of an option, a list of names, a list of ranks (each a name or a list of equal names), or name → score.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from app.canonical import text as canonical_text

if TYPE_CHECKING:
    from app.votes.models import Vote, VoteOption

MOTIONS = ("yes_no", "consent")
RANKED = ("schulze", "irv", "stv")
SCORED = ("score", "star")
BUDGETS = ("equal_shares", "greedy")
LISTS = ("approval", *BUDGETS)
HIGHEST_SCORE = 5
REASON = 400  # characters
NOBODY = {"yes_no": "abstain", "consent": "stand_aside", "choose_one": "abstain"}


def settings(vote: Vote) -> dict[str, Any]:
    """What only this method asks: `limit` of names, `majority`, `utility` and `completion` of a budget."""
    found: dict[str, Any] = json.loads(vote.rule or "{}")
    return found


def valid_choice(vote: Vote, options: Sequence[VoteOption], choice: Any) -> str | None:
    """The code of what is wrong with a choice, or None."""
    names = [one.name for one in options]
    if choice == NOBODY.get(vote.method, "abstain"):
        return None
    if vote.method == "yes_no":
        return None if choice in ("yes", "no") else "choice_missing"
    if vote.method == "consent":
        return _bad_stand(choice)
    if vote.method == "choose_one":
        return None if isinstance(choice, str) and choice in names else "choice_missing"
    if vote.method in LISTS:
        return _bad_set(choice, names, settings(vote).get("limit", len(names)))
    return _bad_scores(choice, names) if vote.method in SCORED else _bad_ranking(choice, names)


def _bad_stand(choice: Any) -> str | None:
    if choice == "consent":
        return None
    if not isinstance(choice, dict) or list(choice) != ["objection"] or not isinstance(choice["objection"], str):
        return "choice_missing"
    if not choice["objection"].strip():
        return "objection_reason"
    return None if len(choice["objection"]) <= REASON else "objection_long"


def _bad_set(choice: Any, names: Sequence[str], limit: int) -> str | None:
    if not isinstance(choice, list) or not all(isinstance(one, str) and one in names for one in choice):
        return "choice_missing"
    if len(set(choice)) < len(choice):
        return "choice_twice"
    return None if len(choice) <= limit else "choice_many"


def _bad_ranking(choice: Any, names: Sequence[str]) -> str | None:
    if not isinstance(choice, list):
        return "choice_missing"
    flat = [one for rank in choice for one in (rank if isinstance(rank, list) else [rank])]
    if not all(isinstance(one, str) and one in names for one in flat):
        return "choice_missing"
    return None if len(set(flat)) == len(flat) else "choice_twice"


def _bad_scores(choice: Any, names: Sequence[str]) -> str | None:
    if not isinstance(choice, dict) or not all(one in names for one in choice):
        return "choice_missing"
    given = choice.values()
    fits = all(type(one) is int and 0 <= one <= HIGHEST_SCORE for one in given)
    return None if fits else "choice_score"


def canonical(vote: Vote, options: Sequence[VoteOption], choice: Any) -> str:
    """A valid choice as it is kept: equal choices are equal texts, whatever the order of the taps was."""
    place = {one.name: number for number, one in enumerate(options)}
    if vote.method not in NOBODY and choice == "abstain":
        choice = {} if vote.method in SCORED else []
    if vote.method in LISTS:
        choice = sorted(choice, key=place.__getitem__)
    elif vote.method in RANKED:
        choice = [_rank(one, place) for one in choice if one != []]
    elif vote.method == "consent" and isinstance(choice, dict):
        choice = {"objection": choice["objection"].strip()}
    return canonical_text(choice)


def _rank(one: Any, place: Mapping[str, int]) -> Any:
    if isinstance(one, str):
        return one
    return sorted(one, key=place.__getitem__) if len(one) > 1 else one[0]
