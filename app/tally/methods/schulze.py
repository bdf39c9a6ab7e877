"""順番をつける, one winner or an order: Schulze's method by winning votes.

Source: Markus Schulze, «A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent
single-winner election method» (2011). Options that a ballot does not rank are below all that it ranks; equal ranks
say nothing about each other.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from typing import Any

from ..sheet import Sheet

Matrix = list[list[int]]


def schulze(sheet: Sheet) -> None:
    """The option that no other beats by a stronger path; `seats` options from the top of the order."""
    wins = duels(sheet.groups, len(sheet.options))
    strength = strongest_paths(wins)
    layers = order(strength)
    sheet.details |= {"pairwise": _shown(sheet, wins), "strengths": _shown(sheet, strength)}
    sheet.details["ranking"] = [sheet.names(layer) for layer in layers]
    sheet.totals.update(
        {
            one: sum(strength[one][other] > strength[other][one] for other in range(len(wins)))
            for one in range(len(wins))
        }
    )
    if not sheet.voting:
        return
    for layer in layers:
        free = sheet.seats - len(sheet.winners)
        if free <= 0:
            break
        sheet.write(step="order", unbeaten=sheet.names(layer))
        sheet.winners = sheet.winners + (layer if len(layer) <= free else sheet.lots(layer, "seat", take=free))
        sheet.rounds[-1]["elected"] = [name for name in sheet.names(layer) if name in sheet.names(sheet.winners)]


def duels(groups: dict[Any, int], options: int) -> Matrix:
    """How many ballots rank the one (row) above the other (column)."""
    together: dict[int, list[Any]] = {}  # ballots by how many of each there are
    for ballot, count in groups.items():
        together.setdefault(count, []).append(ballot)
    wins = [[0] * options for _ in range(options)]
    for count, ballots in together.items():
        for row, more in zip(wins, _above(ballots, options), strict=True):
            row[:] = [number + count * one for number, one in zip(row, more, strict=True)]
    return wins


def _above(ballots: Sequence[Any], options: int) -> Matrix:
    """The same for ballots that count once, all compared at a time.

    An option's ranks on all ballots are the lanes of one large number. With its top bit set, a lane keeps that bit
    after a subtraction exactly where the first rank was not the smaller one.
    """
    kind, top = ("B", 1 << 7) if options < (1 << 7) - 1 else ("H", 1 << 15)
    lanes = [_number(places) for places in _places(ballots, options, kind)]
    tops = _number(array(kind, [top]) * len(ballots))
    return [
        [len(ballots) - (((one | tops) - other) & tops).bit_count() if one is not other else 0 for other in lanes]
        for one in lanes
    ]


def _number(lanes: array[int]) -> int:
    return int.from_bytes(lanes.tobytes(), sys.byteorder)


def _places(ballots: Sequence[Any], options: int, kind: str) -> list[array[int]]:
    """For each option, its rank on every ballot; below all others where it is not ranked."""
    places = [array(kind, [options]) * len(ballots) for _ in range(options)]
    for number, ballot in enumerate(ballots):
        for rank, at in enumerate(ballot):
            for one in (at,) if isinstance(at, int) else at:
                places[one][number] = rank
    return places


def strongest_paths(wins: Matrix) -> Matrix:
    """The strength of the strongest path between every two: its weakest duel, of those that are won."""
    number = range(len(wins))
    strength = [[wins[i][j] if wins[i][j] > wins[j][i] else 0 for j in number] for i in number]
    for via in number:
        for start in number:
            if start != via:
                row, first = strength[start], strength[start][via]
                for end in number:
                    if end not in (start, via):
                        row[end] = max(row[end], min(first, strength[via][end]))
    return strength


def order(strength: Matrix) -> list[list[int]]:
    """The options in layers: first those that none beats, then those that none of the rest beats, and so on."""
    rest, layers = list(range(len(strength))), []
    while rest:
        layer = [one for one in rest if all(strength[one][other] >= strength[other][one] for other in rest)]
        layers.append(layer)
        rest = [one for one in rest if one not in layer]
    return layers


def _shown(sheet: Sheet, matrix: Matrix) -> dict[str, dict[str, int]]:
    return {
        name: {other: matrix[i][j] for j, other in enumerate(sheet.options) if i != j}
        for i, name in enumerate(sheet.options)
    }
