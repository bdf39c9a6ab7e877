"""Sums to the minute, pages of one's own, and what waits for whom."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.db import transaction
from app.hours import queries
from app.hours import service as hours
from app.hours.queries import FieldSum, MonthSum, ProjectSum
from tests import factories


def test_sums_by_month_field_and_project(place):
    project, last_month = place.project(), place.today - timedelta(days=28)
    rows = [
        place.log(place.sora, 60, project_id=project.id, field="environment"),
        place.log(place.kaze, 90, field="welfare"),
        place.log(place.sora, 30, paid=True),
        place.log(place.sora, 45, last_month, project_id=project.id, field="environment"),
        place.log(place.kaze, 120, last_month, field="environment"),
    ]
    for row in rows:
        place.confirmed(place.yaku, row)
    place.correct(place.kaze, rows[-1])
    place.log(place.hana, 600)  # waits: counts nowhere
    period = place.region, last_month, place.today
    assert queries.months(*period) == [MonthSum("2026-10", 45, 0, 1, 1), MonthSum("2026-11", 180, 30, 2, 3)]
    fields = [FieldSum("environment", 105, 0, 1, 2), FieldSum("other", 30, 30, 1, 1), FieldSum("welfare", 90, 0, 1, 1)]
    assert queries.by_field(*period) == fields
    assert queries.by_project(*period) == [ProjectSum(project.id, 105, 0, 1, 2), ProjectSum(None, 120, 30, 2, 2)]
    assert queries.of_project(place.region, project.id) == ProjectSum(project.id, 105, 0, 1, 2)
    assert queries.of_project(place.region, 99) == ProjectSum(99, 0, 0, 0, 0)
    assert queries.months(place.region, place.today, place.today)[0].minutes == 180
    assert queries.months(place.region, date(2026, 1, 1), date(2026, 1, 31)) == []
    assert queries.confirmed_minutes(place.sora) == 135
    assert queries.activities(place.sora, None) == 3 and queries.activities(place.sora, place.today) == 2


def test_a_correction_belongs_to_the_month_of_the_work(place):
    row = place.confirmed(place.yaku, place.log(place.sora, 60))
    day, place.at = place.today, place.at + timedelta(days=30)
    place.correct(place.sora, row, 30)
    assert queries.months(place.region, day, place.today) == []
    place.confirmed(place.yaku, place.rows()[-1])
    assert queries.months(place.region, day, place.today) == [MonthSum("2026-11", 30, 0, 1, 1)]


def test_another_region_counts_for_itself(place, at):
    place.confirmed(place.yaku, place.log(place.sora, 60))
    other = factories.world("ows", at=at).region
    assert queries.months(other, place.today, place.today) == []


def test_ones_own_entries_by_pages(place):
    days = [place.today - timedelta(days=number // 2) for number in range(7)]
    rows = [place.log(place.sora, 15, day) for day in days]
    place.log(place.kaze)
    shown = queries.of_membership(place.sora, limit=4)
    rest = queries.of_membership(place.sora, limit=4, after=shown[-1].id)
    wanted = sorted(rows, key=lambda row: (row.day, row.id), reverse=True)
    assert [row.id for row in [*shown, *rest]] == [row.id for row in wanted]
    middle = queries.of_membership(place.sora, days[4], days[2])
    assert [row.id for row in middle] == [row.id for row in wanted if days[4] <= row.day <= days[2]]
    assert not queries.of_membership(place.sora, states=["confirmed"])


def test_designated_activities_are_of_gatherings_and_projects(place):
    project = place.project(designated=True)
    first, second = [place.log(place.sora, 60, project_id=project.id) for _ in range(2)]
    for row in (first, second, place.log(place.sora, 60), place.log(place.kaze, 60, project_id=project.id)):
        place.confirmed(place.yaku, row)
    place.correct(place.sora, second)
    for designated in (True, False):
        event = place.gathering(place.hana, designated=designated)
        place.arrive(event, place.sora)
        place.end(event, place.yaku)
    assert queries.designated(place.region, 2026) == [(place.sora.id, 2), (place.kaze.id, 1)]
    assert queries.designated(place.region, 2025) == []


# --- what waits ---------------------------------------------------------------------------------------------


def waits(place, who):
    roles = place.roles.get(who.id, {"member"})
    there = queries.to_confirm(place.region, who, roles)
    assert queries.waiting_count(place.region, who, roles) == len(there)
    return [(one.entry.id, one.role) for one in there]


def test_everybody_sees_what_they_may_confirm_and_nothing_else(place):
    """What the list shows is what a confirmation of it would do."""
    event = place.gathering(place.kaze)
    for who in (place.sora, place.hana, place.jimu):
        place.arrive(event, who)
    place.end(event, "job:close")
    named = place.log(place.sora, with_membership=place.kaze)
    typed = place.log(place.hana, entered_by=place.yaku)
    own = place.log(place.yaku)
    sora, hana, jimu = (place.rows(who)[0].id for who in (place.sora, place.hana, place.jimu))
    assert waits(place, place.kaze) == [(sora, "host"), (hana, "host"), (jimu, "host"), (named.id, "named")]
    assert waits(place, place.sora) == [(jimu, "together")]
    assert [one for one, _role in waits(place, place.yaku)] == [sora, hana, jimu, named.id]
    assert waits(place, place.jimu) == [
        (sora, "together"),
        (hana, "together"),
        (named.id, "office"),
        (typed.id, "office"),
        (own.id, "office"),
    ]
    assert waits(place, place.machi) == []
    assert waits(place, place.person()) == []
    assert waits(place, place.person(standing="provisional")) == []
    for who in (place.kaze, place.sora, place.yaku, place.jimu, place.machi, place.hana):
        listed = {one for one, _role in waits(place, who)}
        assert tried(place, who) == listed


class Untried(Exception):
    """Takes back what was only tried."""


def tried(place, who):
    """What somebody could confirm of all that waits."""
    told = []
    with pytest.raises(Untried), transaction():
        ids = [row.id for row in place.rows() if row.state == "waiting"]
        values = {"confirmer": who, "roles": place.roles.get(who.id, {"member"}), "at": place.at}
        told = hours.confirm(region=place.region, entry_ids=ids, **values)
        told = {one.entry.id for one in told if one.skipped is None}
        raise Untried
    return told


def test_the_list_says_who_typed_it_and_who_was_there(place):
    place.log(place.sora, entered_by=place.jimu, with_membership=place.kaze)
    (one,) = queries.to_confirm(place.region, place.yaku, {"steward"})
    assert (one.whose.id, one.typist.id, one.named.id) == (place.sora.id, place.jimu.id, place.kaze.id)


def test_the_list_goes_on_after_the_last_one_shown(place):
    rows = [place.log(place.sora) for _ in range(5)]
    shown = queries.to_confirm(place.region, place.yaku, {"steward"}, 3)
    rest = queries.to_confirm(place.region, place.yaku, {"steward"}, 3, after=shown[-1].entry.id)
    assert [one.entry.id for one in [*shown, *rest]] == [row.id for row in rows]


@pytest.mark.parametrize("typist", [True, False])
def test_what_was_sent_back_waits_for_its_writer(place, typist):
    row = place.log(place.sora, entered_by=place.jimu if typist else None)
    place.send_back(place.yaku, row)
    assert [one.id for one in queries.returned(place.sora)] == [row.id]
    assert [one.id for one in queries.returned(place.jimu, place.today)] == ([row.id] if typist else [])
    assert queries.returned(place.jimu) == []
