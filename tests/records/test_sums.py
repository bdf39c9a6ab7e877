"""Whatever is written and taken back, every table of a year adds up to the books, to the minute."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.clock import fiscal_year_days
from app.db import db
from app.hours.models import HoursEntry
from app.projects.models import Project
from app.records import evidence, own, rules, together
from tests.records.conftest import Hamlet

YEAR = 2026
DAYS = fiscal_year_days(YEAR)
ENTRIES = st.lists(
    st.fixed_dictionaries(
        {
            "who": st.integers(0, 6),
            "day": st.dates(DAYS[0] - timedelta(days=2), DAYS[1] + timedelta(days=2)),
            "minutes": st.integers(1, 48).map(lambda quarters: 15 * quarters),
            "field": st.sampled_from(["environment", "resources", "welfare"]),
            "project": st.integers(0, 2),
            "paid": st.booleans(),
            "state": st.sampled_from(["confirmed", "confirmed", "waiting", "taken back"]),
        }
    ),
    max_size=6,
)


def written(hamlet: Hamlet, entries: list[dict[str, Any]]) -> None:
    """Write them, by seven people, in two projects and in none."""
    while len(hamlet.people) < 7:
        hamlet.member()
    known = list(db.session.scalars(sa.select(Project.id).order_by(Project.id)))
    known = known or [hamlet.project(title).id for title in ("百年の木", "おしゃべり当番")]
    places: list[int | None] = [*known, None]
    for one in entries:
        facts = {"field": one["field"], "paid": one["paid"], "project_id": places[one["project"]]}
        state = "waiting" if one["state"] == "waiting" else "confirmed"
        row = hamlet.worked(hamlet.people[one["who"]], one["day"], one["minutes"], state=state, **facts)
        if one["state"] == "taken back":
            hamlet.taken_back(row)


def books() -> list[tuple[int, date, int, bool]]:
    """(membership, day, minutes, paid) of every confirmed entry of the year, one by one."""
    db.session.rollback()
    rows = db.session.scalars(sa.select(HoursEntry).execution_options(populate_existing=True))
    mine = [row for row in rows if row.state == "confirmed" and DAYS[0] <= row.day <= DAYS[1]]
    return [(row.membership_id, row.day, row.minutes, row.paid) for row in mine]


@given(ENTRIES)
def test_every_table_of_a_year_is_the_books(hamlet: Hamlet, entries: list[dict[str, Any]]) -> None:
    written(hamlet, entries)
    rows = books()
    minutes, paid = sum(row[2] for row in rows), sum(row[2] for row in rows if row[3])
    by_person: dict[int, int] = {}
    for who, _day, some, _paid in rows:
        by_person[who] = by_person.get(who, 0) + some
    region = hamlet.region
    total = together.total(region, DAYS, whole=True)
    assert total == together.Sum(minutes, paid, sum(some > 0 for some in by_person.values()))
    months = together.months(region, YEAR, whole=True)
    assert (sum(one.minutes for one in months), sum(one.paid for one in months)) == (minutes, paid)
    for parts in (together.by_field(region, DAYS, whole=True), together.by_project(region, DAYS, whole=True)):
        assert (sum(one.sum.minutes for one in parts), sum(one.sum.paid for one in parts)) == (minutes, paid)
    table = evidence.table(region, DAYS)
    assert (sum(one.minutes for one in table), sum(one.minutes for one in table if one.paid)) == (minutes, paid)
    for one, first in zip(months, rules.months_of(YEAR), strict=True):
        assert together.month(region, first, whole=True).minutes == one.minutes
        assert sum(row.minutes for row in table if row.month == f"{first:%Y-%m}") == one.minutes
    for person in hamlet.people:
        assert sum(bar.minutes for bar in own.months(person, YEAR)) == by_person.get(person.id, 0)
    assert evidence.worth(region, DAYS).minutes == minutes - paid


@given(ENTRIES)
def test_a_stranger_is_told_of_nobody_alone(hamlet: Hamlet, entries: list[dict[str, Any]]) -> None:
    """What is told, and what is left when it is taken off the sum, is of five people at least, or of nobody."""
    written(hamlet, entries)
    region = hamlet.region
    total = together.total(region, DAYS, whole=False)
    assert total.hidden == (0 < together.total(region, DAYS, whole=True).people < rules.FEW) and total.paid == 0
    lists = [[(bar.people or 0, bar.hidden, bar.paid) for bar in together.months(region, YEAR, whole=False)]]
    for parts in (together.by_field(region, DAYS, whole=False), together.by_project(region, DAYS, whole=False)):
        lists.append([(part.sum.people, part.sum.hidden, part.sum.paid) for part in parts])
    for told in lists:
        shown = [people for people, is_hidden, _paid in told if people and not is_hidden]
        missing = [people for people, is_hidden, _paid in told if is_hidden]
        assert all(people >= rules.FEW for people in shown) and not any(paid for *_rest, paid in told)
        assert not (missing and shown) or sum(missing) >= rules.FEW
