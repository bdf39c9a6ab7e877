"""Reading cards: those that came to somebody, those somebody wrote, how many in a time, those to be printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from app import clock
from app.credentials.models import Credential, SignIn
from app.db import db
from app.events.models import Event
from app.members.models import Membership
from app.projects.models import Project
from app.regions.models import Region
from app.thanks.models import Thanks

PAGE = 50
PRINTED = 40  # cards at a time: five sheets


@dataclass(frozen=True)
class Card:
    """A card with the other person: whoever wrote it, or whom it is for; and what it speaks of."""

    card: Thanks
    who: Membership
    event: Event | None
    project: Project | None


def _cards(other: sa.ColumnElement[bool]) -> sa.Select[Thanks, Membership, Event, Project]:
    query = sa.select(Thanks, Membership, Event, Project).join(Membership, other)
    return query.outerjoin(Event, Event.id == Thanks.event_id).outerjoin(Project, Project.id == Thanks.project_id)


def _page(
    query: sa.Select[Thanks, Membership, Event, Project],
    mine: sa.ColumnElement[bool],
    after: int | None,
    limit: int,
) -> list[Card]:
    """The newest first; `after` is the last one seen, and only one's own."""
    if after is not None:
        last = sa.select(Thanks.at).where(Thanks.id == after, mine).scalar_subquery()
        query = query.where(sa.or_(Thanks.at < last, (Thanks.at == last) & (Thanks.id < after)))
    rows = db.session.execute(query.where(mine).order_by(Thanks.at.desc(), Thanks.id.desc()).limit(limit))
    return [Card(*row) for row in rows]


def received(
    membership: Membership,
    limit: int = PAGE,
    after: int | None = None,
    *,
    hidden: bool = False,
    between: tuple[datetime, datetime] | None = None,
) -> list[Card]:
    """Cards that came to somebody, `between` two instants perhaps; with `hidden` those that were put away."""
    query = _cards(Membership.id == Thanks.from_id)
    query = query.where(Thanks.hidden_at.is_not(None) if hidden else Thanks.hidden_at.is_(None))
    if between is not None:
        query = query.where(Thanks.at >= between[0], Thanks.at < between[1])
    return _page(query, Thanks.to_id == membership.id, after, limit)


def sent(membership: Membership, limit: int = PAGE, after: int | None = None) -> list[Card]:
    """Cards that somebody wrote."""
    return _page(_cards(Membership.id == Thanks.to_id), Thanks.from_id == membership.id, after, limit)


def unseen(membership: Membership) -> int:
    """How many wait to be opened."""
    query = sa.select(sa.func.count()).select_from(Thanks)
    query = query.where(Thanks.to_id == membership.id, Thanks.seen_at.is_(None), Thanks.hidden_at.is_(None))
    return db.session.scalar(query) or 0


def instants(region: Region, first: date, last: date | None = None) -> tuple[datetime, datetime]:
    """From the beginning of `first` to the end of `last` (else of the same day), in UTC."""
    after = (last or first) + timedelta(days=1)
    begin, end = (clock.instant(region, datetime.combine(day, time())) for day in (first, after))
    return begin, end


def sent_on(region: Region, membership: Membership, day: date) -> int:
    """How many cards somebody wrote on a local day."""
    since, until = instants(region, day)
    query = sa.select(sa.func.count()).select_from(Thanks).where(Thanks.from_id == membership.id)
    return db.session.scalar(query.where(Thanks.at >= since, Thanks.at < until)) or 0


def count(region: Region, first: date, last: date) -> int:
    """How many cards were written in the region from the local day `first` to `last`, both included."""
    since, until = instants(region, first, last)
    query = sa.select(sa.func.count()).select_from(Thanks).where(Thanks.region_id == region.id)
    return db.session.scalar(query.where(Thanks.at >= since, Thanks.at < until)) or 0


# --- people without a phone -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Paper:
    """A card to be printed: from whom, for whom."""

    card: Thanks
    writer: Membership
    reader: Membership


def reads_on_paper(membership: Membership) -> bool:
    """Whether somebody has neither a passkey nor a device that is signed in."""
    query = sa.select(Membership.id).where(Membership.id == membership.id, *_no_sign_in(Membership))
    return db.session.scalar(query) is not None


def on_paper(region: Region, limit: int = PRINTED) -> list[Paper]:
    """Unopened cards for people without any sign-in, the oldest first."""
    writer, reader = sa.orm.aliased(Membership), sa.orm.aliased(Membership)
    query = sa.select(Thanks, writer, reader).join(writer, writer.id == Thanks.from_id)
    query = query.join(reader, reader.id == Thanks.to_id)
    query = query.where(Thanks.region_id == region.id, Thanks.seen_at.is_(None), Thanks.hidden_at.is_(None))
    query = query.where(reader.standing != "ended", *_no_sign_in(reader))
    return [Paper(*row) for row in db.session.execute(query.order_by(Thanks.at, Thanks.id).limit(limit))]


def _no_sign_in(of: type[Membership]) -> tuple[sa.ColumnElement[bool], ...]:
    keys = sa.select(Credential.id).where(Credential.member_id == of.member_id)
    devices = sa.select(SignIn.id).where(SignIn.member_id == of.member_id, SignIn.ended_at.is_(None))
    return ~keys.exists(), ~devices.exists()
