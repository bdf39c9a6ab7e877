"""The verbs of a card: send, open, put away and back, take back, hand over on paper."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from app import clock
from app.db import connection, db, find, insert, rows_changed
from app.errors import Conflict, Missing, Refused
from app.members.models import Membership
from app.projects import queries as projects
from app.regions.models import Region
from app.thanks import people, queries, rules
from app.thanks.models import Thanks

table = cast(sa.Table, Thanks.__table__)


def send(
    *,
    region: Region,
    writer: Membership,
    to_id: int,
    key: str,
    words: str,
    event_id: int | None = None,
    project_id: int | None = None,
    at: datetime,
) -> Thanks:
    """One card. The same form, or the same words to the same person on one day (a second tab), is the first.

    Raises Refused `thanks_oneself`, `thanks_unknown`, `thanks_many` (with most), Conflict `other_request`.
    """
    if to_id == writer.id:
        raise Refused("thanks_oneself")
    who = people.receiver(region, writer, str(to_id), at, event_id=event_id, project_id=project_id)
    if who is None:
        raise Refused("thanks_unknown")
    facts = {"from_id": writer.id, "to_id": who.id, "words": words, **_about(region, writer, event_id, project_id)}
    return _write(region, writer, key, facts, at)


def _write(region: Region, writer: Membership, key: str, facts: dict[str, Any], at: datetime) -> Thanks:
    """What was sent already, or a new row if the day has room for it."""
    find(Membership, region.id, writer.id, lock=True)  # a day's cards of one writer are counted one after the other
    again = _sent(region, key, facts, at)
    if again is not None:
        return again
    if not rules.may_send(queries.sent_on(region, writer, clock.local_day(region, at))):
        raise Refused("thanks_many", most=rules.A_DAY)
    new = insert(table).values(region_id=region.id, key=key, at=at, **facts)
    connection().execute(new.on_conflict_do_nothing(index_elements=["key"]))
    return db.session.scalars(sa.select(Thanks).where(Thanks.key == key)).one()


def _about(region: Region, writer: Membership, event_id: int | None, project_id: int | None) -> dict[str, int | None]:
    event = people.event_of(region, writer, event_id)
    project = projects.one(region, project_id)
    return {"event_id": event.id if event else None, "project_id": project.id if project else None}


def _sent(region: Region, key: str, facts: dict[str, Any], at: datetime) -> Thanks | None:
    """What this form, or another with the same words today, has sent already."""
    first = db.session.scalar(sa.select(Thanks).where(Thanks.key == key))
    if first is not None:
        if (first.region_id, first.from_id) != (region.id, facts["from_id"]):
            raise Conflict("other_request")
        return first
    since, until = queries.instants(region, clock.local_day(region, at))
    same = [getattr(Thanks, name) == value for name, value in facts.items()]
    query = sa.select(Thanks).where(*same, Thanks.at >= since, Thanks.at < until).order_by(Thanks.id)
    return db.session.scalar(query.limit(1))


def open_(*, region: Region, thanks_id: int, membership: Membership, at: datetime) -> Thanks:
    """ひらく, by whom it is for; once. Raises Missing."""
    card = _received(region, thanks_id, membership)
    card.seen_at = card.seen_at or at
    return card


def put_away(*, region: Region, thanks_id: int, membership: Membership, at: datetime) -> Thanks:
    """しまう: the reader's list leaves it out. Raises Missing."""
    card = _received(region, thanks_id, membership)
    card.seen_at, card.hidden_at = card.seen_at or at, card.hidden_at or at
    return card


def put_back(*, region: Region, thanks_id: int, membership: Membership) -> Thanks:
    """もどす. Raises Missing."""
    card = _received(region, thanks_id, membership)
    card.hidden_at = None
    return card


def _received(region: Region, thanks_id: int, membership: Membership) -> Thanks:
    card = find(Thanks, region.id, thanks_id, lock=True)
    if card.to_id != membership.id:
        raise Missing("not_found")
    return card


def take_back(*, region: Region, thanks_id: int, writer: Membership, at: datetime) -> None:
    """とりけす: unread words vanish as if never written. What is gone already is gone.

    Raises Refused `thanks_seen`, `thanks_late`, Missing for somebody else's.
    """
    query = sa.select(Thanks).where(Thanks.id == thanks_id, Thanks.region_id == region.id)
    card = db.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if card is None:
        return
    if card.from_id != writer.id:
        raise Missing("not_found")
    if not rules.may_take_back(card.at, card.seen_at, at):
        raise Refused("thanks_seen" if card.seen_at else "thanks_late", minutes=rules.TAKE_BACK.seconds // 60)
    db.session.delete(card)
    db.session.flush()


def hand_over(*, region: Region, ids: Collection[int], at: datetime) -> int:
    """Printed cards are in their receivers' hands: how many were marked. Those of people with a sign-in are not."""
    waiting = [row.card.id for row in queries.on_paper(region) if row.card.id in set(ids)]
    given = sa.update(Thanks).where(Thanks.id.in_(waiting), Thanks.region_id == region.id, Thanks.seen_at.is_(None))
    return rows_changed(given.values(seen_at=at).execution_options(synchronize_session=False))
