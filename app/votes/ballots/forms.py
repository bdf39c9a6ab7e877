"""Reading a ballot from its form, as the count takes it; and back, so that the form shows what was chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.votes.choices import HIGHEST_SCORE, LISTS, RANKED, REASON, SCORED, settings
from app.votes.models import Vote, VoteOption
from app.web.forms import Form

NONE = "0"  # the box that says: none of them
Choice = Any


@dataclass(frozen=True)
class Marks:
    """What stands on the form: `picked` values, `ranks` and `scores` by an option's number as typed, a `reason`."""

    picked: frozenset[str] = frozenset()
    ranks: Mapping[int, str] = field(default_factory=dict)
    scores: Mapping[int, str] = field(default_factory=dict)
    reason: str = ""


def read_all(form: Form, vote: Vote, options: Sequence[VoteOption]) -> dict[str, Any]:
    """The choice, and the reason that a named ballot may carry; complaints stand in the form."""
    reason = form.text("reason", most=REASON, lines=True) if vote.secrecy == "open" else ""
    return {"choice": read(form, vote, options), "reason": reason}


def read(form: Form, vote: Vote, options: Sequence[VoteOption]) -> Choice:
    """The ballot as the count takes it; None with a complaint in `form.errors` where it cannot be taken."""
    if vote.method in RANKED:
        return _ranking(form, vote, options)
    if vote.method in SCORED:
        return _scores(form, options)
    if vote.method in LISTS:
        return _set(form, vote, options)
    return _one(form, vote, options)


def _one(form: Form, vote: Vote, options: Sequence[VoteOption]) -> Choice:
    known = {
        "yes_no": ("yes", "no", "abstain"),
        "consent": ("consent", "objection", "stand_aside"),
        "choose_one": (NONE, *(str(one.number) for one in options)),
    }[vote.method]
    said = form.choice("choice", known)
    if said == "objection":
        reason = form.text("objection", most=REASON, lines=True)
        if not reason:
            form.complain("objection", "objection_reason")
        return {"objection": reason}
    if vote.method != "choose_one" or not form.ok:
        return said
    return "abstain" if said == NONE else _names(options)[int(said)]


def _set(form: Form, vote: Vote, options: Sequence[VoteOption]) -> Choice:
    picked = form.data.getlist("choice")
    known = {str(number): name for number, name in _names(options).items()}
    if not picked:
        form.complain("choice", "ballot_empty")
    elif NONE in picked and len(picked) > 1:
        form.complain("choice", "ballot_both")
    elif set(picked) - {NONE, *known}:
        form.complain("choice", "field_choice")
    elif len(picked) > (limit := settings(vote).get("limit", len(options))):
        form.complain("choice", "choice_many", most=limit)
    return [known[one] for one in known if one in picked]


def _ranking(form: Form, vote: Vote, options: Sequence[VoteOption]) -> Choice:
    ranks = {
        one.name: form.integer(f"rank_{one.number}", least=1, most=len(options), required=False) for one in options
    }
    given = sorted({rank for rank in ranks.values() if rank is not None})
    blank = NONE in form.data.getlist("choice")
    layers = [[name for name, rank in ranks.items() if rank == place] for place in given]
    if not given and not blank and form.ok:
        form.complain("choice", "ranking_empty")
    elif given and blank:
        form.complain("choice", "ballot_both")
    elif vote.method != "schulze" and any(len(layer) > 1 for layer in layers):
        form.complain("choice", "ranking_twice")
    return [layer[0] if len(layer) == 1 else layer for layer in layers]


def _scores(form: Form, options: Sequence[VoteOption]) -> Choice:
    given = {
        one.name: form.integer(f"score_{one.number}", least=0, most=HIGHEST_SCORE, required=False) for one in options
    }
    blank = NONE in form.data.getlist("choice")
    has_points = any(points is not None for points in given.values())
    if not has_points and not blank and form.ok:
        form.complain("choice", "scores_empty")
    elif has_points and blank:
        form.complain("choice", "ballot_both")
    return {name: points for name, points in given.items() if points is not None}


def _names(options: Sequence[VoteOption]) -> dict[int, str]:
    return {one.number: one.name for one in options}


# --- back onto the form -------------------------------------------------------------------------------------


def typed(form: Form, options: Sequence[VoteOption]) -> Marks:
    """What was sent, to be shown again."""
    data = form.data
    return Marks(
        picked=frozenset(data.getlist("choice")),
        ranks={one.number: data.get(f"rank_{one.number}", "") for one in options},
        scores={one.number: data.get(f"score_{one.number}", "") for one in options},
        reason=data.get("objection", ""),
    )


def marked(vote: Vote, options: Sequence[VoteOption], choice: Choice) -> Marks:
    """The form of somebody who has voted already and may still change it."""
    numbers = {one.name: one.number for one in options}
    if isinstance(choice, dict) and vote.method in SCORED:
        scores = {numbers[name]: str(points) for name, points in choice.items()}
        return Marks(scores=scores, picked=frozenset() if scores else frozenset((NONE,)))
    if isinstance(choice, dict):
        return Marks(picked=frozenset(("objection",)), reason=str(choice["objection"]))
    if vote.method in RANKED:
        layers = [[one] if isinstance(one, str) else one for one in choice] if isinstance(choice, list) else []
        ranks = {numbers[name]: str(place) for place, layer in enumerate(layers, 1) for name in layer}
        return Marks(ranks=ranks, picked=frozenset() if ranks else frozenset((NONE,)))
    if isinstance(choice, list):
        return Marks(picked=frozenset(str(numbers[name]) for name in choice) or frozenset((NONE,)))
    if vote.method == "choose_one":
        return Marks(picked=frozenset((str(numbers.get(choice, NONE)),)))
    return Marks(picked=frozenset((str(choice),)))
