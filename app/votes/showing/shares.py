"""«What your share paid for»: everybody had the same share of the budget, and this is where it went. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from app.tally.methods.budgets import what_it_paid

Count = Mapping[str, Any]


@dataclass(frozen=True)
class Bought:
    """A project that gets its money. `each` is what a supporter's share paid, None where the rest paid for it."""

    name: str
    supporters: int
    cost: int
    each: Fraction | None


@dataclass(frozen=True)
class Paid:
    """What one share went into: project → yen, exactly; `left` was not spent."""

    share: Fraction
    paid: Mapping[str, Fraction]
    left: Fraction


def bought(count: Count) -> list[Bought]:
    """What gets its money, in the order in which it was bought."""
    return [_bought(name, count["paid"][name]) for name in count["winners"] if name in count.get("paid", {})]


def _bought(name: str, line: Mapping[str, Any]) -> Bought:
    each = Fraction(str(line["each"])) if "each" in line else None
    return Bought(name, int(line["supporters"]), int(line["cost"]), each)


def share(count: Count) -> Fraction | None:
    """Everybody's share in yen; None where the rule gives no shares."""
    return Fraction(str(count["share"])) if "share" in count else None


def of_ballot(count: Count, chosen: Collection[str]) -> Paid | None:
    """Where the share of a ballot that approves `chosen` went; None where the rule gives no shares."""
    whole = share(count)
    if whole is None:
        return None
    prices = [(one.name, one.each) for one in bought(count) if one.each is not None]
    paid = what_it_paid(whole, prices, chosen)
    return Paid(whole, paid, whole - sum(paid.values()))


def patterns(count: Count) -> list[tuple[int, list[str], Paid]]:
    """(how many ballots, what they approve, what their shares paid for), the most common first."""
    found = []
    for line in count.get("shares", ()):
        told = of_ballot(count, line["ballot"])
        if told is not None:
            found.append((int(line["count"]), list(line["ballot"]), told))
    return sorted(found, key=lambda one: -one[0])


def round_yen(amount: Fraction) -> int:
    """Whole yen, half up, for people to read."""
    return int(amount + Fraction(1, 2))
