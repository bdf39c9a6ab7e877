from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cards import rules
from app.codes import signed

pytestmark = pytest.mark.rules
AT = datetime(2026, 11, 28, 0, 30, 10, tzinfo=UTC)


def test_a_step_is_thirty_seconds_and_its_neighbours_count():
    step = rules.step_at(AT)
    assert step == rules.step_at(AT.replace(second=0)) == rules.step_at(AT.replace(second=29)) == step
    assert [rules.is_present(step + by, AT) for by in (-2, -1, 0, 1, 2)] == [False, True, True, True, False]


@given(st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))
def test_the_days_key_is_the_one_that_signs_its_steps(at):
    assert rules.STEP == signed.PHONE_STEP
    assert rules.step_at(at) // signed.PHONE_STEPS_A_DAY == rules.day_at(at)
    assert rules.day_at(at) in rules.days_ahead(at)
    assert rules.day_at(at + timedelta(days=6)) in rules.days_ahead(at)


@pytest.mark.parametrize(("cards", "sheets"), [(0, 0), (1, 1), (10, 1), (11, 2), (25, 3)])
def test_ten_lie_on_a_sheet(cards, sheets):
    laid = list(rules.sheets(range(cards)))
    assert len(laid) == sheets and [one for sheet in laid for one in sheet] == list(range(cards))
