"""Elections whose results are published: they come out exactly."""

from fractions import Fraction

import pytest

from tests.tally.ballots import SCHULZE_45, TENNESSEE, count, first

pytestmark = pytest.mark.rules


@pytest.mark.parametrize(("method", "winner"), [("irv", "K"), ("schulze", "N"), ("runoff", "N"), ("stv", "K")])
def test_tennessee_chooses_its_capital(method, winner):
    assert count(method, "MNCK", TENNESSEE).winners == (winner,)


def test_tennessee_by_most_votes():
    found = count("plurality", "MNCK", first(TENNESSEE))
    assert found.winners == ("M",) and found.totals == {"M": 42, "N": 26, "C": 15, "K": 17}


def test_tennessee_in_pairs():
    pairs = count("schulze", "MNCK", TENNESSEE).details["pairwise"]
    for one, other, mine, theirs in (("N", "M", 58, 42), ("N", "C", 68, 32), ("N", "K", 68, 32), ("C", "K", 83, 17)):
        assert (pairs[one][other], pairs[other][one]) == (mine, theirs)


def test_tennessee_round_by_round():
    rounds = count("irv", "MNCK", TENNESSEE).rounds
    assert [line["counts"] for line in rounds] == [
        {"M": 42, "N": 26, "C": 15, "K": 17},
        {"M": 42, "N": 26, "K": 32},
        {"M": 42, "K": 58},
    ]
    assert [line.get("eliminated") for line in rounds] == ["C", "N", None]
    assert rounds[0]["transfers"] == [{"from": "C", "weight": 1, "to": {"K": 15}, "exhausted": 0}]


def test_tennessee_with_scores():
    scores = [
        [42, {"M": 5, "N": 2, "C": 1}],
        [26, {"N": 5, "C": 2, "K": 2}],
        [15, {"N": 2, "C": 5, "K": 4}],
        [17, {"N": 2, "C": 4, "K": 5}],
    ]
    star = count("star", "MNCK", scores)
    assert star.totals == {"M": 210, "N": 278, "C": 237, "K": 197}
    assert star.winners == ("N",) and star.rounds[0]["finalists"] == ["N", "C"]
    assert star.rounds[1]["counts"] == {"N": 68, "C": 32}
    assert count("score", "MNCK", scores).winners == ("N",)


@pytest.mark.parametrize(
    ("ballots", "order"),
    [
        (SCHULZE_45, "EACBD"),
        ("8 ACDB, 2 BADC, 4 CDBA, 4 DBAC, 3 DCBA", "DACB"),
        ("5 ACBD, 2 ACDB, 3 ADCB, 4 BACD, 3 CBDA, 3 CDBA, 1 DACB, 5 DBAC, 4 DCBA", "DACB"),
        ("3 ABDEC, 5 ADEBC, 1 ADECB, 2 BADEC, 2 BDECA, 4 CABDE, 6 CBADE, 2 DBECA, 5 DECAB", "BADEC"),
    ],
)
def test_orders_of_schulze(ballots, order):
    options = sorted(order)
    found = count("schulze", options, ballots, seats=len(options))
    assert "".join(found.winners) == order and found.details["ranking"] == [[one] for one in order] and not found.ties


def test_paths_of_schulze():
    strengths = count("schulze", "ABCDE", SCHULZE_45).details["strengths"]
    assert strengths["A"] == {"B": 28, "C": 28, "D": 30, "E": 24}
    assert strengths["B"] == {"A": 25, "C": 28, "D": 33, "E": 24}
    assert strengths["C"] == {"A": 25, "B": 29, "D": 29, "E": 24}
    assert strengths["D"] == {"A": 25, "B": 28, "C": 28, "E": 24}
    assert strengths["E"] == {"A": 25, "B": 28, "C": 28, "D": 31}


def test_two_winners_of_schulze_draw_lots():
    found = count("schulze", "ABCD", "3 ABCD, 2 DABC, 2 DBCA, 2 CBDA", rule={"lots": {"order": ["D", "B"]}})
    assert found.rounds[0]["unbeaten"] == ["B", "D"] and found.winners == ("D",)
    assert found.ties[0]["between"] == ["B", "D"] and found.ties[0]["by"] == "lots drawn"


@pytest.mark.parametrize("lots", ["BE", "EB"])
def test_one_elimination_at_a_time(lots):
    """Dropping both who are tied at once would give A."""
    found = count("irv", "ABCDE", SCHULZE_45, rule={"lots": {"order": list(lots)}})
    assert found.winners == ("C",)
    assert [line.get("eliminated") for line in found.rounds][:2] == ["D", lots[-1]]
    assert found.ties[0]["between"] == ["B", "E"] and found.ties[0]["chosen"] == [lots[-1]]


def test_food_for_a_party():
    """Three of five dishes for twenty guests: chocolate has twelve votes, the quota is six."""
    guests = [[4, ["O"]], [2, ["P", "O"]], [8, ["C", "S"]], [4, ["C", "W"]], [1, ["S"]], [1, ["W"]]]
    found = count("stv", "OPCSW", guests, seats=3)
    assert found.details["quota"] == 6 and found.winners == ("C", "O", "S")
    assert found.rounds[0]["surplus"] == 6
    moved = {"from": "C", "weight": Fraction(1, 2), "to": {"S": 4, "W": 2}, "exhausted": 0}
    assert found.rounds[0]["transfers"] == [moved]
    assert [line.get("eliminated") for line in found.rounds] == [None, "P", "W", None]
    assert found.rounds[2]["counts"] == {"C": 6, "O": 6, "S": 5, "W": 3}


def colours(method, **rule):
    red, blue = [f"red {one}" for one in range(10)], [f"blue {one}" for one in range(10)]
    ballots, costs = [[51, red], [49, blue]], dict.fromkeys(red + blue, 1)
    found = count(method, red + blue, ballots, costs=costs, budget=10, rule=rule)
    assert found.details["spent"] == len(found.winners)
    return [sum(name.startswith(colour) for name in found.winners) for colour in ("red", "blue")]


def test_fifty_one_against_forty_nine():
    assert colours("greedy") == [10, 0]
    assert colours("equal_shares", completion="none") == [5, 4]
    assert colours("equal_shares", completion="add1") == [5, 5]
    assert colours("budget") == colours("mes", utility="number") == [5, 5]


def test_votes_of_a_square():
    """Sixteen credits are four votes for one option; many small votes against it weigh more."""
    found = count("quadratic", "AB", [[1, {"A": 4}], [5, {"A": -1, "B": 1}]], rule={"credits": 16})
    assert found.totals == {"A": -1, "B": 5} and found.winners == ("B",)
