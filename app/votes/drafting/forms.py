"""Reading a draft: the question and the way, what can be chosen, and the terms, each from its own page."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Any

from werkzeug.datastructures import MultiDict

from app import clock
from app.projects.models import BudgetRequest, Project
from app.projects.money.forms import read_yen
from app.regions.models import Region
from app.votes import choices, rules
from app.votes.models import ELECTORATES, METHODS, QUORUMS, TIES, Vote
from app.web.forms import Form

QUESTION, ABOUT, LINE, NAME, STEPS = 80, 2000, 120, 60, 400
DAYS, EVENING = 14, time(20)  # what a new draft proposes: two weeks from now, until 午後8時
SECRECY = ("usual", "open")
COMPLETIONS = ("add1+greedy", "add1", "none")
FOLDED = ("question_en", "about_en", "seats", "limit", "completion", "extension_days", "ties", "public_value")


def read_question(data: MultiDict[str, str]) -> tuple[Form, dict[str, Any]]:
    """What is asked, and which way it is decided."""
    form = Form(data)
    return form, {
        "question": form.text("question", most=QUESTION, required=True),
        "about": form.text("about", most=ABOUT, lines=True),
        "question_en": form.text("question_en", most=LINE),
        "about_en": form.text("about_en", most=ABOUT, lines=True),
        "method": form.choice("method", METHODS),
    }


def usual_times(region: Region, at: datetime) -> dict[str, datetime]:
    """What a draft begins with: from now for two weeks, opened together at the next noon."""
    last = clock.local(region, at) + timedelta(days=max(DAYS, region.vote_days))
    closes_at = clock.instant(region, datetime.combine(last.date(), EVENING))
    if closes_at - at < timedelta(days=region.vote_days):
        closes_at += timedelta(days=1)
    return {"opens_at": at, "closes_at": closes_at, "reveals_at": rules.next_noon(region, closes_at)}


# --- what can be chosen ---------------------------------------------------------------------------------------


def read_options(
    data: MultiDict[str, str], vote: Vote, asked: list[tuple[BudgetRequest, Project]]
) -> tuple[Form, list[dict[str, Any]], int | None]:
    """(form, options, money to share out): the lines with a name, then the requests that were ticked."""
    form, money = Form(data), vote.method in rules.BUDGETS
    found: list[dict[str, Any]] = []
    for number in line_numbers(data):
        named, about, costs = f"name_{number}", f"about_{number}", f"cost_{number}"
        name = form.text(named, most=NAME)
        told: dict[str, Any] = {"name": name, "about": form.text(about, most=LINE)}
        priced = money and bool(name or form.raw(costs).strip())
        if priced and (cost := read_yen(form, costs)) is not None:
            told["cost_yen"] = cost
        if not name and (priced or told["about"]):
            form.complain(named, "field_empty")
        if name and name in (one["name"] for one in found):
            form.complain(named, "option_twice")
        found += [told] if name else []
    found += _requests(form, asked, {one["name"] for one in found}) if money else []
    budget = read_yen(form, "budget_yen") if money else None
    return form, found, budget


def line_numbers(data: MultiDict[str, str]) -> list[int]:
    """The lines of the form that came, in their order."""
    there = {int(found[1]) for name in data if (found := re.fullmatch(r"name_([0-9]{1,3})", name))}
    return sorted(there)[: rules.PROJECTS]


def _requests(form: Form, asked: list[tuple[BudgetRequest, Project]], taken: set[str]) -> list[dict[str, Any]]:
    """Money that projects wait for, as options of the vote."""
    ticked, found = form.ids("requests"), []
    for row, project in asked:
        if row.id in ticked:
            name = project.title if project.title not in taken else f"{project.title}（{row.id}）"
            taken.add(name)
            told = {"name": name, "name_en": project.title_en, "about": row.purpose[:LINE]}
            found.append(told | {"cost_yen": row.amount_yen, "request_id": row.id})
    return found


# --- the terms ------------------------------------------------------------------------------------------------


def read_terms(
    data: MultiDict[str, str], vote: Vote, region: Region, asked: list[tuple[BudgetRequest, Project]]
) -> tuple[Form, dict[str, Any]]:
    """Who decides, who votes, when, how many are needed; and under くわしい what is seldom changed."""
    form = Form(data)
    facts = {
        "effect": form.choice("effect", rules.effects(region.stage)),
        "decider": form.text("decider", most=LINE, required=True),
        "first_steps": form.text("first_steps", most=STEPS, required=True, lines=True),
        "electorate": form.choice("electorate", ELECTORATES),
        "secrecy": form.choice("secrecy", SECRECY),
        "quorum": form.choice("quorum", QUORUMS),
        "quorum_percent": form.integer("quorum_percent", least=0, most=100, required=False) or 0,
        "objections": form.integer("objections", least=0, most=9999, required=False) or 0,
        "extension_days": form.integer("extension_days", least=0, most=60, required=False) or 0,
        "ties": form.choice("ties", TIES) if form.raw("ties") else vote.ties,
        "public_value": form.text("public_value", most=LINE),
        **_times(form, region),
    }
    if vote.method == "yes_no":
        facts["threshold"] = form.choice("threshold", rules.THRESHOLDS)
        facts["request_id"] = _request(form, asked)
    return form, facts | _by_method(form, vote)


def _by_method(form: Form, vote: Vote) -> dict[str, Any]:
    rule: dict[str, Any] = {}
    if vote.method == "approval" and (limit := form.integer("limit", least=1, most=99, required=False)):
        rule["limit"] = limit
    if vote.method == "equal_shares":
        rule |= {"utility": "cost", "completion": form.choice("completion", COMPLETIONS)}
    seats = form.integer("seats", least=1, most=20, required=False) if vote.method in rules.SEVERAL else 1
    return {"rule": rule, "seats": seats or 1}


def _request(form: Form, asked: list[tuple[BudgetRequest, Project]]) -> int | None:
    value = form.raw("request_id")
    if value and value not in {str(row.id) for row, _project in asked}:
        form.complain("request_id", "field_choice")
        return None
    return int(value) if value else None


def _times(form: Form, region: Region) -> dict[str, datetime]:
    """From the morning of a day (or now), until an hour of a day; opened together at an hour, the next noon if none."""
    opens, closes, hour = form.day("opens_on"), form.day("closes_on"), form.time("closes_time")
    if opens is None or closes is None or hour is None:
        return {}
    opens_at = clock.instant(region, datetime.combine(opens, time(0)))
    closes_at = clock.instant(region, datetime.combine(closes, hour))
    if closes_at <= opens_at:
        form.complain("closes_on", "field_order")
    reveals_at = _reveal(form, region, closes_at)
    if reveals_at < closes_at:
        form.complain("reveals_on", "vote_reveal_early")
    return {"opens_at": opens_at, "closes_at": closes_at, "reveals_at": reveals_at}


def _reveal(form: Form, region: Region, closes_at: datetime) -> datetime:
    if not form.raw("reveals_on"):
        return rules.next_noon(region, closes_at)
    day, hour = form.day("reveals_on"), form.time("reveals_time") if form.raw("reveals_time") else time(12)
    if day is None or hour is None:
        return closes_at
    return clock.instant(region, datetime.combine(day, hour))


def values_of(vote: Vote, region: Region) -> dict[str, Any]:
    """A draft as its forms show it."""
    names = ("question", "about", "question_en", "about_en", "method", "effect", "decider", "first_steps", "electorate")
    more = ("secrecy", "quorum", "quorum_percent", "objections", "extension_days", "ties", "public_value", "threshold")
    values = {name: getattr(vote, name) for name in (*names, *more, "seats", "budget_yen", "request_id")}
    for name in ("opens", "closes", "reveals"):
        when = clock.local(region, getattr(vote, f"{name}_at"))
        values |= {f"{name}_on": when.date().isoformat(), f"{name}_time": f"{when:%H:%M}"}
    return values | choices.settings(vote)
