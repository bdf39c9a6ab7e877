"""Piles, quick keys and how many one may stand for: pure."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.votes.by_hand import rules
from app.votes.by_hand.piles import typed

pytestmark = pytest.mark.rules
NAMES = ["屋根", "ベンチ", "花だん"]


@dataclass(frozen=True)
class Someone:
    id: int
    member_id: int
    household_id: int | None = None


@pytest.mark.parametrize(("first", "second", "code"), [
    (Someone(1, 1), Someone(2, 2), None),
    (Someone(1, 1), Someone(1, 1), "paper_same_person"),
    (Someone(1, 1), Someone(2, 1), "paper_same_person"),
    (Someone(1, 1, 7), Someone(2, 2, 7), "paper_household"),
    (Someone(1, 1, 7), Someone(2, 2, 8), None),
])  # fmt: skip
def test_two_different_people_of_two_houses_type_a_pile(first, second, code):
    assert rules.refusal_of_second(first, second) == code == rules.refusal_of_second(second, first)


@pytest.mark.parametrize(("voter", "code"), [
    (Someone(2, 2), None), (Someone(1, 1), "assist_self"), (Someone(3, 3, 9), "assist_household"),
])  # fmt: skip
def test_nobody_helps_themselves_or_their_own_house(voter, code):
    assert rules.refusal_of_helper(voter, Someone(1, 1, 9)) == code


@pytest.mark.parametrize(("held", "code"), [(0, None), (1, None), (2, "proxy_full"), (3, "proxy_full")])
def test_one_person_stands_for_two_at_most(held, code):
    assert rules.refusal_of_proxy(Someone(1, 1), Someone(2, 2), held=held) == code
    assert rules.refusal_of_proxy(Someone(1, 1), Someone(2, 1), held=0) == "proxy_self"


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["yes", "no", "abstain"])), max_size=12), st.randoms())
def test_the_order_in_which_ballots_lie_does_not_matter(ballots, dice):
    mixed = list(ballots)
    dice.shuffle(mixed)
    assert rules.stored(ballots) == rules.stored(mixed)
    assert not rules.different(ballots, mixed)
    assert rules.restored(rules.stored(ballots)) == rules.merged(ballots)
    assert rules.total(rules.merged(ballots)) == rules.total(ballots)


def test_what_differs_is_named_by_what_it_says():
    first = [(1, ["屋根"]), (1, ["屋根"]), (1, ["ベンチ"])]
    assert rules.different(first, [(2, ["屋根"]), (1, ["ベンチ"])]) == set()
    assert rules.different(first, [(3, ["屋根"])]) == {'["屋根"]', '["ベンチ"]'}


@pytest.mark.parametrize(("envelopes", "counted", "pile", "fits"), [
    (20, 0, 20, True), (20, 0, 21, False), (20, 15, 5, True), (20, 15, 6, False), (20, 0, 0, False), (0, 0, 1, False),
])  # fmt: skip
def test_there_are_never_more_papers_than_envelopes(envelopes, counted, pile, fits):
    assert rules.fits(envelopes, counted, pile) is fits


def test_the_result_waits_for_every_group():
    assert rules.waits({"resident": 3}, {}) and rules.waits({"resident": 3, "friend": 1}, {"resident": 3})
    assert not rules.waits({"resident": 3}, {"resident": 3}) and not rules.waits({}, {})


# --- quick keys ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "text", "choice"), [
    ("approval", "1 3", ["屋根", "花だん"]),
    ("approval", "31", ["屋根", "花だん"]),
    ("approval", "1、3", ["屋根", "花だん"]),
    ("equal_shares", "2", ["ベンチ"]),
    ("greedy", "0", []),
    ("schulze", "3 1 2", ["花だん", "屋根", "ベンチ"]),
    ("schulze", "312", ["花だん", "屋根", "ベンチ"]),
    ("schulze", "3 1=2", ["花だん", ["屋根", "ベンチ"]]),
    ("irv", "2", ["ベンチ"]),
    ("stv", "0", []),
    ("score", "5 0 3", {"屋根": 5, "ベンチ": 0, "花だん": 3}),
    ("star", "50-", {"屋根": 5, "ベンチ": 0}),
    ("star", "0", {}),
    ("consent", "1", "consent"),
    ("consent", "2 お金が たりない", {"objection": "お金が たりない"}),
    ("consent", "3", "stand_aside"),
    ("consent", "0", "stand_aside"),
])  # fmt: skip
def test_a_ballot_is_a_few_digits(method, text, choice):
    assert typed.read(method, NAMES, text) == choice


@pytest.mark.parametrize(("method", "text", "code"), [
    ("approval", "4", "ballot_number"), ("approval", "1 1", "ballot_twice"), ("approval", "屋根", "ballot_number"),
    ("schulze", "1 2 1", "ballot_twice"), ("schulze", "1=", "ballot_number"), ("irv", "9", "ballot_number"),
    ("score", "5 0", "ballot_points"), ("score", "5 0 6", "ballot_points"), ("score", "a b c", "ballot_points"),
    ("consent", "2", "ballot_reason"), ("consent", "4", "ballot_keys"), ("consent", "1 わけ", "ballot_keys"),
    ("approval", "、", "ballot_keys"), ("irv", ".", "ballot_keys"), ("greedy", ", ,", "ballot_keys"),
])  # fmt: skip
def test_what_is_no_ballot_is_said(method, text, code):
    with pytest.raises(typed.Unread, match=code):
        typed.read(method, NAMES, text)


@given(st.sampled_from([*typed.SETS, *typed.ORDERS, *typed.POINTS, "consent"]), st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused(method, text):
    try:
        typed.read(method, NAMES, text)
    except typed.Unread as unread:
        assert str(unread).startswith("ballot_")


def test_more_than_nine_options_are_told_apart_by_spaces():
    names = [f"道 {number}" for number in range(1, 13)]
    assert typed.read("approval", names, "1 12") == ["道 1", "道 12"]
    assert typed.read("approval", names, "12") == ["道 12"]
