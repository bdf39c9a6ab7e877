"""The app's icons, drawn from the knot of `static/icons/yui.svg`: the same bytes for the same size."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import lru_cache

Point = tuple[float, float]
Curve = tuple[Point, Point, Point, Point]

BOX = 64  # the drawing is as wide and as high as this
CORNER, LINE = 15, 3.6
GROUND, THREAD = "#a23456", "#ffffff"
SAFE = 0.8  # of a maskable icon's width stays visible whatever shape is cut out
FINER = 4  # drawn so many times larger, then made small: soft edges
STEPS = 48  # straight pieces of a curve
QUARTER = 0.5523  # handles of a quarter circle, as a part of its radius
SIZES = {"yui-192": (192, False), "yui-512": (512, False), "yui-maskable-512": (512, True), "yui-180": (180, True)}


@lru_cache(maxsize=len(SIZES))
def drawn(name: str) -> bytes:
    """A PNG; `name` is one of SIZES. Maskable ones fill their square and keep the knot away from its edges."""
    from PIL import Image, ImageDraw

    size, is_maskable = SIZES[name]
    side = size * FINER
    picture = Image.new("RGBA", (side, side), GROUND if is_maskable else (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    if not is_maskable:
        pen.rounded_rectangle((0, 0, side - 1, side - 1), side * CORNER // BOX, fill=GROUND)
    scale = side / BOX * (SAFE if is_maskable else 1)
    shift = (side - BOX * scale) / 2
    radius = LINE / 2 * scale
    for x, y in _points():
        x, y = x * scale + shift, y * scale + shift
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=THREAD)
    out = io.BytesIO()
    picture.resize((size, size), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _points() -> Iterator[Point]:
    """Where the pen's tip goes: close enough together that its dots are a line."""
    for curve in _knot():
        for step in range(STEPS + 1):
            yield _at(curve, step / STEPS)


def _knot() -> Iterator[Curve]:
    """Two threads, each the mirror of the other: in, around half a circle, and back over itself."""
    r, cx, cy = 8.5, 29.0, 21.5
    h = r * QUARTER
    one: list[Curve] = [
        ((4, 31), (14, 31), (18, 13), (cx, cy - r)),
        ((cx, cy - r), (cx + h, cy - r), (cx + r, cy - h), (cx + r, cy)),
        ((cx + r, cy), (cx + r, cy + h), (cx + h, cy + r), (cx, cy + r)),
        ((cx, cy + r), (18, 30), (14, 13), (4, 13)),
    ]
    for curve in one:
        for mirrored in (False, True):
            a, b, c, d = (((48 - x if mirrored else x) + 8, y + 10) for x, y in curve)
            yield a, b, c, d


def _at(curve: Curve, t: float) -> Point:
    """A point of a Bézier curve of the third degree."""
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    x = sum(weight * point[0] for weight, point in zip(weights, curve, strict=True))
    y = sum(weight * point[1] for weight, point in zip(weights, curve, strict=True))
    return x, y
