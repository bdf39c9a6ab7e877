"""The plum tree of a gathering: grown from the event's code, the same at every look; each arrival opens a blossom.

A tree has 120 places. The 受付番号 says which one opens; from 121 on the blossoms become double ones.
Units are those of the picture, which is WIDTH by HEIGHT; y goes down, angles are radians from the right.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random

PLACES = 120
WIDTH, HEIGHT, GROUND = 640, 520, 496
MARGIN = 22
UP = -math.pi / 2
THIN = 3  # the depth of the thinnest twigs
TONES = 4
Point = tuple[float, float]


@dataclass(frozen=True)
class Place:
    """Where a blossom opens: `turn` in degrees, `size` 1 = ordinary, `tone` one of TONES."""

    number: int
    x: float
    y: float
    turn: int
    size: float
    tone: int


@dataclass(frozen=True)
class Blossom:
    place: Place
    petals: int  # rings of petals: 0 is a bud


@dataclass(frozen=True)
class Tree:
    """SVG path data of `wood` (outlines of trunk and branches) and `twigs` (lines); `places` in order of opening."""

    wood: str
    twigs: str
    places: tuple[Place, ...]


@dataclass
class Branch:
    depth: int
    points: list[Point] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)


@lru_cache(maxsize=64)
def grow(code: str) -> Tree:
    """The tree of an event's code."""
    chance = Random(f"tree {code}")  # noqa: S311 a picture, no secret
    branches = _fit(list(_trunk(chance)))
    wood = "".join(_outline(branch) for branch in branches if branch.depth < THIN)
    twigs = "".join(_line(branch) for branch in branches if branch.depth == THIN)
    return Tree(wood, twigs, tuple(_places(chance, branches)))


def blossoms(code: str, numbers: Collection[int]) -> list[Blossom]:
    """Every place of the tree, with as many rings of petals as arrivals opened it."""
    rings: dict[int, int] = {}
    for number in numbers:
        rings[place_of(number)] = rings.get(place_of(number), 0) + 1
    return [Blossom(place, min(rings.get(place.number, 0), 2)) for place in grow(code).places]


def place_of(number: int) -> int:
    """The place, from 1, that the arrival with this 受付番号 opens."""
    return (number - 1) % PLACES + 1


# --- growing ------------------------------------------------------------------------------------------------


def _trunk(chance: Random) -> Iterator[Branch]:
    """A short leaning trunk that parts into limbs, as old plum trees are pruned."""
    lean = chance.choice((-1, 1))
    trunk = _walk(chance, (0.0, 0.0), UP + lean * chance.uniform(0.1, 0.22), 150, 27, depth=0)
    yield trunk
    limbs = ((-1.12, 205), (-0.5, 235), (0.12, 215), (0.66, 235), (1.2, 200))
    for number, (turn, length) in enumerate(limbs):
        at = len(trunk.points) - 1 - (2 if number in (0, 4) else number % 2)
        angle = UP + turn + chance.uniform(-0.14, 0.14)
        limb = _walk(chance, trunk.points[at], angle, length * chance.uniform(0.88, 1.08), 14.5, depth=1)
        yield limb
        yield from _shoots(chance, limb)


def _shoots(chance: Random, parent: Branch) -> Iterator[Branch]:
    """The branches of a branch, to one side and the other in turn, shorter towards its tip."""
    if parent.depth == THIN:
        return
    side = chance.choice((-1, 1))
    count = len(parent.points)
    for i in range(2 if parent.depth == 1 else 1, count):
        if parent.depth == 2 and chance.random() < 0.3:
            continue
        side = -side
        angle = _heading(parent, i) + side * chance.uniform(0.5, 0.95)
        length = (118, 62)[parent.depth - 1] * chance.uniform(0.7, 1.15) * (1.15 - 0.5 * i / count)
        branch = _walk(chance, parent.points[i], angle, length, parent.widths[i] * 0.62, depth=parent.depth + 1)
        yield branch
        yield from _shoots(chance, branch)


