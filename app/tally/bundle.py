"""A published vote: everything that an outsider needs to count it again, and the check itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .counting import BUDGETS, method_named, tally
from .election import BadElection, Election, Result, plain

FORMAT = "yui-vote-1"
FEWEST = 10  # ballots of a group: below, they are published only among all
ALL = "all"  # the name of the group that is everybody


@dataclass(frozen=True)
class Line:
    """One thing that was checked, in plain words, and whether it holds."""

    ok: bool
    text: str


@dataclass(frozen=True)
class Verification:
    ok: bool
    lines: tuple[Line, ...]


def canonical(data: Any) -> bytes:
    """JSON that is the same for the same content: keys sorted, no spaces, UTF-8, numbers exact."""
    return json.dumps(plain(data), ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def fingerprint(data: Any) -> str:
    """SHA-256 of the canonical JSON, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(data)).hexdigest()


def sorted_ballots(ballots: Any) -> list[list[Any]]:
    """Equal ballots together, in an order that says nothing about who or when: [[count, ballot], …]."""
    counts: dict[bytes, int] = {}
    for count, ballot in ballots:
        text = canonical(ballot)
        counts[text] = counts.get(text, 0) + count
    return [[count, json.loads(text)] for text, count in sorted(counts.items()) if count]


def make(
    *,
    vote: Mapping[str, Any],
    elections: Mapping[str, Election],
    roll: Mapping[str, Any],
    used: Mapping[str, int],
    results: Mapping[str, Result] | None = None,
    more: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The bundle of a vote.

    `vote` is what the page says (title, region, id, stage, opened_at, closed_at and so on), `elections` one for each
    group that is counted for itself ({"all": …} where there is only one), `roll` its size, the groups' sizes and its
    hash, `used` the lines used by phone, paper and proxy. `results` are counted here unless given. `more` is put
    beside the rest and covered by the hash. Raises BadElection for a group that is too small to be published.
    """
    bundle: dict[str, Any] = {"format": FORMAT, "vote": dict(vote), "roll": dict(roll), "used": dict(used)}
    bundle |= dict(more or {})
    bundle["counts"] = {}
    for group, election in elections.items():
        given = [list(pair) for pair in election.ballots]
        if len(elections) > 1 and sum(count for count, _ in given) < FEWEST:
            raise BadElection(f"The group «{group}» has fewer than {FEWEST} ballots: they are published among all.")
        result = results[group] if results else tally(_with(election, given))
        bundle["counts"][group] = _question(election) | {
            "ballots": sorted_ballots(given),
            "result": result.as_dict(),
        }
    shown: dict[str, Any] = plain(bundle)
    return shown | {"sha256": fingerprint(shown)}


def _with(election: Election, ballots: list[Any]) -> Election:
    return Election(**(_fields(election) | {"ballots": ballots}))


def _fields(election: Election) -> dict[str, Any]:
    return {key: getattr(election, key) for key in ("method", "options", "seats", "rule", "costs", "budget")}


def _question(election: Election) -> dict[str, Any]:
    question = _fields(election) | {"method": method_named(election.method), "options": list(election.options)}
    if question["method"] not in BUDGETS:
        del question["costs"], question["budget"]
    return question


# --- checking -----------------------------------------------------------------------------------------------


def verify(bundle: Any) -> Verification:
    """Counts a published vote again. Raises BadElection only for what is no such bundle at all."""
    if not isinstance(bundle, dict) or bundle.get("format") != FORMAT:
        raise BadElection(f"This is not a published vote: its format is not {FORMAT}.")
    lines = [_hash(bundle), *_lines_used(bundle)]
    counts = bundle.get("counts")
    if not isinstance(counts, dict) or not counts:
        raise BadElection("The published vote has no counts.")
    for group, count in counts.items():
        lines += _group(str(group), count, alone=len(counts) == 1)
    return Verification(all(line.ok for line in lines), (*lines, _last(lines)))


def _hash(bundle: dict[str, Any]) -> Line:
    given = bundle.get("sha256")
    found = fingerprint({key: value for key, value in bundle.items() if key != "sha256"})
    if found == given:
        return Line(True, f"ok    the fingerprint is that of the content: {found}")
    return Line(False, f"WRONG the content was changed: its fingerprint is {found}, written is {given}")


def _lines_used(bundle: dict[str, Any]) -> list[Line]:
    """Ballots = lines used ≤ roll."""
    try:
        used = {way: _number(number) for way, number in bundle["used"].items()}
        size = _number(bundle["roll"]["size"])
        ballots = sum(_number(pair[0]) for count in bundle["counts"].values() for pair in count["ballots"])
    except (KeyError, TypeError, AttributeError, IndexError, ValueError):
        return [Line(False, "WRONG the lines used, the size of the roll or the ballots cannot be read")]
    total, ways = sum(used.values()), " + ".join(f"{way} {number}" for way, number in used.items())
    return [
        _line(ballots == total, f"ballots {ballots} = lines used {total} ({ways})"),
        _line(total <= size, f"lines used {total} ≤ people on the roll {size}"),
    ]


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError
    return value


def _line(holds: bool, text: str) -> Line:
    return Line(holds, f"{'ok   ' if holds else 'WRONG'} {text}")


def _group(name: str, count: Any, *, alone: bool) -> list[Line]:
    """The ballots in their published order, and the result, rounds and ties as they come out again."""
    where = "" if alone else f"{name}: "
    try:
        written = count["result"]
        election = Election(**{key: count[key] for key in count if key != "result"})
        result = tally(election)
    except (KeyError, TypeError):
        return [Line(False, f"WRONG {where}the count cannot be read")]
    except BadElection as fault:
        return [Line(False, f"WRONG {where}the ballots cannot be counted. {fault}")]
    found = json.loads(canonical(result.as_dict()))
    lines = [_line(result.valid >= FEWEST or alone, f"{where}{result.valid} ballots in this group")] * (not alone)
    in_order = sorted_ballots(count["ballots"]) == count["ballots"]
    lines.append(_line(in_order, f"{where}the ballots stand in an order that says nothing about people"))
    for key, word in (("winners", "winners"), ("passed", "passed"), ("rounds", "rounds"), ("ties", "ties")):
        same = isinstance(written, dict) and found.get(key) == written.get(key)
        lines.append(_line(same, f"{where}{word} counted again: {_short(found, key)}"))
    lines.append(_line(found == written, f"{where}the whole result is the same"))
    return lines


def _short(found: dict[str, Any], key: str) -> str:
    value = found.get(key)
    if key in ("rounds", "ties"):
        return str(len(value or []))
    if key == "winners":
        return ", ".join(value or []) or "none"
    if not isinstance(value, bool):
        return "open"
    return "yes" if value else "no"


def _last(lines: list[Line]) -> Line:
    wrong = sum(not line.ok for line in lines)
    if not wrong:
        return Line(True, "The record is right.")
    return Line(False, f"The record is NOT right: {wrong} of {len(lines)} checks failed.")
