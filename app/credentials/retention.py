"""What is forgotten of devices, links and challenges once nobody can use it any more.

Which phone somebody used when says much about them, and personal data that is no longer needed is to be deleted
without delay (個人情報の保護に関する法律, article 22). It is needed for a while: «was that me?».
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from app.credentials.loader import OWN_DEVICE, SHARED_DEVICE
from app.credentials.models import Challenge, Link, SignIn
from app.credentials.rules import CEREMONY_LIFE
from app.db import connection

KEPT = timedelta(days=30)  # after its end; a month's doubt is asked within a month
FORGET_EVERY = 86_400  # seconds


def forget(*, at: datetime) -> None:
    """Delete what ended, or ran out, more than 30 days ago; challenges, which say nothing, as soon as they are old."""
    connection().execute(sa.delete(SignIn).where(_is_over(at - KEPT)))
    connection().execute(sa.delete(Link).where(sa.or_(Link.used_at < at - KEPT, Link.expires_at < at - KEPT)))
    connection().execute(sa.delete(Challenge).where(Challenge.created_at < at - CEREMONY_LIFE))


def _is_over(by: datetime) -> sa.ColumnElement[bool]:
    """Sign-ins of members, over before `by`. A till's stays: it is no person's, and the books name it (`till:2`)."""
    unused = sa.or_(
        SignIn.last_seen_at < by - OWN_DEVICE,
        sa.and_(SignIn.shared, SignIn.last_seen_at < by - SHARED_DEVICE),
    )
    return sa.and_(SignIn.kind == "member", sa.or_(SignIn.ended_at < by, unused))