def _walk(chance: Random, start: Point, angle: float, length: float, width: float, *, depth: int) -> Branch:
    """One branch, in crooked steps, thinner with each; twigs turn a little towards the light."""
    steps = max(3, round(length / 26))
    branch = Branch(depth, [start], [width])
    x, y = start
    for i in range(1, steps + 1):
        crook = (0.2, 0.18, 0.3, 0.3)[depth]
        angle += chance.uniform(-crook, crook) + (UP - angle) * (0.0, 0.05, 0.1, 0.06)[depth]
        x, y = x + math.cos(angle) * length / steps, y + math.sin(angle) * length / steps
        branch.points.append((x, y))
        branch.widths.append(max(width * (1 - 0.62 * i / steps), 1.3))
    return branch


def _heading(branch: Branch, i: int) -> float:
    (x0, y0), (x1, y1) = branch.points[i - 1], branch.points[i]
    return math.atan2(y1 - y0, x1 - x0)


def _fit(branches: list[Branch]) -> list[Branch]:
    """Fill the picture: the foot on the ground, the crown inside the margins."""
    xs, ys = zip(*(point for branch in branches for point in branch.points), strict=True)
    across = (WIDTH - 2 * MARGIN) / (max(xs) - min(xs))
    high = (GROUND - MARGIN) / -min(ys)
    left = (WIDTH - across * (max(xs) - min(xs))) / 2 - across * min(xs)
    for branch in branches:
        branch.points = [(left + x * across, GROUND + min(y, 0) * high) for x, y in branch.points]
    return branches


# --- drawing ------------------------------------------------------------------------------------------------


def _outline(branch: Branch) -> str:
    """Both sides of a branch as one closed line of curves through the middles of its steps."""
    left, right = [], []
    last = len(branch.points) - 1
    for i, (x, y) in enumerate(branch.points):
        is_foot = branch.depth == 0 and i == 0
        angle, half = UP if is_foot else _heading(branch, max(i, 1)), branch.widths[i] / 2
        half = half * 1.9 if is_foot else half * 0.5 if i == last else half
        dx, dy = -math.sin(angle) * half, math.cos(angle) * half
        left.append((x + dx, y + dy))
        right.append((x - dx, y - dy))
    back = right[::-1]
    return f"M{_at(left[0])}{_curve(left)}L{_at(back[0])}{_curve(back)}Z"


def _line(branch: Branch) -> str:
    return f"M{_at(branch.points[0])}{_curve(branch.points)}"


def _curve(points: list[Point]) -> str:
    middles = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in zip(points[1:-1], points[2:], strict=True)]
    turns = "".join(f"Q{_at(point)} {_at(middle)}" for point, middle in zip(points[1:-1], middles, strict=True))
    return f"{turns}L{_at(points[-1])}"


def _at(point: Point) -> str:
    return f"{point[0]:.0f} {point[1]:.0f}"


def _places(chance: Random, branches: list[Branch]) -> Iterator[Place]:
    """120 places on the twigs, none too near to another; as near as must be. Neighbours seldom open together."""
    found = [point for branch in branches for point in _along(chance, branch)]
    chance.shuffle(found)
    chosen: list[Point] = []
    apart = 30.0
    while len(chosen) < PLACES:
        for point in found:
            if len(chosen) < PLACES and all(math.dist(point, other) >= apart for other in chosen):
                chosen.append(point)
        apart -= 2
    chance.shuffle(chosen)
    for number, (x, y) in enumerate(chosen, 1):
        size = round(chance.uniform(0.82, 1.18), 2)
        yield Place(number, round(x, 1), round(y, 1), chance.randrange(72), size, chance.randrange(TONES))


def _along(chance: Random, branch: Branch) -> Iterator[Point]:
    """Points beside a branch, from where it is thin enough to bloom."""
    if branch.depth == 0:
        return
    first = len(branch.points) // 2 if branch.depth == 1 else 0
    for (x0, y0), (x1, y1) in zip(branch.points[first:], branch.points[first + 1 :], strict=False):
        for part in (0.33, 0.67, 1.0):
            away = chance.uniform(-5, 5)
            x = min(max(x0 + (x1 - x0) * part + away, 14), WIDTH - 14)
            yield x, min(max(y0 + (y1 - y0) * part - away, 14), GROUND - 60)
