"""Names and telephone numbers go three months after the gathering; the place that was taken stays."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from app import jobs
from app.db import db, transaction
from app.sign_ups.models import SignUp
from app.sign_ups.retention import KEPT, WRITTEN, forget

MOMENT = timedelta(seconds=1)


def written(event, when):
    """Everything that was written, once the job has been done."""
    with transaction():
        forget(at=when)
    columns = [getattr(SignUp, name) for name in WRITTEN]
    return [tuple(row) for row in db.session.execute(sa.select(*columns).where(SignUp.event_id == event.id))]


def test_what_was_written_is_forgotten_after_three_months(make, sign_up, stands):
    event = make(name_level="contact", question_1="べんとうは いりますか")
    sign_up(event, "one", name="夢野 そら", contact="0743-00-0000", answer_1="はい")
    before = stands(event)
    assert written(event, event.ends_at + KEPT) == [("夢野 そら", "0743-00-0000", "はい", "")]
    assert written(event, event.ends_at + KEPT + MOMENT) == [("", "", "", "")]
    assert stands(event) == before


def test_the_job_is_done_every_day(app):
    assert "sign_ups.forget" in jobs.rules
