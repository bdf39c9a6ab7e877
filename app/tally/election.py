"""What goes into a count and what comes out: both are data, every number an integer or an exact fraction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

Exact = int | Fraction


class BadElection(ValueError):
    """What was given cannot be counted; its text is one plain sentence that says what is wrong, and where."""


@dataclass(frozen=True)
class Election:
    """One question, as it was frozen at opening, and the ballots of one group of voters.

    `method` is a name or alias of the package's list, `ballots` are pairs (how many, what stands on them), `rule` is
    plain data, `costs` and `budget` are whole units of money. Everything is checked when it is counted.
    """

    method: str
    options: Sequence[str] = ()
    ballots: Iterable[Any] = ()
    seats: int = 1
    rule: Mapping[str, Any] = field(default_factory=dict)
    costs: Mapping[str, int] = field(default_factory=dict)
    budget: int | None = None


@dataclass(frozen=True)
class Result:
    """What came out, with everything that a member needs to check it by hand.

    `passed` is None while a tie waits for its lots or a second ballot must be held. `details` holds what only some
    methods have: `ranking`, `quota`, `spent`, `paid` and so on; `as_dict` puts it beside the rest.
    """

    method: str
    winners: tuple[str, ...]
    passed: bool | None
    rounds: tuple[dict[str, Any], ...]
    ties: tuple[dict[str, Any], ...]
    open_ties: tuple[dict[str, Any], ...]
    valid: int
    abstain: int
    exhausted: Exact | None
    quorum: dict[str, Any] | None
    totals: dict[str, Exact]
    details: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """For JSON: integers as they are, fractions as exact text like "51/2"; keys that say nothing are left out."""
        shown: dict[str, Any] = {
            "method": self.method,
            "winners": list(self.winners),
            "passed": self.passed,
            "valid": self.valid,
            "abstain": self.abstain,
            "totals": self.totals,
            "rounds": list(self.rounds),
            "ties": list(self.ties),
        }
        if self.open_ties:
            shown["open_ties"] = list(self.open_ties)
        if self.exhausted is not None:
            shown["exhausted"] = self.exhausted
        if self.quorum is not None:
            shown["quorum"] = self.quorum
        return {key: plain(value) for key, value in (shown | self.details).items()}


def plain(value: Any) -> Any:
    """The same as JSON can carry it: a fraction becomes "51/2", a whole one the integer it is.

    Raises BadElection for floats.
    """
    if isinstance(value, float):
        raise BadElection("What is published holds a number that is not exact.")
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else f"{value.numerator}/{value.denominator}"
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value
