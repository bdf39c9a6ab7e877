"""Numbers with a point, and where a history is drawn."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.indicators import rules

pytestmark = pytest.mark.rules


@pytest.mark.parametrize(
    ("text", "decimals", "value"),
    [
        ("12.5", 1, 125),
        ("12", 1, 120),
        ("-3", 0, -3),
        ("−0.5", 1, -5),
        ("1,234", 0, 1234),
        ("0", 3, 0),
        ("1.25", 2, 125),
    ],
)
def test_a_number_is_read_as_whole_units_of_its_last_decimal(text: str, decimals: int, value: int) -> None:
    assert rules.whole(text, decimals) == value


@pytest.mark.parametrize(("text", "decimals"), [("", 0), ("1.5", 0), ("x", 1), ("1.", 1), ("9" * 11, 0), ("３", 0)])
def test_what_is_no_such_number(text: str, decimals: int) -> None:
    assert rules.whole(text, decimals) is None


@given(st.integers(-rules.MOST, rules.MOST), st.integers(0, 3))
def test_what_is_written_is_read_back(value: int, decimals: int) -> None:
    assert rules.whole(rules.written(value, decimals), decimals) == value


@given(st.lists(st.tuples(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-(10**9), 10**9)), min_size=1))
def test_every_point_is_inside_and_later_is_further_right(points: list[tuple[date, int]]) -> None:
    points = sorted(points)
    drawn = rules.drawing(points, (date(2050, 12, 31), 0))
    spots = [*drawn.spots, drawn.goal]
    assert all(0 <= spot.x <= 100 and rules.TOP <= spot.y <= rules.BOTTOM for spot in spots if spot)
    assert [spot.x for spot in drawn.spots] == sorted(spot.x for spot in drawn.spots)


def test_more_is_higher_and_zero_is_the_ground() -> None:
    drawn = rules.drawing([(date(2020, 1, 1), 100), (date(2030, 1, 1), 50)], (date(2050, 1, 1), 0))
    first, second = drawn.spots
    assert drawn.goal is not None and first.y < second.y < drawn.goal.y == rules.BOTTOM
    assert rules.drawing([(date(2020, 1, 1), 0)]).spots == [rules.Spot(50, 80)]
