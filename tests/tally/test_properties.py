"""What holds for every election, whatever the ballots are."""

import random
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.tally import METHODS, Election, tally
from app.tally.methods.schulze import duels, strongest_paths

pytestmark = pytest.mark.rules
RANKED = ("schulze", "irv", "stv", "runoff")
POINTS = ("score", "star")
SEATED = ("stv", "schulze", "approval", "choose_one", "score")
NEUTRAL = sorted(set(METHODS) - {"yes_no", "consent"})
OTHER = {"A": "ゆず", "B": "もも", "C": "さくら", "D": "かき", "E": "うめ"}


@st.composite
def rankings(draw, options):
    """A partial ranking, some ranks shared."""
    chosen = draw(st.permutations(options))[: draw(st.integers(0, len(options)))]
    found = []
    for option in chosen:
        if found and draw(st.integers(0, 4)) == 0:
            found[-1] = [*(found[-1] if isinstance(found[-1], list) else [found[-1]]), option]
        else:
            found.append(option)
    return found


def ballots_of(method, options):
    if method in RANKED:
        return rankings(options)
    if method == "choose_one":
        return st.sampled_from([*options, None])
    if method in (*POINTS, "quadratic"):
        return st.dictionaries(st.sampled_from(options), st.integers(0, 5), max_size=3)
    return st.lists(st.sampled_from(options), unique=True)


@st.composite
def elections(draw, methods=NEUTRAL):
    method = draw(st.sampled_from(methods))
    options = list("ABCDE"[: draw(st.integers(1, 5))])
    ballots = draw(st.lists(st.tuples(st.integers(0, 5), ballots_of(method, options)), max_size=8))
    more = {"seats": draw(st.integers(1, 3))} if method in SEATED else {}
    if method in ("equal_shares", "greedy"):
        more = {"costs": {one: draw(st.integers(1, 9)) for one in options}, "budget": draw(st.integers(0, 20))}
    seed = draw(st.sampled_from(["", "a", "b", "c"]))
    return Election(method, options, ballots, rule={"lots": {"seed": seed}}, **more)


def changed(election, **more):
    return Election(**(vars(election) | more))


@given(elections(), st.randoms(use_true_random=False))
def test_the_order_of_ballots_never_matters(election, chance):
    shuffled = list(election.ballots)
    chance.shuffle(shuffled)
    assert tally(changed(election, ballots=shuffled)).as_dict() == tally(election).as_dict()


@given(elections())
def test_ballots_counted_one_by_one_or_together(election):
    single = [[1, ballot] for number, ballot in election.ballots for _ in range(number)]
    assert tally(changed(election, ballots=single)).as_dict() == tally(election).as_dict()


def renamed(data):
    """The same with other names for the options, wherever they stand."""
    if isinstance(data, str):
        return OTHER.get(data, data)
    if isinstance(data, dict):
        return {renamed(key): renamed(value) for key, value in data.items()}
    return [renamed(one) for one in data] if isinstance(data, list | tuple) else data


@given(elections())
def test_other_names_for_the_options_change_nothing_else(election):
    ballots, options = [(number, renamed(ballot)) for number, ballot in election.ballots], renamed(election.options)
    other = changed(election, ballots=ballots, options=options, costs=renamed(dict(election.costs)))
    assert tally(other).as_dict() == renamed(tally(election).as_dict())


@given(elections())
def test_winners_are_options_once_each_and_no_more_than_seats(election):
    found = tally(election)
    assert len(set(found.winners)) == len(found.winners) and set(found.winners) <= set(election.options)
    if election.method not in ("equal_shares", "greedy"):
        assert len(found.winners) <= election.seats
    assert found.passed is bool(found.winners) and not found.open_ties
    assert found.valid == sum(number for number, _ in election.ballots)


def one_more_first(election, winner):
    """The same ballots and one more that wants the winner above all."""
    first = {"choose_one": winner, "score": {winner: 5}}.get(election.method, [winner])
    return changed(election, ballots=[*election.ballots, (1, first)])


@given(elections(["schulze", "choose_one", "approval", "score"]))
def test_another_first_preference_never_hurts(election):
    election = changed(election, seats=1)
    found = tally(election)
    assume(found.winners)
    assert tally(one_more_first(election, found.winners[0])).winners == found.winners


