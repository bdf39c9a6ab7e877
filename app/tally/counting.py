"""`tally`: one election in, one result out. The methods by name, and what is the same for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import ballots
from .election import BadElection, Election, Result
from .methods import budgets, choosing, equal_shares, motions, schulze, transfers
from .quorum import judge, whole
from .sheet import LotsNeeded, Sheet

MOST_OPTIONS = 1000
COMMON = frozenset({"quorum", "roll", "lots"})


@dataclass(frozen=True)
class Method:
    """How its ballots are read, how they are counted, what its rule may say, and whether it fills several seats."""

    read: Callable[[Sequence[str], Mapping[str, Any]], ballots.Read]
    count: Callable[[Sheet], None]
    rule: frozenset[str] = frozenset()
    several: bool = False
    alone: tuple[str, ...] = ()  # options where none need be given


METHODS = {
    "yes_no": Method(ballots.answers, motions.yes_no, frozenset({"threshold"}), alone=ballots.WAYS),
    "consent": Method(ballots.stands, motions.consent, alone=("consent",)),
    "choose_one": Method(ballots.choices, choosing.choose_one, frozenset({"majority", "runoff"}), True),
    "approval": Method(ballots.sets, choosing.approval, frozenset({"majority", "runoff", "limit"}), True),
    "runoff": Method(ballots.rankings, transfers.runoff, frozenset({"threshold"})),
    "schulze": Method(ballots.rankings, schulze.schulze, several=True),
    "irv": Method(ballots.rankings, transfers.irv),
    "stv": Method(ballots.rankings, transfers.stv, several=True),
    "score": Method(ballots.scores, choosing.score, frozenset({"max"}), True),
    "star": Method(ballots.scores, choosing.star, frozenset({"max"})),
    "quadratic": Method(ballots.credits, choosing.score, frozenset({"credits"}), True),
    "equal_shares": Method(
        ballots.sets, equal_shares.equal_shares, frozenset({"utility", "completion", "step", "limit"}), True
    ),
    "greedy": Method(ballots.sets, budgets.greedy, frozenset({"limit"}), True),
}
BUDGETS = frozenset({"equal_shares", "greedy"})
ALIASES = {
    "motion": "yes_no",
    "yesno": "yes_no",
    "consensus": "consent",
    "plurality": "choose_one",
    "fptp": "choose_one",
    "single": "choose_one",
    "choose_several": "approval",
    "multiple": "approval",
    "contingent": "runoff",
    "two_round": "runoff",
    "ranked": "schulze",
    "beatpath": "schulze",
    "instant_runoff": "irv",
    "rcv": "irv",
    "single_transferable_vote": "stv",
    "range": "score",
    "qv": "quadratic",
    "budget": "equal_shares",
    "mes": "equal_shares",
    "method_of_equal_shares": "equal_shares",
    "greedy_budget": "greedy",
}


def method_named(name: Any) -> str:
    """The method's own name, whatever alias it goes by. Raises BadElection."""
    if isinstance(name, str):
        plain = name.strip().lower().replace("-", "_").replace(" ", "_").replace("/", "_")
        plain = ALIASES.get(plain, plain)
        if plain in METHODS:
            return plain
    raise BadElection(f"The method must be one of: {', '.join(METHODS)}.")


def tally(election: Election) -> Result:
    """Counts. Raises BadElection, with one sentence, for whatever cannot be counted."""
    name = method_named(election.method)
    method, sheet = METHODS[name], sheet_of(election)
    try:
        method.count(sheet)
    except LotsNeeded:
        sheet.passed = None
        sheet.details["open"] = True
    if unread := sorted(set(map(str, election.rule)) - COMMON - method.rule):
        sheet.details["unread"] = unread
    return _result(name, sheet)


def sheet_of(election: Election) -> Sheet:
    """The checked counting sheet of an election, its ballots grouped. Raises BadElection."""
    name = method_named(election.method)
    method = METHODS[name]
    if not isinstance(election.rule, Mapping):
        raise BadElection("The rule must be an object.")
    options = _options(election.options or method.alone)
    seats = whole(election.seats, "number of seats", least=1)
    if seats > 1 and not method.several:
        raise BadElection(f"The method {name} fills one seat.")
    costs, budget = _money(election, options) if name in BUDGETS else ((), 0)
    read = method.read(options, election.rule)
    groups, valid, abstain = ballots.group(election.ballots, read)
    return Sheet(options, seats, election.rule, groups, valid, abstain, costs, budget)


def _options(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list | tuple) or not all(map(_is_name, given)):
        raise BadElection("The options must be a list of names.")
    if not given or len(given) > MOST_OPTIONS:
        raise BadElection(f"There must be at least one option, and at most {MOST_OPTIONS}.")
    if twice := [one for place, one in enumerate(given) if one in given[:place]]:
        raise BadElection(f"The option «{twice[0]}» stands there twice.")
    return tuple(given)


def _is_name(given: Any) -> bool:
    """Words that can be written down: half of a character cannot."""
    return isinstance(given, str) and bool(given.strip()) and not any("\ud800" <= sign <= "\udfff" for sign in given)


def _money(election: Election, options: Sequence[str]) -> tuple[tuple[int, ...], int]:
    if election.budget is None:
        raise BadElection("The budget is missing.")
    if not isinstance(election.costs, Mapping):
        raise BadElection("The costs must be an object with a price for each option.")
    for known, these, fault in ((election.costs, options, "has no cost"), (options, election.costs, "is no option")):
        if missing := [name for name in these if name not in known]:
            raise BadElection(f"The costs do not fit: «{missing[0]}» {fault}.")
    costs = tuple(whole(election.costs[name], f"cost of «{name}»", least=1) for name in options)
    return costs, whole(election.budget, "budget")


def _result(name: str, sheet: Sheet) -> Result:
    """The winners stand only if enough took part; otherwise they are `leading`, and nothing has passed."""
    yes = sheet.yes or _supporters(name, sheet)
    quorum = judge(sheet.rule, yes=yes, valid=sheet.valid, objections=sheet.objections)
    winners = sheet.names(sheet.winners)
    passed = sheet.passed
    if sheet.open_ties or sheet.details.pop("undecided", False):
        passed = None
    elif passed is None:
        passed = bool(winners)
    if quorum is not None and not quorum["met"]:
        if winners:
            sheet.details["leading"] = winners
        winners, passed = [], False
    return Result(
        method=name,
        winners=tuple(winners),
        passed=passed,
        rounds=tuple(sheet.rounds),
        ties=tuple(sheet.ties),
        open_ties=tuple(sheet.open_ties),
        valid=sheet.valid,
        abstain=sheet.abstain,
        exhausted=sheet.exhausted,
        quorum=quorum,
        totals=sheet.named(sheet.totals) if sheet.totals else sheet.details.pop("tallied", {}),
        details=sheet.details,
    )


def _supporters(name: str, sheet: Sheet) -> int:
    """Ballots that support any winner: name it, rank it, or give it more than 0."""
    if name in ("yes_no", "consent") or not sheet.winners:
        return 0
    winners = set(sheet.winners)

    def named(ballot: Any) -> set[int]:
        if isinstance(ballot, int):
            return {ballot}
        if name in ("score", "star", "quadratic"):
            return set(choosing.supported(ballot))
        return {one for rank in ballot for one in (rank if isinstance(rank, tuple) else (rank,))}

    return sum(count for ballot, count in sheet.groups.items() if named(ballot) & winners)
