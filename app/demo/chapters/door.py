"""How it was: of each gathering in the telling, most of those who came said so."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from app.checkins import feelings
from app.checkins.models import CheckIn
from app.db import db
from app.events.models import Event
from app.regions.models import Region

if TYPE_CHECKING:
    from app.demo.story import Cast

SAID = ((3, "みんなで 食べた おにぎりが おいしかったです。"), (3, ""), (2, ""), (3, "つぎも 来ます。"), (3, ""))


def add(_cast: Cast) -> None:
    """Answers an hour after the end, in the order of arrival; they begin again with each gathering."""
    for event in db.session.scalars(sa.select(Event).where(Event.ended_at.is_not(None)).order_by(Event.id)).all():
        _tell(db.session.get_one(Region, event.region_id), event)


def _tell(region: Region, event: Event) -> None:
    came = sa.select(CheckIn.id).where(CheckIn.event_id == event.id, CheckIn.undone_at.is_(None)).order_by(CheckIn.id)
    at = event.ends_at + timedelta(hours=1)
    for check_in_id, (answer, words) in zip(db.session.scalars(came).all(), SAID, strict=False):
        feelings.feel(region=region, check_in_id=check_in_id, answer=answer, words=words, at=at)
