"""Reading ballots: every kind is checked, and packed so that equal ballots are the same and small."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from .election import BadElection
from .quorum import LARGEST, whole

ABSTAIN = "abstain"
WAYS = ("yes", "no")
STANDS = ("consent", "objection", "stand_aside")
BYTE = 256  # options up to here are packed as bytes
Packed = Any
Read = Callable[[Any], Packed]


class Bad(Exception):
    """What is wrong with one ballot, the end of a sentence."""


def group(ballots: Iterable[Any], read: Read) -> tuple[dict[Packed, int], int, int]:
    """Every different ballot with its number, how many there are in all, and how many of them abstain.

    Raises BadElection that names the first bad ballot by its place, from 1.
    """
    groups: dict[Packed, int] = {}
    valid = abstain = 0
    for place, pair in enumerate(ballots, 1):
        try:
            count, ballot = _pair(pair)
            packed = None if ballot is None or ballot == ABSTAIN else read(ballot)
        except Bad as bad:
            raise BadElection(f"Ballot {place} {bad}.") from None
        valid += count
        if packed is None or (isinstance(packed, bytes | tuple) and not packed):
            abstain += count
        elif count:
            groups[packed] = groups.get(packed, 0) + count
    if valid > LARGEST:
        raise BadElection("There are more ballots than there are people on Earth.")
    return groups, valid, abstain


def _pair(pair: Any) -> tuple[int, Any]:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise Bad("is not a pair of a count and a ballot")
    count = pair[0]
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= LARGEST:
        raise Bad("has a count that is not a whole number of at least 0")
    return count, pair[1]


def packer(options: Sequence[str]) -> Callable[[Iterable[int]], Packed]:
    return bytes if len(options) <= BYTE else tuple


def place_of(options: Sequence[str]) -> Callable[[Any], int]:
    """Reads an option's name as its place in the list."""
    places = {name: place for place, name in enumerate(options)}

    def place(name: Any) -> int:
        try:
            return places[name]
        except KeyError:
            raise Bad(f"names «{name}», which is not an option") from None
        except TypeError:
            raise Bad("has something that is not the name of an option") from None

    return place


def quickly(options: Sequence[str]) -> Callable[[Sequence[Any]], list[int]]:
    """The places of a plain list of names; an empty list for whatever must be looked at more closely."""
    place = {name: number for number, name in enumerate(options)}.__getitem__

    def places(names: Sequence[Any]) -> list[int]:
        try:
            return list(map(place, names))
        except (KeyError, TypeError):
            return []

    return places


# --- one kind each ------------------------------------------------------------------------------------------


def answers(options: Sequence[str], _rule: Mapping[str, Any]) -> Read:
    """はい・いいえ: 0 for yes, 1 for no. Where two options are given, their names say yes and no."""
    named = set(WAYS) <= set(options) or len(options) < 2
    yes, no = WAYS if named else options[:2]
    third = [name for name in options if name not in (yes, no)] if len(options) > 2 else []

    def read(ballot: Any) -> Packed:
        if ballot == yes:
            return 0
        if ballot == no:
            return 1
        if ballot in third:
            return None
        raise Bad(f"must say «{yes}», «{no}» or «{ABSTAIN}»")

    return read


def stands(_options: Sequence[str], _rule: Mapping[str, Any]) -> Read:
    """Consent: the word, and the reason where an objection carries one."""

    def read(ballot: Any) -> Packed:
        if isinstance(ballot, str) and ballot in STANDS:
            return ballot, ""
        if isinstance(ballot, dict) and list(ballot) == ["objection"]:
            if not isinstance(ballot["objection"], str) or not ballot["objection"].strip():
                raise Bad("objects without a reason")
            return "objection", ballot["objection"]
        raise Bad(f"must say {', '.join(f'«{one}»' for one in STANDS)} or give the reason of an objection")

    return read


def choices(options: Sequence[str], _rule: Mapping[str, Any]) -> Read:
    """One option; a list of one is the same."""
    place = place_of(options)

    def read(ballot: Any) -> Packed:
        if isinstance(ballot, list | tuple):
            if len(ballot) > 1:
                raise Bad("names more than one option")
            return place(ballot[0]) if ballot else None
        return place(ballot)

    return read


def sets(options: Sequence[str], rule: Mapping[str, Any]) -> Read:
    """Any number of options, or as many as `limit` allows; none is an abstention."""
    place, pack, quick = place_of(options), packer(options), quickly(options)
    limit = whole(rule.get("limit", len(options)), "limit of names on a ballot", least=1)

    def read(ballot: Any) -> Packed:
        if isinstance(ballot, str):
            ballot = [ballot]
        if not isinstance(ballot, list | tuple):
            raise Bad("must be a list of options")
        found = sorted(quick(ballot) or map(place, ballot))
        if len(set(found)) < len(found):
            raise Bad("names an option twice")
        if len(found) > limit:
            raise Bad(f"names more than {limit} options")
        return pack(found)

    return read


def rankings(options: Sequence[str], _rule: Mapping[str, Any]) -> Read:
    """The best first; strict ones packed as bytes, ones with equal ranks as a tuple of tuples."""
    place, pack, quick = place_of(options), packer(options), quickly(options)

    def read(ballot: Any) -> Packed:
        if isinstance(ballot, str):
            ballot = [ballot]
        if not isinstance(ballot, list | tuple):
            raise Bad("must be a list of ranks")
        strict = quick(ballot)
        if strict and len(set(strict)) == len(strict):
            return pack(strict)
        ranks = [
            tuple(sorted(map(place, rank if isinstance(rank, list | tuple) else [rank])))
            for rank in ballot
            if rank != []
        ]
        flat = [one for rank in ranks for one in rank]
        if len(set(flat)) < len(flat):
            raise Bad("names an option twice")
        return pack(flat) if len(flat) == len(ranks) else tuple(ranks)

    return read


def scores(options: Sequence[str], rule: Mapping[str, Any]) -> Read:
    """A number for each option from 0 to `max` (5): pairs of option and score, zeros kept."""
    most = whole(rule.get("max", 5), "highest score", least=1)
    return _numbers(options, lambda given: all(0 <= one <= most for one in given), f"has a score outside 0 to {most}")


def credits(options: Sequence[str], rule: Mapping[str, Any]) -> Read:
    """Votes for and against (negative); their squares add up to no more than `credits` (100)."""
    most = whole(rule.get("credits", 100), "number of credits", least=1)
    return _numbers(options, lambda given: sum(one * one for one in given) <= most, f"costs more than {most} credits")


def _numbers(options: Sequence[str], fits: Callable[[list[int]], bool], fault: str) -> Read:
    place = place_of(options)

    def read(ballot: Any) -> Packed:
        if not isinstance(ballot, dict):
            raise Bad("must be an object with a number for each option")
        given = list(ballot.values())
        if any(isinstance(one, bool) or not isinstance(one, int) or abs(one) > LARGEST for one in given):
            raise Bad("has a number that is not whole")
        if not fits(given):
            raise Bad(fault)
        return tuple(sorted(zip(map(place, ballot), given, strict=True)))

    return read
