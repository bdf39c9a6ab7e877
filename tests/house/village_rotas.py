"""Turns as they stand in every state: free, taken, to be swapped, taken over, over; and cards, opened and not."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.members.models import Membership
from app.projects.models import Project
from app.regions.models import Region
from app.rotas import service, turns
from app.rotas.models import Rota
from app.rotas.service import When
from app.thanks import service as thanks
from app.thanks.models import Thanks

HOST, MEMBER, STEWARD = "TSK-0009-2", "TSK-0005-9", "TSK-0002-1"  # as the village has them played


def fill(region: Region, keys: dict[str, str], *, at: datetime) -> None:
    """The host makes three rotas: one with turns, one without a day, one that has ended."""
    host, member, steward = (_numbered(number) for number in (HOST, MEMBER, STEWARD))
    rota, _bare, over = (
        _make(region, host, title, keys, at) for title in ("水やり当番", "日のない当番", "むかしの当番")
    )
    where = {"region": region, "rota_id": rota.id}
    with transaction():
        service.end(region=region, rota_id=over.id, at=at)
        when = When(at.date(), "08:00", "23:00", needed=2, weeks=4)
        slots = service.add_slots(**where, when=when, at=at)
        for slot in slots[:2]:
            own = turns.take(**where, slot_id=slot.id, membership=host, at=at)
            asked = turns.take(**where, slot_id=slot.id, membership=member, at=at)
            turns.ask_swap(**where, turn_id=asked.id, membership=member, words="びょういんです", at=at)
        given = turns.take(**where, slot_id=slots[2].id, membership=host, at=at)
        turns.ask_swap(**where, turn_id=given.id, membership=host, words="", at=at)
        turns.take_over(**where, turn_id=given.id, membership=steward, at=at)
    keys |= {"rota": str(rota.id), "slot": str(slots[3].id), "turn": str(own.id)}
    keys["thanks"] = str(_cards(region, host, member, at))


def _cards(region: Region, host: Membership, member: Membership, at: datetime) -> int:
    """For the host one to open, one that was read and one that was put away; one that the host may take back."""
    to_host = [_send(region, member, host, words, at - timedelta(days=1)) for words in ("あけて", "よんだ", "しまった")]
    with transaction():
        thanks.open_(region=region, thanks_id=to_host[1].id, membership=host, at=at)
        thanks.put_away(region=region, thanks_id=to_host[2].id, membership=host, at=at)
    _send(region, host, member, "こちらこそ", at)
    return to_host[0].id


def _send(region: Region, writer: Membership, to: Membership, words: str, at: datetime) -> Thanks:
    with transaction():
        return thanks.send(region=region, writer=writer, to_id=to.id, key=uuid7(), words=words, at=at)


def _make(region: Region, maker: Membership, title: str, keys: dict[str, str], at: datetime) -> Rota:
    project = db.session.get_one(Project, int(keys["project"]))
    told = {"title": title, "place": "広場の花だん", "project_id": project.id}
    with transaction():
        return service.make(region=region, maker=maker, key=uuid7(), at=at, **told)


def _numbered(number: str) -> Membership:
    return db.session.scalars(sa.select(Membership).where(Membership.number == number)).one()
