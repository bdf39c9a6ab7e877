"""What somebody wrote when signing up is forgotten when nobody needs it any more; that a place was taken stays.

A name and a telephone number are asked for the day itself and for its insurance, whose cases are reported within
weeks; personal data that is no longer needed is to be deleted without delay (個人情報の保護に関する法律, article 22).
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from app.db import connection
from app.events.models import Event
from app.sign_ups.models import SignUp

KEPT = timedelta(days=90)  # after the end of the gathering
FORGET_EVERY = 86_400  # seconds
WRITTEN = ("name", "contact", "answer_1", "answer_2")


def forget(*, at: datetime) -> None:
    """Empty what was written for gatherings that ended more than 90 days ago."""
    over = sa.select(Event.id).where(Event.ends_at < at - KEPT)
    written = sa.or_(*(getattr(SignUp, name) != "" for name in WRITTEN))
    empty = sa.update(SignUp).where(SignUp.event_id.in_(over), written)
    connection().execute(empty.values(dict.fromkeys(WRITTEN, "")))
