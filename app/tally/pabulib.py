"""A budget vote in the format of Pabulib, the public library of participatory budgets (.pb, pabulib.org/format)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .counting import method_named, sheet_of
from .election import BadElection, Election, Result

RULES = {"equal_shares": "equalshares", "greedy": "greedy"}
OWN = ("description", "country", "unit", "instance", "num_projects", "num_votes", "budget", "vote_type", "rule")


def export(
    election: Election, result: Result | None = None, *, meta: Mapping[str, Any], names: Mapping[str, str] | None = None
) -> str:
    """The three sections META, PROJECTS and VOTES, fields parted by semicolons.

    `meta` gives at least description, country, unit (the place), instance (which vote), date_begin and date_end;
    `names` the projects' names, if the options are not names themselves. Voters are numbered in the order of the
    sorted ballots, which says nothing about people. Raises BadElection for a vote that is no budget.
    """
    method = method_named(election.method)
    if method not in RULES or election.budget is None:
        raise BadElection("Only a budget vote is exported in the format of Pabulib.")
    ballots = sorted(_single(election), key=lambda chosen: (len(chosen), chosen))
    votes = [sum(number in chosen for chosen in ballots) for number in range(len(election.options))]
    paper = io.StringIO()
    rows = csv.writer(paper, delimiter=";", lineterminator="\n")
    rows.writerows(_meta(election, RULES[method], len(ballots), meta))
    rows.writerow(["PROJECTS"])
    rows.writerow(["project_id", "cost", "votes", "name", *(["selected"] if result else [])])
    for number, option in enumerate(election.options):
        selected = [int(option in result.winners)] if result else []
        rows.writerow(
            [number + 1, election.costs[option], votes[number], _one_line((names or {}).get(option, option)), *selected]
        )
    rows.writerow(["VOTES"])
    rows.writerow(["voter_id", "vote"])
    rows.writerows([number, ",".join(str(one + 1) for one in chosen)] for number, chosen in enumerate(ballots, 1))
    return paper.getvalue()


def _meta(election: Election, rule: str, voters: int, meta: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
    found = {key: meta.get(key, "") for key in OWN}
    found |= {"num_projects": len(election.options), "num_votes": voters, "budget": election.budget}
    found |= {"vote_type": "approval", "rule": rule}
    found |= {key: value for key, value in meta.items() if key not in found}
    yield ["META"]
    yield ["key", "value"]
    yield from ([key, _one_line(value)] for key, value in found.items())


def _one_line(value: Any) -> str:
    return " ".join(str(value).split())


def _single(election: Election) -> Iterable[list[int]]:
    """Every ballot that says something, one by one, as the places of its projects."""
    for ballot, count in sheet_of(election).groups.items():
        yield from [list(ballot)] * count
