"""予算を分ける: equal shares against a small model, and what never happens."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.tally import BadElection, Election, tally
from app.tally.methods import purses
from app.tally.methods.budgets import what_it_paid
from tests.tally.ballots import count

pytestmark = pytest.mark.rules
NAMES = "PQRSTU"


@st.composite
def budgets(draw, **rule):
    size = draw(st.integers(1, 6))
    names = NAMES[:size]
    ballots = draw(st.lists(st.tuples(st.integers(1, 4), st.sets(st.sampled_from(names)).map(sorted)), max_size=9))
    costs = {name: draw(st.integers(1, 40)) for name in names}
    rule |= {"utility": draw(st.sampled_from(["cost", "number"]))}
    return Election("equal_shares", names_of(names), ballots, rule=rule, costs=costs, budget=draw(st.integers(0, 90)))


def names_of(names):
    return list(names)


def model(election, share):
    """Equal shares, one voter after the other, with fractions: [(project, what each pays at most), …]."""
    voters = [set(ballot) for number, ballot in election.ballots for _ in range(number) if ballot]
    left = [share] * len(voters)
    bought, rest = [], [one for one in election.options if election.costs[one] <= election.budget]
    while True:
        offers = {}
        for project in rest:
            purse = sorted(left[number] for number, voter in enumerate(voters) if project in voter)
            need, price = Fraction(election.costs[project]), None
            for number, mine in enumerate(purse):
                if mine * (len(purse) - number) >= need:
                    price = need / (len(purse) - number)
                    break
                need -= mine
            if price is not None:
                worth = election.costs[project] if election.rule["utility"] == "cost" else 1
                fewer = -len(purse)
                offers[project] = (price / worth, fewer, election.costs[project], price)
        if not offers:
            return bought, left
        best = min(offers.values())[:3]
        (project,) = first_by_lot(election, [one for one in offers if offers[one][:3] == best])
        price = offers[project][3]
        for number, voter in enumerate(voters):
            if project in voter:
                left[number] -= min(left[number], price)
        bought.append((project, price))
        rest.remove(project)


def first_by_lot(election, tied):
    lots = tally(Election("choose_one", election.options, [[1, one] for one in tied]))
    return lots.winners


@settings(max_examples=150)
@given(budgets(completion="none"))
def test_the_same_as_one_voter_after_the_other(election):
    found = tally(election)
    if found.valid == found.abstain:
        assert found.winners == ()
        return
    share = Fraction(election.budget, found.valid - found.abstain)
    bought, left = model(election, share)
    assert found.winners == tuple(project for project, _ in bought)
    assert [(line["chosen"], line["each"]) for line in found.rounds] == bought
    shares = [(one["left"], one["count"]) for one in found.details["shares"]]
    assert sorted(left) == sorted(rest for rest, number in shares for _ in range(number))


@settings(max_examples=150)
@given(budgets(completion="add1"))
def test_add1_stops_before_the_first_step_that_is_too_dear(election):
    found = tally(election)
    first, step = found.details["first_share"], found.details["add1"]["step"]
    if not step:
        return
    for number in range(found.details["add1"]["raised"] + 1):
        bought, _ = model(election, first + number * step)
        assert sum(election.costs[one] for one, _ in bought) <= election.budget
    assert found.winners == tuple(one for one, _ in bought)
    if found.details["add1"]["stopped"] != "nothing else fits":
        bought, _ = model(election, first + (number + 1) * step)
        assert sum(election.costs[one] for one, _ in bought) > election.budget


@given(budgets(), st.sampled_from(["equal_shares", "greedy"]))
def test_never_more_than_the_budget_and_no_share_overdrawn(election, method):
    found = tally(Election(**(vars(election) | {"method": method})))
    assert found.details["spent"] == sum(election.costs[one] for one in found.winners) <= election.budget
    for one in found.details.get("shares", ()):
        assert one["left"] >= 0 and set(one["paid"]) <= set(one["ballot"])
        assert sum(one["paid"].values()) + one["left"] == found.details["share"]
    paid = found.details["paid"]
    for project in found.winners:
        if "each" in paid[project]:
            together = sum(one["paid"].get(project, 0) * one["count"] for one in found.details["shares"])
            assert together == election.costs[project]


@given(budgets())
def test_whatever_is_supported_and_still_fits_is_funded_in_the_end(election):
    found = tally(election)
    left = election.budget - found.details["spent"]
    supported = {one for _, ballot in election.ballots for one in ballot}
    assert not [one for one in supported - set(found.winners) if election.costs[one] <= left]


def test_larger_shares_end_where_the_budget_would_be_overspent():
    """With a share of 6 both could be bought: together they cost 12 of 10."""
    ballots, costs = [[1, ["P"]], [1, ["Q"]]], {"P": 6, "Q": 6}
    found = count("mes", "PQ", ballots, costs=costs, budget=10, rule={"completion": "add1", "step": 1})
    assert found.winners == () and found.details["share"] == 5 and found.details["add1"]["raised"] == 0
    found = count("mes", "PQ", ballots, costs=costs, budget=10, rule={"lots": {"order": ["Q", "P"]}})
    assert found.winners == ("Q",) and found.rounds[-1]["step"] == "greedy"
    assert found.details["paid"]["Q"]["by"] == "the rest of the budget"


def test_a_group_that_can_pay_for_its_own_gets_it():
    """A tenth of the people is enough for a tenth of the budget, whatever the others want."""
    ballots = [[90, ["P", "Q", "R"]], [10, ["S"]]]
    found = count("budget", "PQRS", ballots, costs={"P": 300, "Q": 300, "R": 300, "S": 100}, budget=1000)
    assert set(found.winners) == set("PQRS") and found.details["spent"] == 1000
    assert found.details["paid"]["S"]["each"] == 10 and found.details["paid"]["P"]["each"] == Fraction(10, 3)


def test_who_has_less_left_pays_that():
    ballots = [[2, ["P", "Q"]], [2, ["Q"]]]
    rule = {"completion": "none", "utility": "number"}
    found = count("mes", "PQ", ballots, costs={"P": 6, "Q": 22}, budget=40, rule=rule)
    assert [(line["chosen"], line["each"], line["less"]) for line in found.rounds] == [
        ("P", 3, 0),
        ("Q", Fraction(11, 2), 0),
    ]
    found = count("mes", "PQ", ballots, costs={"P": 14, "Q": 22}, budget=40, rule=rule)
    assert [(line["chosen"], line["each"], line["less"]) for line in found.rounds] == [("Q", Fraction(11, 2), 0)]
    found = count("mes", "PQ", ballots, costs={"P": 14, "Q": 24}, budget=40, rule=rule | {"utility": "cost"})
    assert [(line["chosen"], line["each"], line["less"]) for line in found.rounds] == [("Q", 6, 0)]
    found = count("mes", "PQ", [[2, ["P", "Q"]], [3, ["Q"]]], costs={"P": 2, "Q": 30}, budget=50, rule=rule)
    assert found.rounds[-1]["each"] == 6 and found.details["shares"][0] == {
        "count": 2, "ballot": ["P", "Q"], "paid": {"P": 1, "Q": 6}, "left": 3,
    }  # fmt: skip


def test_what_a_share_paid_for():
    bought = [("P", Fraction(3)), ("Q", Fraction(5))]
    assert what_it_paid(Fraction(7), bought, ["P", "Q"]) == {"P": 3, "Q": 4}
    assert what_it_paid(Fraction(7), bought, ["Q"]) == {"Q": 5} and what_it_paid(Fraction(7), bought, []) == {}


def test_ties_go_to_more_supporters_then_the_cheaper_then_lots():
    costs = {"P": 6, "Q": 4, "R": 4}
    rule = {"completion": "none", "utility": "number"}
    found = count("mes", "PQ", [[3, ["P"]], [2, ["Q"]]], costs={"P": 6, "Q": 4}, budget=100, rule=rule)
    assert found.winners == ("P", "Q") and found.ties[0]["by"] == "more supporters"
    found = count("mes", "PQR", [[2, list("PQR")]], costs=costs, budget=100, rule={"completion": "none"})
    assert [(tie["by"], tie["round"]) for tie in found.ties] == [("lots, no seed was given", 1), ("lower cost", 2)]
    found = count("greedy", "PQR", [[1, list("PQR")]], costs=costs, budget=4, rule={"lots": {"order": ["R", "Q"]}})
    assert found.winners == ("R",) and found.ties[0]["between"] == ["Q", "R"]


def test_greedy_skips_what_does_not_fit():
    ballots = [[5, ["P"]], [4, ["Q"]], [3, ["R"]]]
    found = count("greedy", "PQR", ballots, costs={"P": 8, "Q": 3, "R": 2}, budget=10)
    assert found.winners == ("P", "R") and [line["left"] for line in found.rounds] == [2, 0]


def test_rounding_is_only_for_speed(monkeypatch):
    """With so coarse a unit almost everything must be computed exactly, and comes out the same."""
    ballots = [[1, list("PQR")], [1, list("PRT")], [1, list("QS")], [2, list("STU")], [1, list("PU")], [3, list("RQ")]]
    costs = {"P": 7, "Q": 11, "R": 13, "S": 9, "T": 5, "U": 8}
    plain = count("mes", NAMES, ballots, costs=costs, budget=41)
    monkeypatch.setattr(purses, "PARTS", 8)
    assert count("mes", NAMES, ballots, costs=costs, budget=41) == plain


def test_abstentions_have_no_share():
    found = count("mes", "P", [[1, ["P"]], [9, []]], costs={"P": 10}, budget=10, rule={"completion": "none"})
    assert found.winners == ("P",) and (found.valid, found.abstain) == (10, 9)


@pytest.mark.parametrize(
    ("costs", "budget", "rule"),
    [
        ({}, 5, {}), ({"P": 0}, 5, {}), ({"P": 1, "Q": 1}, 5, {}), ({"P": True}, 5, {}), ({"P": 1}, None, {}),
        ({"P": 1}, -1, {}), ({"P": 10**16}, 5, {}), ([], 5, {}), ({"P": 1}, 5, {"utility": "joy"}),
        ({"P": 1}, 5, {"completion": "none at all"}), ({"P": 1}, 5, {"step": 0}), ({"P": 1}, 5, {"step": "x"}),
        ({"P": 1}, 5, {"step": 0.5}), ({"P": 1}, 5, {"limit": 0}),
    ],
)  # fmt: skip
def test_a_budget_that_cannot_be_counted(costs, budget, rule):
    with pytest.raises(BadElection):
        count("mes", "P", [[2, ["P"]]], costs=costs, budget=budget, rule=rule)
