"""Numbers with a point as whole numbers, and how a history is drawn. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

MOST = 2_000_000_000  # of a whole number in the books
NUMBER = re.compile(r"[-−]?[0-9]{1,10}(?:\.[0-9]{1,3})?")
TOP, BOTTOM = 12, 148  # px between which a history is drawn
MARGIN = 4  # % left free at both sides

Point = tuple[date, int]


class Spot(NamedTuple):
    """A point of the drawing: `x` in % of its width, `y` in px from above."""

    x: float
    y: int


class Drawing(NamedTuple):
    """`spots` join to a line; `goal` is where it should arrive, from the first spot on."""

    spots: list[Spot]
    goal: Spot | None


def whole(text: str, decimals: int) -> int | None:
    """«12.5» with one decimal is 125; None for what is no number, too long or too large."""
    text = text.replace(",", "")
    if not NUMBER.fullmatch(text):
        return None
    before, _, after = text.replace("−", "-").partition(".")
    if len(after) > decimals:
        return None
    value = int(before + after.ljust(decimals, "0"))
    return value if abs(value) <= MOST else None


def written(value: int, decimals: int) -> str:
    """125 with one decimal is «12.5»; thousands with commas, a true minus."""
    before, after = divmod(abs(value), 10**decimals)
    text = f"{before:,}" + (f".{after:0{decimals}}" if decimals else "")
    return f"−{text}" if value < 0 else text


def drawing(points: Sequence[Point], target: Point | None = None) -> Drawing:
    """Days from left to right, numbers from below; `points` in the order of their days, at least one."""
    every = [*points, target] if target is not None else list(points)
    days, numbers = [day for day, _ in every], [value for _, value in every]
    first, days_wide = min(days), (max(days) - min(days)).days
    low, high = min(0, *numbers), max(0, *numbers)

    def place(point: Point) -> Spot:
        part = (point[0] - first).days / days_wide if days_wide else 0.5
        part_up = (point[1] - low) / (high - low) if high > low else 0.5
        return Spot(round(MARGIN + part * (100 - 2 * MARGIN), 2), round(BOTTOM - part_up * (BOTTOM - TOP)))

    return Drawing([place(point) for point in points], place(target) if target is not None else None)
