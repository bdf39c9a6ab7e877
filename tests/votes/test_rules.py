"""Times, weekends and quorums worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from app.votes import rules

TOKYO = SimpleNamespace(time_zone="Asia/Tokyo", stage=3, vote_days=14)
AT = datetime(2026, 11, 28, 0, 30, tzinfo=UTC)  # Saturday, 午前9時30分


def vote(**changes):
    usual = {
        "opened_at": AT,
        "opens_at": AT,
        "closes_at": AT + timedelta(days=14),
        "reveals_at": AT + timedelta(days=15),
        "extension_days": 0,
        "quorum": "approval",
        "quorum_percent": 10,
        "objections": 0,
        "effect": "decide",
        "method": "yes_no",
    }
    return SimpleNamespace(**(usual | changes))


@pytest.mark.parametrize(
    ("start", "days", "number"),
    [(0, 0, 0), (0, 1, 1), (0, 7, 1), (0, 8, 2), (1, 6, 0), (1, 7, 1), (2, 14, 2), (2, 11, 1), (0, 14, 2), (0, 15, 3)],
)
def test_a_weekend_is_a_saturday_and_its_sunday(start, days, number):
    """`start` 0 is a Saturday."""
    begins = AT + timedelta(days=start)
    assert rules.weekends(TOKYO, begins, begins + timedelta(days=days)) == number


def test_every_fortnight_holds_two_weekends():
    for start in range(7):
        begins = AT + timedelta(days=start)
        assert rules.weekends(TOKYO, begins, begins + timedelta(days=14)) >= rules.WEEKENDS


def test_weekends_are_those_of_the_region():
    """Friday 午後4時 in London is Saturday in Japan."""
    friday = datetime(2026, 11, 27, 16, tzinfo=UTC)
    assert rules.weekends(TOKYO, friday, friday + timedelta(days=1)) == 1
    assert rules.weekends(SimpleNamespace(time_zone="UTC"), friday, friday + timedelta(days=1)) == 0


@pytest.mark.parametrize(
    ("closes", "opens"),
    [((12, 13, 11, 0), (12, 14, 3)), ((12, 13, 14, 59), (12, 14, 3)), ((12, 13, 15, 0), (12, 15, 3))],
)
def test_it_is_opened_together_at_the_next_noon_of_the_region(closes, opens):
    month, day, hour, minute = closes
    wanted = datetime(2026, *opens, tzinfo=UTC)
    assert rules.next_noon(TOKYO, datetime(2026, month, day, hour, minute, tzinfo=UTC)) == wanted


@pytest.mark.parametrize(
    ("percent", "roll", "needed"),
    [
        (40, 10, 4),
        (41, 10, 5),
        (10, 210, 21),
        (10, 211, 22),
        (20, 12, 3),
        (0, 100, 0),
        (100, 7, 7),
        (33, 100, 33),
        (1, 1, 1),
    ],
)
def test_a_share_of_the_roll_is_rounded_up_exactly(percent, roll, needed):
    for quorum in ("approval", "participation", "attendance"):
        assert rules.quorum_needed(vote(quorum=quorum, quorum_percent=percent), roll) == needed
    assert rules.quorum_needed(vote(quorum="objection", objections=3), roll) == 3
    assert rules.quorum_needed(vote(quorum="none"), roll) == 0


@pytest.mark.parametrize(("used", "due"), [(20, True), (21, False), (0, True)])
def test_the_extension_looks_at_the_turnout_alone_and_at_its_edge(used, due):
    asked = vote(extension_days=7)
    assert rules.is_extension_due(asked, 210, used, asked.closes_at) is due
    assert not rules.is_extension_due(asked, 210, used, asked.closes_at - timedelta(microseconds=1))
    assert not rules.is_extension_due(vote(), 210, used, asked.closes_at)


def test_states_follow_one_another_and_rows_are_stronger_than_the_clock():
    asked, row = vote(), SimpleNamespace(at=AT, by=rules.JOB)
    last = asked.closes_at
    assert rules.state(vote(opened_at=None), None, None, None, AT) == "draft"
    assert rules.state(asked, None, None, None, AT - timedelta(seconds=1)) == "waiting"
    assert rules.state(asked, None, None, None, AT) == "open"
    assert rules.state(asked, None, None, None, last) == "closed"
    assert rules.state(asked, None, rules.Until(last + timedelta(days=3)), None, last) == "open"
    assert rules.state(asked, row, None, None, AT) == "closed"
    assert rules.state(asked, row, None, None, asked.reveals_at) == "counting"
    assert rules.state(asked, row, None, object(), AT) == "revealed"
    by_hand = SimpleNamespace(at=AT, by="membership:1")
    assert rules.state(asked, by_hand, None, None, AT) == "counting"


@pytest.mark.parametrize(
    ("ballots", "shown"),
    [
        ({"resident": 10, "friend": 10}, True),
        ({"resident": 10, "friend": 9}, False),
        ({"resident": 100, "friend": 1}, False),
        ({"resident": 100, "friend": 0}, False),
        ({}, False),
    ],
)
def test_a_group_is_shown_only_where_no_rest_tells_on_few(ballots, shown):
    assert rules.parts_shown(ballots) is shown


def test_what_the_count_is_given():
    asked = vote(rule="{}", threshold="2/3", seats=1, budget_yen=None, quorum="attendance", quorum_percent=50)
    came = {"present": 3, "written": 1, "proxy": 2}
    given = rules.election(asked, [], [(2, "yes")], roll=12, came=came, lots={"seed": "x"})
    assert given.rule["quorum"] == {"kind": "attendance", "share": "50%", "roll": 12, **came}
    assert (given.rule["threshold"], given.rule["lots"]) == ("2/3", {"seed": "x"})


@pytest.mark.parametrize(("electorate", "parts"), [
    ("residents", ("resident",)), ("friends", ("friend",)),
    ("both", ("resident", "friend")), ("double", ("resident", "friend")),
])  # fmt: skip
def test_groups_that_are_shown_apart_have_their_own_paper(electorate, parts):
    assert rules.parts(electorate) == parts