@given(elections(["schulze"]), st.integers(0, 7))
def test_being_ranked_higher_never_hurts_in_schulze(election, number):
    election = changed(election, seats=1)
    found = tally(election)
    assume(found.winners and number < len(election.ballots))
    winner = found.winners[0]
    count, ballot = election.ballots[number]
    rest = [[one for one in (rank if isinstance(rank, list) else [rank]) if one != winner] for rank in ballot]
    raised = [winner, *[rank for rank in rest if rank]]
    ballots = [*election.ballots[:number], (count, raised), *election.ballots[number + 1 :]]
    assert tally(changed(election, ballots=ballots)).winners == found.winners


@given(st.lists(st.lists(st.integers(0, 9), min_size=5, max_size=5), min_size=5, max_size=5))
def test_strongest_paths_are_the_best_of_all_paths(wins):
    strength = strongest_paths(wins)
    for start, end in permutations(range(5), 2):
        others = [one for one in range(5) if one not in (start, end)]
        paths = [(start, *via, end) for size in range(4) for via in permutations(others, size)]
        assert strength[start][end] == max(strength_of(wins, path) for path in paths)


def strength_of(wins, path):
    steps = list(zip(path, path[1:], strict=False))
    return min(wins[one][other] for one, other in steps) if all(wins[a][b] > wins[b][a] for a, b in steps) else 0


@given(elections(["schulze"]))
def test_whoever_beats_everybody_else_wins(election):
    found = tally(changed(election, seats=1))
    pairs = found.details["pairwise"]
    for one in election.options:
        if all(pairs[one][other] > pairs[other][one] for other in pairs[one]) and found.valid > found.abstain:
            assert found.winners == (one,)


def test_many_options_are_compared_alike():
    """Above 126 options a rank no longer fits into a lane of one byte."""
    chance = random.Random(5)
    groups = {bytes(chance.sample(range(6), 4)): 1 + number % 3 for number in range(20)}
    few, many = duels(groups, 6), duels(groups, 300)
    assert [row[:6] for row in many[:6]] == few


@given(elections(["schulze"]))
def test_duels_are_compared_ballot_by_ballot(election):
    pairs = tally(election).details["pairwise"]
    for one, other in permutations(election.options, 2):
        assert pairs[one][other] == sum(
            number for number, ballot in election.ballots if rank(ballot, one) < rank(ballot, other)
        )


def rank(ballot, option):
    return next((place for place, same in enumerate(ballot) if option == same or option in same), len(ballot))


@given(elections(["irv", "stv", "runoff"]))
def test_no_vote_is_made_or_lost_while_it_moves(election):
    found = tally(election)
    for line in found.rounds:
        total = sum(line["counts"].values(), Fraction(0)) + line["exhausted"]
        assert total == found.valid - found.abstain and min(line["counts"].values()) >= 0


@given(elections(["stv", "irv"]))
def test_one_elimination_at_a_time_and_always_of_one_with_fewest(election):
    found = tally(election)
    gone, elected = set(), set()
    for line in found.rounds:
        elected |= set(line.get("elected", ()))
        running = {one: votes for one, votes in line["counts"].items() if one not in elected}
        assert not gone & set(line["counts"])
        if "eliminated" in line:
            assert line["counts"][line["eliminated"]] == min(running.values()) and line["eliminated"] in running
            gone.add(line["eliminated"])


@given(elections(["stv"]))
def test_whoever_reaches_the_quota_is_elected_then(election):
    found = tally(election)
    assert len(found.winners) == (min(election.seats, len(election.options)) if found.valid > found.abstain else 0)
    elected = []
    for line in found.rounds:
        elected += line["elected"]
        over = {one for one, votes in line["counts"].items() if votes >= line["quota"]}
        assert over <= set(elected)
    assert tuple(elected) == found.winners


@given(elections(["irv"]))
def test_more_than_half_of_the_first_choices_is_enough(election):
    found = tally(election)
    assume(found.rounds)
    counts = found.rounds[0]["counts"]
    over = [one for one in counts if counts[one] * 2 > found.valid - found.abstain]
    assert not over or (list(found.winners) == over and len(found.rounds) == 1)


@given(elections(["schulze", "irv"]))
def test_a_single_seat_of_stv_and_irv_are_the_same_where_nothing_is_exhausted(election):
    full = [(number, [*ballot, *missing(election.options, ballot)]) for number, ballot in election.ballots]
    both = [tally(changed(election, method=method, seats=1, ballots=full)) for method in ("irv", "stv")]
    assert both[0].winners == both[1].winners


def missing(options, ballot):
    named = {one for rank in ballot for one in (rank if isinstance(rank, list) else [rank])}
    return [one for one in options if one not in named]
