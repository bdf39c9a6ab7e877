"""No question about hours reads entries that it does not ask for: on SQLite, which tells how it will look for them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.db import db
from app.hours import queries, waiting

pytestmark = pytest.mark.once


@pytest.fixture
def looked(place, engine_name):
    """How the statements that an act sends look for entries."""
    if engine_name != "sqlite":
        pytest.skip("SQLite tells")

    def looked(act):
        seen = []
        note = lambda _c, _cursor, statement, values, *_: seen.append((statement, values))  # noqa: E731
        sa.event.listen(db.engine, "before_cursor_execute", note)
        try:
            act()
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", note)
        connection = db.session.connection()
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values) for text, values in seen]
        steps = [row.detail for plan in plans for row in plan]
        return [step for step in steps if "hours_entry" in step]

    return looked


def test_every_question_has_its_index(place, looked, app):
    period = place.region, place.today - timedelta(days=30), place.today
    project = place.project()
    row = place.log(place.sora, project_id=project.id)
    cases = {
        "region_id_day (region_id=? AND day>? AND day<?)": [
            lambda: queries.months(*period),
            lambda: queries.by_field(*period),
            lambda: queries.by_project(*period),
            lambda: queries.designated(place.region, 2026),
        ],
        "membership_id_day (membership_id=?": [
            lambda: queries.of_membership(place.sora, limit=5),
            lambda: queries.of_membership(place.sora, place.today, place.today, after=row.id),
            lambda: queries.confirmed_minutes(place.sora),
            lambda: queries.activities(place.sora, None),
            lambda: queries.activities(place.sora, place.today),
            lambda: queries.confirmations([place.sora.id, place.kaze.id]),
            lambda: queries.returned(place.sora),
        ],
        "project_id_day (project_id=?": [lambda: queries.of_project(place.region, project.id)],
        "ix_hours_entry_waiting (region_id=?": [
            lambda: queries.waiting_count(place.region, place.yaku, {"steward"}),
            lambda: queries.to_confirm(place.region, place.yaku, {"steward"}),
            lambda: queries.waiting_count(place.region, place.kaze, {"member"}),
        ],
    }
    for index, acts in cases.items():
        for act in acts:
            steps = looked(act)
            assert steps and not [step for step in steps if step.startswith("SCAN")], steps
            assert any(index in step for step in steps), steps


def test_the_front_page_reads_by_index(place, looked, app):
    def lines():
        with app.test_request_context("/tsk"):
            waiting.lines(place.region, place.kaze, {"member"}, place.at)

    steps = looked(lines)
    assert steps and not [step for step in steps if step.startswith("SCAN")], steps


def test_the_verbs_read_by_index(place, looked):
    row = place.log(place.sora)
    acts = (
        lambda: place.log(place.sora),
        lambda: place.confirm(place.yaku, row),
        lambda: place.correct(place.yaku, row, 120),
    )
    for act in acts:
        assert not [step for step in looked(act) if step.startswith("SCAN")]
