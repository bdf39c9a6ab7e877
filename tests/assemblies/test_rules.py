"""Who counts as being there, the order of matters, what a signature is for: pure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assemblies import rules

pytestmark = pytest.mark.rules
PEOPLE = st.frozensets(st.integers(1, 12))


def test_each_person_counts_once_the_nearest_way():
    numbers = rules.attendance({1, 2, 3, 4, 5, 6}, {1, 2, 9}, {2, 3}, {3: 1, 4: 1, 5: 8, 9: 1})
    assert (numbers.present, numbers.written, numbers.proxies, numbers.late, numbers.total) == (2, 1, 1, 1, 4)
    assert numbers.roll == 6


def test_whose_proxy_has_voted_counts_wherever_the_holder_is():
    numbers = rules.attendance({1, 2}, set(), set(), {1: 2}, stood_for={1})
    assert (numbers.proxies, numbers.late) == (1, 0)


@given(PEOPLE, PEOPLE, PEOPLE, st.dictionaries(st.integers(1, 12), st.integers(1, 12), max_size=12), PEOPLE)
def test_no_more_than_are_called_and_nobody_twice(roll, present, written, proxies, stood):
    numbers = rules.attendance(roll, present, written, proxies, stood)
    assert 0 <= numbers.total + numbers.late <= len(roll)
    assert numbers.present == len(roll & present)


@given(st.lists(st.integers(), unique=True, min_size=1, max_size=8), st.data(), st.sampled_from((-1, 1)))
def test_a_matter_goes_one_place_and_the_others_keep_their_order(order, data, step):
    one = data.draw(st.sampled_from(order))
    new = rules.moved(order, one, step)
    assert sorted(new) == sorted(order)
    assert [other for other in new if other != one] == [other for other in order if other != one]
    assert new.index(one) == min(max(order.index(one) + step, 0), len(order) - 1)


@pytest.mark.parametrize(("times", "state"), [
    ((None, None, None), "planned"), ((1, None, None), "on"), ((1, 2, None), "over"), ((1, 2, 3), "agreed"),
])  # fmt: skip
def test_how_far_a_meeting_is(times, state):
    assert rules.state(*times) == state


def test_a_signature_is_for_these_very_words():
    first, second = rules.hash_of({"opening": "はじめた"}), rules.hash_of({"opening": "はじめた。"})
    assert first != second and len(first) == 64
    assert rules.is_agreed([first, first], first)
    assert not rules.is_agreed([first, second], first) and not rules.is_agreed([first, None], first)
    assert not rules.is_agreed([], first)
