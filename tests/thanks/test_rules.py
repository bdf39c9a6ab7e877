from datetime import UTC, datetime, timedelta

import pytest

from app.thanks import rules

AT = datetime(2026, 11, 28, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(("sent", "may"), [(0, True), (9, True), (10, False), (11, False)])
def test_ten_a_day(sent, may):
    assert rules.may_send(sent) is may


@pytest.mark.parametrize(("after", "seen", "may"), [
    (0, None, True), (600, None, True), (601, None, False), (1, AT, False),
])  # fmt: skip
def test_ten_minutes_while_unread(after, seen, may):
    assert rules.may_take_back(AT, seen, AT + timedelta(seconds=after)) is may
