from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from app.polls import rules

AT = datetime(2026, 11, 28, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("closes", "ended", "is_open"),
    [(1, None, True), (0, None, False), (-1, None, False), (1, AT, False)],
)
def test_a_poll_is_open_until_its_time_or_its_askers_hand(closes, ended, is_open):
    poll = SimpleNamespace(closes_at=AT + timedelta(minutes=closes), ended_at=ended)
    assert rules.is_open(poll, AT) is is_open


def test_whoever_has_not_answered_sees_nothing_before_the_end():
    assert not rules.may_see(is_open=True, is_asker=False, has_answered=False)
    assert rules.may_see(is_open=True, is_asker=True, has_answered=False)
    assert rules.may_see(is_open=True, is_asker=False, has_answered=True)
    assert rules.may_see(is_open=False, is_asker=False, has_answered=False)


@pytest.mark.parametrize(
    ("kind", "marks", "refused"),
    [
        ("quick", {1: "yes"}, False),
        ("quick", {}, True),
        ("quick", {1: "yes", 2: "yes"}, True),
        ("quick", {1: "no"}, True),
        ("quick", {7: "yes"}, True),
        ("dates", {1: "yes", 2: "no"}, False),
        ("dates", {1: "yes"}, True),
        ("dates", {1: "yes", 2: "no", 3: "no"}, True),
    ],
)
def test_marks_fit_the_question(kind, marks, refused):
    assert rules.refused_marks(kind, [1, 2], marks) is refused


def test_the_best_day_has_most_yes_then_fewest_no_and_may_be_two():
    said = [(1, "yes"), (1, "no"), (2, "yes"), (2, "maybe"), (3, "maybe"), (3, "maybe")]
    tallies = rules.tallied([1, 2, 3], said)
    assert tallies == {1: (1, 0, 1), 2: (1, 1, 0), 3: (0, 2, 0)}
    assert rules.best(tallies) == [2]
    assert rules.best({1: (1, 0, 0), 2: (1, 0, 0)}) == [1, 2]
    assert rules.best({1: (0, 3, 0)}) == []
