"""Ties are never silent: who, where, by what, and for whom."""

import hashlib

import pytest

from app.tally import BadElection
from app.tally.sheet import by_seed
from tests.tally.ballots import count

pytestmark = pytest.mark.rules
EVEN = [[2, "A"], [2, "B"], [1, "C"]]


def test_lots_by_seed_can_be_done_again_by_hand():
    digests = [hashlib.sha256(f"vote 7:{place}".encode()).hexdigest() for place in range(2)]
    found = count("choose_one", "ABC", EVEN, rule={"lots": {"seed": "vote 7"}})
    assert found.winners == ("AB"[digests.index(min(digests))],)
    (tie,) = found.ties
    assert tie["between"] == ["A", "B"] and tie["step"] == "seat" and tie["by"] == "lots by seed"
    assert tie["chosen"] == list(found.winners) and set(tie["lots"]) == {"A", "B"}


def test_another_seed_another_lot():
    found = {tuple(by_seed(str(seed), range(3))) for seed in range(60)}
    assert len(found) == 6


def test_lots_drawn_by_two_witnesses():
    found = count("choose_one", "ABC", EVEN, rule={"lots": {"order": ["B", "A"]}})
    assert found.winners == ("B",) and found.ties[0]["by"] == "lots drawn" and found.passed is True


@pytest.mark.parametrize("lots", ["wait", {"order": ["A", "C"]}])
def test_waiting_for_lots(lots):
    found = count("approval", "ABCD", [[3, ["D"]], [2, ["A"]], [2, ["B"]]], seats=2, rule={"lots": lots})
    assert found.winners == ("D",) and found.passed is None and not found.ties
    assert found.open_ties == ({"between": ["A", "B"], "step": "seat", "round": 1, "take": 1, "lose": False},)
    assert found.as_dict()["open_ties"][0]["between"] == ["A", "B"]


def test_without_a_seed_the_log_says_so():
    assert count("choose_one", "ABC", EVEN).ties[0]["by"] == "lots, no seed was given"


@pytest.mark.parametrize("lots", ["draw", {}, {"order": "AB"}, {"order": ["A", "X"]}, {"seed": 5}, {"order": [["A"]]}])
def test_lots_that_cannot_be_read(lots):
    with pytest.raises(BadElection):
        count("choose_one", "ABC", EVEN, rule={"lots": lots})


def test_seats_that_are_not_tied_are_sure():
    found = count("choose_one", "ABC", EVEN, seats=2)
    assert set(found.winners) == {"A", "B"} and not found.ties


def test_an_option_that_nobody_chose_never_wins():
    assert count("choose_one", "ABC", [[1, "B"]], seats=3).winners == ("B",)
    for method in ("choose_one", "approval", "schulze", "irv", "stv", "runoff", "score", "star", "quadratic"):
        found = count(method, "AB", [[3, None]])
        assert found.winners == () and found.passed is False and not found.ties, method


def test_an_elimination_looks_back_to_the_latest_round_that_tells():
    """C and D are equal in round 3, C has fewer in round 2 although it had more in round 1."""
    ballots = "9 A, 8 B, 5 C, 4 D, 2 ED, 1 FC, 0 A"
    found = count("irv", "ABCDEF", ballots)
    assert [line.get("eliminated") for line in found.rounds][:2] == ["F", "E"]
    assert found.rounds[2]["counts"] == {"A": 9, "B": 8, "C": 6, "D": 6}
    assert found.rounds[2]["eliminated"] == "D"
    tie = found.ties[0]
    assert (tie["by"], tie["earlier"], tie["chosen"], tie["counts"]) == ("earlier round", 2, ["D"], {"C": 6, "D": 4})


def test_looking_back_takes_the_latest_round_first():
    """In round 2 D has fewer than C, in round 1 it was the other way: round 2 decides."""
    found = count("irv", "ABCDEF", "20 A, 19 B, 3 C, 4 D, 2 FC, 1 ED")
    assert found.rounds[2]["counts"] == {"A": 20, "B": 19, "C": 5, "D": 5}
    assert found.ties[0]["earlier"] == 2 and found.ties[0]["chosen"] == ["C"]
    assert found.rounds[1]["counts"] == {"A": 20, "B": 19, "C": 3, "D": 5, "F": 2}


