from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.proposals import rules
from app.proposals.models import STAGES
from app.proposals.writing import texts
from tests.proposals.factories import WHOLE

COMPLETE = {"wish": "ほしい", "field": "welfare"} | WHOLE


def proposed(**changes):
    return SimpleNamespace(**(COMPLETE | changes))


@pytest.mark.parametrize(("hours", "minutes", "points"), [
    (0, 0, 1), (0, 100_000, 1), (10, 599, 1), (10, 600, 2), (10, 6000, 2), (1, 59, 1), (1, 60, 2),
])  # fmt: skip
def test_confirmed_hours_are_worth_one_point_more_and_never_another(hours, minutes, points):
    assert rules.points(minutes, hours) == points


def test_enough_is_as_many_as_are_needed():
    assert [rules.has_enough(points, 5) for points in (4, 5, 6)] == [False, True, True]


def test_a_whole_proposal_misses_nothing():
    assert rules.missing_for_vote(proposed(), 0) == []
    assert rules.missing_for_vote(proposed(), 1) == ["answers"]


@pytest.mark.parametrize("name", [*rules.OBLIGATORY, "first_steps"])
@pytest.mark.parametrize("empty", ["", "  ", "\n"])
def test_each_obligatory_part_is_missed_by_its_name(name, empty):
    assert rules.missing_for_vote(proposed(**{name: empty}), 0) == [name]


def test_a_cost_of_nothing_is_said_and_no_cost_is_not():
    assert rules.missing_for_vote(proposed(cost_yen=0), 0) == []
    assert rules.missing_for_vote(proposed(cost_yen=None), 0) == ["cost_yen"]


def test_what_is_missing_comes_in_the_order_of_the_form():
    nothing = dict.fromkeys(COMPLETE, "") | {"cost_yen": None}
    assert rules.missing_for_vote(SimpleNamespace(**nothing), 2) == [
        *rules.OBLIGATORY, "cost_yen", "first_steps", "answers",
    ]  # fmt: skip


@pytest.mark.parametrize("stage", STAGES)
def test_the_dots_have_one_place_at_most(stage):
    states = [dot.state for dot in rules.dots(stage)]
    assert len(states) == len(rules.STEPS) and states.count("now") == (stage != "reported")
    assert states == sorted(states, key=["done", "now", "ahead"].index)


def test_what_rests_stands_where_it_stood():
    def now(**told):
        return next(dot.name for dot in rules.dots("rested", **told) if dot.state == "now")

    assert now() == "support" and now(has_talked=True) == "talk"


@pytest.mark.parametrize(("passed", "stage"), [(True, "doing"), (False, "talk"), (None, "talk")])
def test_what_follows_a_vote(passed, stage):
    assert rules.after_vote(passed) == stage


def test_it_wakes_where_it_rested():
    assert rules.after_rest(has_talked=False, passed=None) == "support"
    assert rules.after_rest(has_talked=True, passed=False) == "talk"
    assert rules.after_rest(has_talked=True, passed=True) == "doing"


def test_whoever_saw_it_otherwise_is_told_and_whoever_saw_nothing_from_the_vote_on():
    assert rules.is_news("talk", "support") and not rules.is_news("talk", "talk")
    assert [stage for stage in STAGES if rules.is_news(stage, None)] == ["vote", "doing", "reported", "rested"]


@pytest.mark.parametrize(("decider", "stage", "effect"), [
    ("members", 0, "ask"), ("members", 1, "ask"), ("members", 2, "choose"), ("members", 3, "decide"),
    ("members", 4, "decide"), ("city", 4, "ask"), ("company", 4, "ask"), ("office", 4, "ask"), ("group", 3, "ask"),
])  # fmt: skip
def test_what_a_vote_about_it_does(decider, stage, effect):
    assert rules.effect(decider, stage) == effect


def test_a_report_is_asked_for_after_a_month_of_doing(at):
    month = rules.REPORT_AFTER
    assert rules.wants_report("doing", at, at + month)
    assert not rules.wants_report("doing", at, at + month - timedelta(seconds=1))
    assert not rules.wants_report("reported", at, at + month) and not rules.wants_report("doing", None, at)


# --- what differs between two texts ---------------------------------------------------------------------------


def shape(before, after):
    return [(piece.kind, piece.text) for piece in texts.difference(before, after)]


def test_changes_are_found_by_letters_and_latin_by_words():
    assert shape("橋に ベンチを おく", "橋に いすを おく") == [
        ("same", "橋に "), ("gone", "ベンチ"), ("new", "いす"), ("same", "を おく"),
    ]  # fmt: skip
    assert ("gone", "Sunday") in shape("on Sunday morning here", "on Monday morning here")
    assert shape("おなじ", "おなじ") == [("same", "おなじ")] and shape("", "") == []
    assert shape("", "ふえた") == [("new", "ふえた")] and shape("きえた", "") == [("gone", "きえた")]


def test_two_letters_between_two_changes_do_not_break_them_up():
    assert shape("朝市をひらく", "夕市でとじる")[:2] == [("gone", "朝市をひらく"), ("new", "夕市でとじる")]


@given(st.text("あいうabc 1\n", max_size=30), st.text("あいうabc 1\n", max_size=30))
def test_both_texts_can_be_read_out_of_the_difference(before, after):
    pieces = texts.difference(before, after)
    assert "".join(one.text for one in pieces if one.kind != "new") == before
    assert "".join(one.text for one in pieces if one.kind != "gone") == after
    assert all(one.text for one in pieces)


@given(st.dictionaries(st.sampled_from(texts.NAMES), st.text(max_size=9)))
def test_a_version_is_canonical_and_reads_back(told):
    whole = texts.written(told)
    assert texts.read(whole) == told
    assert texts.written(dict(reversed(list(told.items())))) == whole
