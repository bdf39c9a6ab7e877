"""The counting sheet: grouped ballots going in; rounds, ties and winners being written down."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .election import BadElection, Exact


class LotsNeeded(Exception):
    """The rule waits for lots to be drawn: counting stops here, with what is sure so far."""


@dataclass
class Sheet:
    """What one count works on. Options are numbers here, their places in `options`; people read them by name.

    `groups` has every different ballot once, with how many there are; abstentions are only in `abstain`, and in
    `valid`, which is the number of all ballots.
    """

    options: tuple[str, ...]
    seats: int
    rule: Mapping[str, Any]
    groups: dict[Any, int]
    valid: int
    abstain: int
    costs: tuple[int, ...] = ()
    budget: int = 0
    winners: list[int] = field(default_factory=list)
    rounds: list[dict[str, Any]] = field(default_factory=list)
    ties: list[dict[str, Any]] = field(default_factory=list)
    open_ties: list[dict[str, Any]] = field(default_factory=list)
    totals: dict[int, Exact] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    exhausted: Exact | None = None
    passed: bool | None = None
    yes: int = 0
    objections: int = 0

    @property
    def voting(self) -> int:
        """Ballots that say something: all but the abstentions."""
        return self.valid - self.abstain

    def names(self, options: Iterable[int]) -> list[str]:
        return [self.options[one] for one in options]

    def named(self, numbers: Mapping[int, Any]) -> dict[str, Any]:
        return {self.options[one]: numbers[one] for one in sorted(numbers)}

    def write(self, **line: Any) -> dict[str, Any]:
        """Begins the next round's line and numbers it."""
        self.rounds.append({"round": len(self.rounds) + 1} | line)
        return self.rounds[-1]

    # --- ties: each one is written down -----------------------------------------------------------------------

    def tie(self, between: Sequence[int], step: str, by: str, chosen: Sequence[int], **more: Any) -> None:
        """Writes down a tie, at which step, what decided it, and for whom (`chosen` wins, or is eliminated)."""
        found = {"between": self.names(sorted(between)), "step": step, "round": len(self.rounds), "by": by}
        self.ties.append(found | more | {"chosen": self.names(chosen)})

    def lots(self, between: Sequence[int], step: str, *, take: int = 1, lose: bool = False) -> list[int]:
        """The first `take` of the tied options by lot (the last ones if they `lose` by it), written down as a tie.

        Raises LotsNeeded if the lots are still to be drawn.
        """
        order, by = self._drawn(between)
        if not order:
            open_tie = {"between": self.names(sorted(between)), "step": step, "round": len(self.rounds)}
            self.open_ties.append(open_tie | {"take": take, "lose": lose})
            raise LotsNeeded
        chosen = order[::-1][:take] if lose else order[:take]
        self.tie(between, step, by, chosen, lots=self.names(order))
        return chosen

    def _drawn(self, between: Sequence[int]) -> tuple[list[int], str]:
        rule = self.rule.get("lots")
        if rule == "wait":
            return [], ""
        if rule is None:
            return by_seed("", between), "lots, no seed was given"
        if isinstance(rule, Mapping) and isinstance(rule.get("seed"), str):
            return by_seed(rule["seed"], between), "lots by seed"
        if not isinstance(rule, Mapping) or not isinstance(rule.get("order"), list | tuple):
            raise BadElection('The lots must be "wait", an object with an "order", or an object with a "seed".')
        place = {name: number for number, name in enumerate(rule["order"]) if isinstance(name, str)}
        if unknown := [name for name in rule["order"] if name not in self.options]:
            raise BadElection(f"The order of the lots names «{unknown[0]}», which is not an option.")
        if any(self.options[one] not in place for one in between):
            return [], ""
        return sorted(between, key=lambda one: place[self.options[one]]), "lots drawn"

    def best(self, among: Iterable[int], score: Callable[[int], Any], step: str, take: int = 1) -> list[int]:
        """The `take` options with the highest score, in order; lots where the last place is tied.

        Those above a tied seat are already winners, should the lots have to wait.
        """
        order = sorted(sorted(among), key=score, reverse=True)
        if len(order) <= take:
            return order
        edge = score(order[take - 1])
        above = [one for one in order if score(one) > edge]
        tied = [one for one in order if score(one) == edge]
        if len(above) + len(tied) <= take:
            return above + tied
        if step == "seat":
            self.winners = above
        return above + self.lots(tied, step, take=take - len(above))


def by_seed(seed: str, between: Iterable[int]) -> list[int]:
    """The options by SHA-256(seed ‖ ":" ‖ place of the option in the list, from 0), the smallest first.

    The place and not the name is hashed, so that other words for the same options draw the same lots.
    """
    return sorted(between, key=lambda one: hashlib.sha256(f"{seed}:{one}".encode("utf-8", "surrogatepass")).digest())
