"""What may be told, the months of a year, the ladder, what an hour is worth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import fiscal_year_days
from app.records import rules

pytestmark = pytest.mark.rules
PEOPLE = st.lists(st.integers(0, 12), max_size=8)


@given(PEOPLE)
def test_no_small_number_is_told_nor_can_be_worked_out(people: list[int]) -> None:
    few = rules.hidden(people)
    assert all(place in few for place, number in enumerate(people) if 0 < number < rules.FEW)
    missing = [people[place] for place in few]
    told = [number for place, number in enumerate(people) if number and place not in few]
    if few and told:
        assert len(missing) >= 2 and sum(missing) >= rules.FEW


@given(PEOPLE)
def test_where_nothing_is_small_all_is_told(people: list[int]) -> None:
    assert all(people[place] > 0 for place in rules.hidden(people))
    if not any(0 < number < rules.FEW for number in people):
        assert rules.hidden(people) == set()


def test_a_lone_small_part_takes_the_next_smallest_with_it() -> None:
    assert rules.hidden([20, 3, 8, 0]) == {1, 2}
    assert rules.hidden([20, 4, 4, 9]) == {1, 2}
    assert rules.hidden([20, 1, 1, 9]) == {1, 2, 3}
    assert rules.hidden([3]) == {0}


@given(st.integers(2000, 2098))
def test_twelve_months_fill_a_fiscal_year(year: int) -> None:
    months = rules.months_of(year)
    first, last = fiscal_year_days(year)
    assert months[0] == first and rules.month_days(months[-1])[1] == last and len(months) == 12
    for one, following in zip(months, months[1:], strict=False):
        assert rules.month_days(one) == (one, following - timedelta(days=1))


STEPS = [(10, "ten"), (1, "one"), (5, "five")]
OPEN = datetime(2026, 11, 28, tzinfo=UTC)


@given(st.lists(st.tuples(st.integers(0, 30), st.none() | st.integers(1, 30)), max_size=15), st.integers(0, 60))
def test_no_step_is_lost_whatever_is_taken_back(days: list[tuple[int, int | None]], today: int) -> None:
    """Days after the first on which activities were confirmed, and how many days later they were taken back."""

    def until(last: int) -> rules.Done:
        known = [(day, day + back if back is not None else None) for day, back in days if day <= last]
        return rules.done(
            [
                rules.Activity(OPEN + timedelta(day), OPEN + timedelta(back) if back and back <= last else None)
                for day, back in known
            ]
        )

    before, after = (rules.ladder(STEPS, until(last)) for last in (today, today + 1))
    assert [rung.step for rung in before] == ["one", "five", "ten"]
    assert all(one.reached <= other.reached for one, other in zip(before, after, strict=True))
    assert all(rung.reached == (rung.missing == 0) for rung in before)
    assert until(today).now == sum(day <= today and not (back and day + back <= today) for day, back in days)


def test_what_was_taken_back_brings_no_later_step_nearer() -> None:
    taken_back = [rules.Activity(OPEN, OPEN + timedelta(hours=1))] * 4
    stands = rules.Activity(OPEN + timedelta(hours=2), None)
    assert rules.done([]) == rules.Done(0, 0)
    assert rules.done([*taken_back, stands]) == rules.Done(1, 4)
    assert [rung.missing for rung in rules.ladder(STEPS, rules.done([*taken_back, stands]))] == [0, 4, 9]


def test_what_an_hour_is_worth() -> None:
    assert (rules.worth(90, 1000), rules.worth(15, 1001), rules.worth(0, 1000)) == (1500, 250, 0)
