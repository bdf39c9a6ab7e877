"""えらぶ: one or several; and points: score, STAR, quadratic."""

from __future__ import annotations

from collections.abc import Iterable

from ..quorum import HALF, part
from ..sheet import Sheet


def choose_one(sheet: Sheet) -> None:
    """Most votes; `seats` options from the top."""
    votes = dict.fromkeys(range(len(sheet.options)), 0)
    for option, count in sheet.groups.items():
        votes[option] += count
    _most(sheet, votes)


def approval(sheet: Sheet) -> None:
    """Most ballots that name it; `seats` options from the top."""
    votes = dict.fromkeys(range(len(sheet.options)), 0)
    for chosen, count in sheet.groups.items():
        for option in chosen:
            votes[option] += count
    _most(sheet, votes)


def _most(sheet: Sheet, votes: dict[int, int]) -> None:
    """The top among options that anybody chose; where the rule asks for a majority, among those that have it.

    With `runoff` and no majority, nobody wins yet: the two at the top are to be voted on again.
    """
    sheet.totals.update(votes)
    line = sheet.write(counts=sheet.named(votes))
    running = [option for option in votes if votes[option]]
    share, again = sheet.rule.get("majority", False), sheet.rule.get("runoff", False)
    if share is not False or again:
        bar = sheet.voting * part(HALF if isinstance(share, bool) else share, "majority")
        line |= {"sign": ">", "needed": bar}
        over = [option for option in running if votes[option] > bar]
        if again and not over:
            two = sheet.best(running, votes.__getitem__, "runoff", 2)
            sheet.details |= {"runoff": sheet.names(two), "undecided": len(two) == 2}
            return
        running = over
    sheet.winners = sheet.best(running, votes.__getitem__, "seat", sheet.seats)
    line["elected"] = sheet.names(sheet.winners)


# --- points -------------------------------------------------------------------------------------------------


def score(sheet: Sheet) -> None:
    """Highest sum."""
    sums = _sums(sheet)
    line = sheet.write(counts=sheet.named(sums))
    sheet.winners = sheet.best(sums, sums.__getitem__, "seat", sheet.seats) if sheet.voting else []
    line["elected"] = sheet.names(sheet.winners)


def star(sheet: Sheet) -> None:
    """The two highest sums, then the one of them that more ballots score higher."""
    sums = _sums(sheet)
    sheet.write(step="scores", counts=sheet.named(sums))
    if not sheet.voting:
        return
    finalists = _finalists(sheet, sums)
    sheet.rounds[-1]["finalists"] = sheet.names(finalists)
    if len(finalists) == 1:
        sheet.winners = finalists
        return
    one, other = finalists
    for_one, for_other = _preferring(sheet, one, other)
    alike = sheet.voting - for_one - for_other
    line = sheet.write(step="runoff", counts=sheet.named({one: for_one, other: for_other}), no_preference=alike)
    if for_one != for_other:
        winner = one if for_one > for_other else other
    else:
        tests = {"higher sum": sums, "more top scores": _stars(sheet, finalists)}
        (winner,) = _decided(sheet, finalists, "runoff", tests) or sheet.lots(finalists, "runoff")
    sheet.winners = [winner]
    line["elected"] = sheet.names([winner])


def _finalists(sheet: Sheet, sums: dict[int, int]) -> list[int]:
    """Two; a tie for a place goes to whoever beats more of the tied ones, then who has more top scores, then lots."""
    places: list[int] = []
    rest = set(sums)
    while rest and len(places) < 2:
        high = max(sums[one] for one in rest)
        tied = sorted(one for one in rest if sums[one] == high)
        chosen = tied if len(places) + len(tied) <= 2 else _tied_finalist(sheet, tied)
        places += chosen
        rest -= set(chosen)
    return places


def _tied_finalist(sheet: Sheet, tied: list[int]) -> list[int]:
    """Whoever is preferred to more of the other tied ones, then who has more top scores, then lots."""
    beaten = dict.fromkeys(tied, 0)
    for one in tied:
        for other in tied:
            mine, theirs = _preferring(sheet, one, other)
            beaten[one] += mine > theirs
    tests = {"preferred to more of them": beaten, "more top scores": _stars(sheet, tied)}
    return _decided(sheet, tied, "finalist", tests) or sheet.lots(tied, "finalist")


def _decided(sheet: Sheet, tied: list[int], step: str, tests: dict[str, dict[int, int]]) -> list[int]:
    """The one that is highest by the first test that tells them apart, written down; none if no test does."""
    for by, numbers in tests.items():
        high = max(numbers[one] for one in tied)
        left = [one for one in tied if numbers[one] == high]
        if len(left) == 1:
            sheet.tie(tied, step, by, left, counts=sheet.named({one: numbers[one] for one in tied}))
            return left
    return []


def _stars(sheet: Sheet, options: list[int]) -> dict[int, int]:
    top = sheet.rule.get("max", 5)
    return {one: sum(count for ballot, count in sheet.groups.items() if (one, top) in ballot) for one in options}


def _preferring(sheet: Sheet, one: int, other: int) -> tuple[int, int]:
    """How many ballots score `one` higher, and how many `other`."""
    higher = lower = 0
    for ballot, count in sheet.groups.items():
        given = dict(ballot)
        difference = given.get(one, 0) - given.get(other, 0)
        higher += count * (difference > 0)
        lower += count * (difference < 0)
    return higher, lower


def _sums(sheet: Sheet) -> dict[int, int]:
    sums = dict.fromkeys(range(len(sheet.options)), 0)
    for ballot, count in sheet.groups.items():
        for option, number in ballot:
            sums[option] += count * number
    sheet.totals.update(sums)
    return sums


def supported(ballot: Iterable[tuple[int, int]]) -> list[int]:
    """The options that a ballot of points supports."""
    return [option for option, number in ballot if number > 0]
