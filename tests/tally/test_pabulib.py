"""The file of a budget vote, read as the format's own description reads it."""

import csv
import io
import re
from datetime import date

import pytest

from app.tally import BadElection, Election, pabulib, tally

pytestmark = pytest.mark.rules
COSTS = {"a; b": 30, 'the "well"': 20, "c": 70}
META = {
    "description": "A year's\nprojects",
    "country": "Japan",
    "unit": "Tsukigase",
    "instance": "2026",
    "date_begin": date(2026, 4, 1),
    "date_end": date(2026, 4, 15),
}
REQUIRED = ("description", "country", "unit", "instance", "num_projects", "num_votes", "budget", "vote_type", "rule")
RULES = ("greedy", "equalshares", "equalshares/add1", "unknown")
DAY = re.compile(r"\d{2}\.\d{2}\.\d{4}|\d{4}")


def vote(method="equal_shares", ballots=((2, ["a; b", 'the "well"']), (1, []), (1, ["c"])), budget=60, **rule):
    return Election(method, list(COSTS), list(ballots), rule=rule, costs=COSTS, budget=budget)


def read(text):
    """(META, PROJECTS, VOTES); raises AssertionError where the format's own rules are broken."""
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    first, second, third = (rows.index([name]) for name in ("META", "PROJECTS", "VOTES"))
    assert (first, rows[1]) == (0, ["key", "value"])
    meta = dict(rows[2:second])
    projects, votes = (
        [dict(zip(part[0], row, strict=True)) for row in part[1:]]
        for part in (rows[second + 1 : third], rows[third + 1 :])
    )
    assert not [name for name in (*REQUIRED, "date_begin", "date_end") if not meta.get(name)]
    assert DAY.fullmatch(meta["date_begin"]) and DAY.fullmatch(meta["date_end"])
    assert meta["vote_type"] == "approval" and meta["rule"] in RULES
    assert meta.get("comment", "#1: ").startswith("#1: ")
    assert (int(meta["num_projects"]), int(meta["num_votes"])) == (len(projects), len(votes))
    known = [one["project_id"] for one in projects]
    assert len(set(known)) == len(known) and len({one["voter_id"] for one in votes}) == len(votes)
    chosen = [one["vote"].split(",") for one in votes]
    assert all(set(one) <= set(known) and len(set(one)) == len(one) for one in chosen)
    assert [int(one["votes"]) for one in projects] == [sum(name in one for one in chosen) for name in known]
    assert all(int(one["cost"]) > 0 for one in projects)
    return meta, projects, votes


def test_the_three_sections_say_what_was_voted():
    election = vote()
    meta, projects, votes = read(pabulib.export(election, meta=META, selected=tally(election).winners))
    assert (meta["description"], meta["budget"]) == ("A year's projects", "60")
    assert (meta["date_begin"], meta["date_end"]) == ("01.04.2026", "15.04.2026")
    assert [(one["cost"], one["name"], one["selected"]) for one in projects] == [
        ("30", "a; b", "1"),
        ("20", 'the "well"', "1"),
        ("70", "c", "0"),
    ]
    assert [one["vote"] for one in votes] == ["3", "1,2", "1,2"]
    assert "1 blank ballots are left out." in meta["comment"]


@pytest.mark.parametrize(
    ("method", "rule", "named"),
    [
        ("equal_shares", {}, "equalshares/add1"),
        ("equal_shares", {"completion": "add1"}, "equalshares/add1"),
        ("equal_shares", {"completion": "none"}, "equalshares"),
        ("budget", {"completion": "greedy"}, "equalshares"),
        ("greedy", {}, "greedy"),
    ],
)
def test_the_rule_is_named_in_the_words_of_the_format(method, rule, named):
    meta, _projects, _votes = read(pabulib.export(vote(method, **rule), meta=META))
    assert meta["rule"] == named
    is_completed = rule.get("completion", "add1+greedy").endswith("greedy") and method != "greedy"
    assert ("What is left then goes" in meta.get("comment", "")) is is_completed


def test_a_limit_and_money_for_all_are_told():
    meta, _projects, _votes = read(pabulib.export(vote(limit=2, budget=120), meta=META))
    assert (meta["max_length"], meta["fully_funded"]) == ("2", "1")
    meta, projects, _votes = read(pabulib.export(vote(), meta=META))
    assert "max_length" not in meta and "fully_funded" not in meta and "selected" not in projects[0]


def test_only_a_budget_is_exported():
    with pytest.raises(BadElection):
        pabulib.export(Election("choose_one", ["a", "b"], [(1, "a")]), meta=META)
