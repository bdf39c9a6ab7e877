"""A budget vote in the format of Pabulib, the public library of participatory budgets (.pb, pabulib.org/format)."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from .counting import method_named, sheet_of
from .election import BadElection, Election
from .methods.equal_shares import completion_of, step_of, utility_of
from .sheet import Sheet

BUDGETS = ("equal_shares", "greedy")


def export(
    election: Election,
    *,
    meta: Mapping[str, Any],
    selected: Collection[str] | None = None,
    names: Mapping[str, str] | None = None,
) -> str:
    """The three sections META, PROJECTS and VOTES, fields parted by semicolons.

    `meta` gives at least description, country, unit (the place), instance (which vote), date_begin and date_end
    (dates, or text as the format has it: dd.mm.yyyy or yyyy). `selected`: the options that get their money, if that
    is known; `names` the projects' names, if the options are not names themselves. Voters are numbered in the order
    of the sorted ballots, which says nothing about people; blank ballots are told of in the comment, as the format
    asks for a project on each. Raises BadElection for a vote that is no budget.
    """
    if method_named(election.method) not in BUDGETS or election.budget is None:
        raise BadElection("Only a budget vote is exported in the format of Pabulib.")
    sheet = sheet_of(election)
    ballots = sorted(_single(sheet), key=lambda chosen: (len(chosen), chosen))
    paper = io.StringIO()
    rows = csv.writer(paper, delimiter=";", lineterminator="\n")
    rows.writerows(_meta(election, sheet, meta))
    rows.writerows(_projects(election, ballots, selected, names or {}))
    rows.writerows([["VOTES"], ["voter_id", "vote"]])
    rows.writerows([number, ",".join(str(one + 1) for one in chosen)] for number, chosen in enumerate(ballots, 1))
    return paper.getvalue()


def _meta(election: Election, sheet: Sheet, meta: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
    """The fields that every file must have, in the order of the format, and those of its others that are known."""
    found = {key: meta.get(key, "") for key in ("description", "country", "unit", "instance")}
    found |= {"num_projects": len(sheet.options), "num_votes": sheet.voting, "budget": sheet.budget}
    found |= {"vote_type": "approval", "rule": _rule(election, sheet)}
    found |= {key: meta.get(key, "") for key in ("date_begin", "date_end")}
    if "limit" in sheet.rule:
        found["max_length"] = sheet.rule["limit"]
    if sum(sheet.costs) <= sheet.budget:
        found["fully_funded"] = 1
    found |= {key: value for key, value in meta.items() if key not in found}
    if comments := list(_comments(election, sheet)):
        found["comment"] = " ".join(f"#{number}: {one}" for number, one in enumerate(comments, 1))
    yield from (["META"], ["key", "value"])
    yield from ([key, _one_line(value)] for key, value in found.items())


def _rule(election: Election, sheet: Sheet) -> str:
    if method_named(election.method) == "greedy":
        return "greedy"
    return "equalshares/add1" if completion_of(sheet).startswith("add1") else "equalshares"


def _comments(election: Election, sheet: Sheet) -> Iterator[str]:
    """What the format's own words for a rule leave open."""
    if method_named(election.method) == "equal_shares":
        completion = completion_of(sheet)
        if completion.startswith("add1"):
            yield f"The equal shares grow in steps of {step_of(sheet)} of the currency."
        if completion.endswith("greedy"):
            yield "What is left then goes to the projects with the most votes that still fit."
        yield f"Ties go to more votes, then to the lower cost, then to lots; the utility is the {utility_of(sheet)}."
    if sheet.abstain:
        yield f"{sheet.abstain} blank ballots are left out."


def _projects(
    election: Election, ballots: Sequence[Sequence[int]], selected: Collection[str] | None, names: Mapping[str, str]
) -> Iterator[Sequence[Any]]:
    yield from (["PROJECTS"], ["project_id", "cost", "votes", "name", *(["selected"] if selected is not None else [])])
    for number, option in enumerate(election.options):
        votes = sum(number in chosen for chosen in ballots)
        told = [number + 1, election.costs[option], votes, _one_line(names.get(option, option))]
        yield [*told, *([int(option in selected)] if selected is not None else [])]


def _one_line(value: Any) -> str:
    return f"{value:%d.%m.%Y}" if isinstance(value, date) else " ".join(str(value).split())


def _single(sheet: Sheet) -> Iterable[list[int]]:
    """Every ballot that says something, one by one, as the places of its projects."""
    for ballot, count in sheet.groups.items():
        yield from [list(ballot)] * count