def test_a_tie_that_no_round_tells_is_drawn_and_the_last_of_the_lots_goes():
    found = count("irv", "ABC", "3 A, 2 BA, 2 CA", rule={"lots": {"order": ["C", "B"]}})
    assert found.rounds[0]["eliminated"] == "B" and found.ties[0]["step"] == "elimination"
    assert found.ties[0]["lots"] == ["C", "B"] and found.winners == ("A",)


def test_the_larger_surplus_goes_first_and_equal_ones_look_back():
    found = count("stv", "ABCDE", "12 AC, 12 BD, 3 C, 2 D, 1 E", seats=3, rule={"lots": {"order": ["B", "A"]}})
    assert found.rounds[0]["elected"] == ["A", "B"] and found.rounds[0]["transfers"][0]["from"] == "B"
    assert found.ties[0]["step"] == "surplus"
    assert count("stv", "ABCDE", "11 AC, 13 BD, 3 C, 2 D, 1 E", seats=3).rounds[0]["transfers"][0]["from"] == "B"


def test_the_runoff_of_two_looks_at_the_first_choices():
    found = count("runoff", "ABC", "4 A, 3 B, 1 CB")
    assert found.winners == ("A",) and found.rounds[1]["counts"] == {"A": 4, "B": 4}
    assert found.ties[0]["by"] == "earlier round"


def test_star_breaks_ties_by_the_ballots_before_lots():
    """For a place in the runoff: who is preferred to the other, then more fives; in it: the higher sum, more fives."""
    found = count("star", "ABC", [[2, {"A": 5, "B": 3, "C": 2}], [1, {"B": 4, "C": 5}], [1, {"A": 5, "B": 1, "C": 2}]])
    assert found.totals == {"A": 15, "B": 11, "C": 11} and found.rounds[0]["finalists"] == ["A", "C"]
    assert found.ties[0]["step"] == "finalist" and found.ties[0]["by"] == "more top scores"
    found = count("star", "ABC", [[2, {"A": 5, "B": 2, "C": 1}], [1, {"B": 1, "C": 3}]])
    assert found.rounds[0]["finalists"] == ["A", "B"] and found.ties[0]["by"] == "preferred to more of them"
    found = count("star", "ABC", [[1, {"A": 3, "B": 5, "C": 4}], [1, {"A": 1, "C": 3, "B": 2}], [1, {"A": 0}]])
    assert found.winners == ("B",) and found.ties[0]["by"] == "more top scores"
    found = count("star", "AB", [[1, {"A": 5, "B": 1}], [1, {"A": 1, "B": 3}]])
    assert found.winners == ("A",) and found.ties[0]["by"] == "higher sum"
    assert count("star", "A", [[1, {"A": 1}]]).winners == ("A",)


def test_whoever_is_only_in_the_runoff_has_not_won_while_lots_wait():
    ballots = [[4, "A"], [3, "B"], [3, "C"]]
    for found in (
        count("choose_one", "ABC", ballots, rule={"runoff": True, "lots": "wait"}),
        count("runoff", "ABC", "4 A, 3 B, 3 C", rule={"lots": "wait"}),
        count("irv", "ABC", "4 A, 3 B, 3 C", rule={"lots": "wait"}),
    ):
        assert found.winners == () and found.passed is None and found.open_ties[0]["between"] == ["B", "C"]


def test_half_a_character_is_a_seed_too():
    assert count("choose_one", "ABC", EVEN, rule={"lots": {"seed": "\ud800"}}).winners


def test_without_a_majority_the_two_at_the_top_meet_again():
    found = count("choose_one", "ABC", [[4, "A"], [3, "B"], [2, "C"]], rule={"majority": "1/2", "runoff": True})
    assert found.winners == () and found.passed is None and found.details["runoff"] == ["A", "B"]
    found = count("choose_one", "ABC", [[5, "A"], [3, "B"], [2, "C"]], rule={"majority": True})
    assert found.winners == () and found.passed is False and found.rounds[0]["needed"] == 5
    assert count("choose_one", "ABC", [[6, "A"], [4, "B"]], rule={"runoff": True}).winners == ("A",)
    assert count("approval", "AB", [[2, ["A", "B"]], [1, ["B"]]], rule={"majority": "2/3"}).winners == ("B",)
