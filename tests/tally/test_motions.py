"""はい・いいえ, 反対がなければ決まる, and how many are enough."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tally import BadElection, double_majority
from app.tally.quorum import needed, part
from tests.tally.ballots import count

pytestmark = pytest.mark.rules
numbers = st.integers(0, 60)


def motion(yes, no, abstain=0, **rule):
    return count("yes_no", [], [[yes, "yes"], [no, "no"], [abstain, "abstain"]], rule=rule)


@given(numbers, numbers, numbers)
def test_passes_iff_more_say_yes_than_no(yes, no, abstain):
    found = motion(yes, no, abstain)
    assert found.passed is (yes > no) and found.winners == (("yes",) if yes > no else ())
    assert found.valid == yes + no + abstain and found.abstain == abstain


@given(numbers, numbers, st.fractions(0, 1, max_denominator=12))
def test_a_threshold_must_be_passed_strictly(yes, no, share):
    found = motion(yes, no, threshold=f"{share.numerator}/{share.denominator}")
    assert found.passed is (yes > share * (yes + no))


def test_a_tie_fails_and_is_written_down():
    found = motion(5, 5)
    assert found.passed is False and found.ties[0]["by"] == "a tie fails"


def test_two_thirds_is_not_enough_where_more_is_asked():
    assert not motion(20, 10, threshold="2/3").passed and motion(21, 10, threshold="2/3").passed


@pytest.mark.parametrize(("roll", "share", "enough"), [(10, "40%", 4), (11, "40%", 5), (3, "1/3", 1), (7, "1/7", 1)])
def test_the_edge_of_a_quorum(roll, share, enough):
    assert needed(share, roll) == enough
    rule = {"kind": "approval", "share": share, "roll": roll}
    assert motion(enough, 0, quorum=rule).passed and not motion(enough - 1, 0, 60, quorum=rule).passed


@given(st.integers(0, 400), st.fractions(0, 1, max_denominator=100))
def test_needed_is_the_smallest_number_that_reaches_the_share(roll, share):
    found = needed(share, roll)
    assert found >= share * roll > found - 1


def test_who_stays_away_or_abstains_gains_nothing_by_the_default_kind():
    rule = {"kind": "approval", "share": "40%", "roll": 10}
    assert [motion(yes, 0, 7, quorum=rule).passed for yes in (3, 4)] == [False, True]


def test_abstentions_count_for_participation_only():
    rule = {"kind": "participation", "share": "40%", "roll": 10}
    short, met = motion(2, 1, 0, quorum=rule), motion(2, 1, 1, quorum=rule)
    assert (short.passed, met.passed) == (False, True)
    assert short.quorum == {"kind": "participation", "needed": 4, "sign": ">=", "reached": 3, "met": False}
    assert short.winners == () and short.details["leading"] == ["yes"]


def test_attendance_is_three_numbers():
    rule = {"kind": "attendance", "share": "1/2", "roll": 21, "present": 5, "written": 4, "proxy": 1}
    assert motion(3, 1, quorum=rule).passed is False
    found = motion(3, 1, quorum=rule | {"proxy": 2})
    assert found.passed and found.quorum["reached"] == found.quorum["needed"] == 11 and found.quorum["written"] == 4


@pytest.mark.parametrize(("against", "passes"), [(0, True), (2, True), (3, False)])
def test_silence_assents_unless_more_object(against, passes):
    assert motion(0, against, quorum={"kind": "objection", "most": 2}).passed is passes


def test_a_quorum_holds_for_choices_too():
    rule = {"quorum": {"kind": "approval", "share": "1/2", "roll": 10}}
    short = count("choose_one", "AB", [[4, "A"], [3, "B"]], rule=rule)
    assert short.winners == () and short.passed is False and short.details["leading"] == ["A"]
    assert count("choose_one", "AB", [[5, "A"]], rule=rule).winners == ("A",)


@pytest.mark.parametrize(
    "quorum",
    [
        5,
        {},
        {"kind": "some"},
        {"kind": "approval"},
        {"kind": "approval", "share": "1/2"},
        {"kind": "approval", "share": "3/2", "roll": 5},
        {"kind": "approval", "share": "1/2", "roll": -1},
        {"kind": "approval", "share": "1e9", "roll": 5},
        {"kind": "attendance", "share": "1/2", "roll": 5, "proxy": True},
    ],
)
def test_a_quorum_that_cannot_be_read(quorum):
    with pytest.raises(BadElection):
        motion(1, 0, quorum=quorum)


def test_shares_are_exact():
    assert part("60%", "share") == part("0.6", "share") == Fraction(3, 5) == part("3/5", "share")
    for wrong in (0.6, True, None, "x", "1/0", "-1/2", "2", "9" * 40):
        with pytest.raises(BadElection):
            part(wrong, "share")


def test_an_option_may_be_the_motions_name_or_two_words():
    assert count("motion", ["A bench"], [[1, "yes"]]).winners == ("A bench",)
    assert count("yes-no", ["はい", "いいえ"], [[2, "はい"], [1, "いいえ"], [9, None]]).winners == ("はい",)


def test_consent_until_somebody_objects():
    assert count("consent", [], [[9, "consent"], [3, "stand_aside"], [1, None]]).passed
    found = count("consent", [], [[9, "consent"], [1, {"objection": "The bridge is too weak."}]])
    assert found.passed is False and found.rounds[0]["reasons"] == {"The bridge is too weak.": 1}
    assert found.totals == {"consent": 9, "objection": 1, "stand_aside": 0, "abstain": 0}
    assert count("consent", [], [[9, "consent"], [1, "objection"]]).passed is False


def test_both_groups_must_pass_it():
    yes, no = motion(2, 1), motion(1, 2)
    assert double_majority({"residents": yes, "friends": yes}) is True
    assert double_majority([yes, no]) is False and double_majority([]) is False
    waiting = count("choose_one", "AB", [[1, "A"], [1, "B"]], rule={"lots": "wait"})
    assert double_majority([yes, waiting]) is None and double_majority([waiting, no]) is False
