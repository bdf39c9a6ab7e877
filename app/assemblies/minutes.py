"""議事録: words to each matter, who signs them, and which words were signed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.assemblies import queries, rules
from app.assemblies.models import AgendaItem, Assembly, Signatory
from app.assemblies.service import locked
from app.db import db
from app.errors import Conflict, Forbidden, Refused
from app.events.models import Event
from app.members.models import Membership
from app.regions.models import Region

MOST_SIGNERS = 6


def words(assembly: Assembly, event: Event, rows: Sequence[queries.Row]) -> dict[str, Any]:
    """All that a signature is for: who led and wrote, what was said, how every vote was shut and came out."""
    return {
        "title": event.title,
        "place": event.place,
        "times": [str(one) for one in (event.starts_at, assembly.opened_at, assembly.closed_at)],
        "people": [assembly.chair_id, assembly.writer_id],
        "opening": assembly.opening_words,
        "closing": assembly.closing_words,
        "items": [[row.item.number, row.item.kind, row.item.title, row.item.minutes, _of_vote(row)] for row in rows],
    }


def current_hash(assembly: Assembly, event: Event) -> str:
    """The hash of the minutes as they read now."""
    return rules.hash_of(words(assembly, event, queries.rows(assembly)))


def write(
    *,
    region: Region,
    event_id: int,
    opening_words: str,
    closing_words: str,
    items: Mapping[int, str],
    at: datetime,
) -> Assembly:
    """Write down what was said, by matter; whoever has signed other words is asked again."""
    assembly = locked(region, event_id)
    assembly.opening_words, assembly.closing_words = opening_words, closing_words
    for row in db.session.scalars(sa.select(AgendaItem).where(AgendaItem.event_id == assembly.event_id)):
        row.minutes = items.get(row.id, row.minutes)
    return _judge(region, assembly, at)


def name_people(
    *,
    region: Region,
    event_id: int,
    chair: Membership | None,
    writer: Membership | None,
    signers: Sequence[Membership],
    at: datetime,
) -> Assembly:
    """議長, 書記 and who signs. Whoever stays and has signed these words keeps the signature.

    Raises Refused `signers_many`.
    """
    assembly = locked(region, event_id)
    if len({one.id for one in signers}) > MOST_SIGNERS:
        raise Refused("signers_many", most=MOST_SIGNERS)
    assembly.chair_id, assembly.writer_id = (one.id if one is not None else None for one in (chair, writer))
    _name_signers(assembly, {one.id for one in signers})
    return _judge(region, assembly, at)


def sign(*, region: Region, event_id: int, by: Membership, words_hash: str, at: datetime) -> Assembly:
    """Sign the words that one has read; twice is once. Once all have signed the same, the minutes are agreed.

    Raises Forbidden `sign_not_named`, Refused `sign_early`, Conflict `sign_changed`.
    """
    assembly = locked(region, event_id)
    mine = db.session.get(Signatory, (assembly.event_id, by.id), populate_existing=True)
    if mine is None:
        raise Forbidden("sign_not_named")
    _assembly, event = queries.by_event(region, event_id)
    rows = queries.rows(assembly)
    if assembly.closed_at is None or any(row.stage in ("open", "closed") for row in rows):
        raise Refused("sign_early")
    if words_hash != rules.hash_of(words(assembly, event, rows)):
        raise Conflict("sign_changed")
    if mine.minutes_hash != words_hash:
        mine.signed_at, mine.minutes_hash = at, words_hash
    return _judge(region, assembly, at)


def _judge(region: Region, assembly: Assembly, at: datetime) -> Assembly:
    """Agreed as soon as everybody has signed these words, and no longer once the words have changed."""
    db.session.flush()
    _assembly, event = queries.by_event(region, assembly.event_id)
    hashes = [one.signatory.minutes_hash for one in queries.signers(assembly)]
    if not rules.is_agreed(hashes, current_hash(assembly, event)):
        assembly.agreed_at = None
    elif assembly.agreed_at is None:
        assembly.agreed_at = at
    db.session.flush()
    return assembly


def _name_signers(assembly: Assembly, wanted: Collection[int]) -> None:
    there = {one.membership_id: one for one in _signatories(assembly)}
    for membership_id, row in there.items():
        if membership_id not in wanted:
            db.session.delete(row)
    for membership_id in sorted(set(wanted) - there.keys()):
        told = {"event_id": assembly.event_id, "region_id": assembly.region_id, "membership_id": membership_id}
        db.session.add(Signatory(**told))
    db.session.flush()
    for row in _signatories(assembly):
        duties = {assembly.chair_id: "chair", assembly.writer_id: "writer"}
        row.role = duties.get(row.membership_id, "")


def _signatories(assembly: Assembly) -> list[Signatory]:
    query = sa.select(Signatory).where(Signatory.event_id == assembly.event_id).order_by(Signatory.membership_id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _of_vote(row: queries.Row) -> list[Any] | None:
    """How a vote was shut and came out; None for other matters."""
    if row.vote is None:
        return None
    shut, result = row.closure, row.result
    numbers = [shut.present, shut.written, shut.proxies] if shut is not None else []
    return [row.vote.id, *numbers, result.sha256 if result is not None else ""]
