"""How many are enough: shares of the roll, thresholds, and the four kinds of quorum. All exact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from .election import BadElection, Result

KINDS = ("approval", "participation", "attendance", "objection")
ATTENDING = ("present", "written", "proxy")
HALF = Fraction(1, 2)
LARGEST = 10**15  # beyond it a number in a file is a slip of the pen
_LONGEST = 24  # characters of a share


def part(value: Any, name: str) -> Fraction:
    """A share between 0 and 1 from "1/10", "10%", "0.1", 0, 1 or a Fraction. Raises BadElection, also for floats."""
    fault = BadElection(f'The {name} must be a share such as "1/2" or "40%".')
    if isinstance(value, bool) or not isinstance(value, str | int | Fraction):
        raise fault
    if isinstance(value, str) and (len(value) > _LONGEST or "e" in value.lower()):
        raise fault
    try:
        text = value.strip() if isinstance(value, str) else value
        share = Fraction(text[:-1]) / 100 if isinstance(text, str) and text.endswith("%") else Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise fault from None
    if not 0 <= share <= 1:
        raise fault
    return share


def needed(share: Fraction | str, roll: int) -> int:
    """The smallest whole number of people that is at least `share` of `roll`: ⌈q·N⌉."""
    return -((-part(share, "quorum") * roll) // 1)


def whole(value: Any, name: str, *, least: int = 0) -> int:
    """An integer from `least` to 10^15. Raises BadElection for anything else, true and false too."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= LARGEST:
        raise BadElection(f"The {name} must be a whole number, at least {least} and at most {LARGEST}.")
    return value


def judge(rule: Mapping[str, Any], *, yes: int, valid: int, objections: int) -> dict[str, Any] | None:
    """Whether enough took part: kind, needed, reached, met and the sign between them; None if nothing is asked.

    `yes` supports what would pass, `valid` counts abstentions too, `objections` are those that stand. An objection
    quorum is met as long as there are no more than `needed`.
    """
    asked = rule.get("quorum")
    if asked is None:
        return None
    if not isinstance(asked, Mapping) or asked.get("kind") not in KINDS:
        raise BadElection(f"The quorum must be an object whose kind is one of: {', '.join(KINDS)}.")
    kind, enough = asked["kind"], _needed(asked, rule)
    if kind == "objection":
        return {"kind": kind, "needed": enough, "sign": "<=", "reached": objections, "met": objections <= enough}
    found: dict[str, Any] = {"kind": kind, "needed": enough, "sign": ">="}
    if kind == "attendance":
        came = {way: whole(asked.get(way, 0), f"number of {way}") for way in ATTENDING}
        reached = sum(came.values())
        found |= came
    else:
        reached = yes if kind == "approval" else valid
    return found | {"reached": reached, "met": reached >= enough}


def _needed(asked: Mapping[str, Any], rule: Mapping[str, Any]) -> int:
    if asked["kind"] == "objection":
        if "most" in asked or "share" not in asked:
            return whole(asked.get("most", 0), "most objections")
        share, roll = part(asked["share"], "quorum"), _roll(asked, rule)
        return int(share * roll)
    if "needed" in asked:
        return whole(asked["needed"], "number needed")
    if "share" not in asked:
        raise BadElection('The quorum needs a "share" of the roll, or a number "needed".')
    return needed(part(asked["share"], "quorum"), _roll(asked, rule))


def _roll(asked: Mapping[str, Any], rule: Mapping[str, Any]) -> int:
    if "roll" not in asked and "roll" not in rule:
        raise BadElection('The quorum needs the "roll": how many people may vote.')
    return whole(asked.get("roll", rule.get("roll")), "roll")


def double_majority(results: Mapping[str, Result] | Iterable[Result]) -> bool | None:
    """Whether every group passed it for itself: False as soon as one did not, None while one is still open."""
    groups = list(results.values() if isinstance(results, Mapping) else results)
    if not groups or any(result.passed is False for result in groups):
        return False
    return None if any(result.passed is None for result in groups) else True
