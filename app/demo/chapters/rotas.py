"""Who keeps the stations company: weeks of turns, one of which somebody else is wanted for; and words of thanks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from app import clock
from app.db import uuid7
from app.demo.sample import told
from app.rotas import service, turns
from app.rotas.models import Slot
from app.rotas.service import When
from app.thanks import service as thanks

if TYPE_CHECKING:
    from app.demo.story import Cast

MADE = timedelta(days=20)  # before the seeding, and before the first turn


def add(cast: Cast) -> None:
    """After the projects: their rotas, and the cards of those who met in them."""
    for one in told("rotas")["rotas"]:
        _rota(cast, one)
    for one in told("rotas")["thanks"]:
        _card(cast, one)


def _rota(cast: Cast, one: dict[str, Any]) -> None:
    region, made = cast.regions[one["region"]], cast.at - MADE
    maker, project = cast.memberships[one["maker"]], cast.projects[one["project"]]
    facts = {"title": one["title"], "place": one["place"], "project_id": project.id}
    rota = service.make(region=region, maker=maker, key=uuid7(), at=made, **facts)
    rota.title_en = one["title_en"]
    today = clock.local_day(region, cast.at)
    when = When(today + timedelta(days=one["first"]), one["begins"], one["ends"], one["needed"], one["weeks"])
    slots = service.add_slots(region=region, rota_id=rota.id, when=when, at=made)
    by_day = {(slot.day - today).days: slot for slot in slots}
    for turn in one["turns"]:
        _turns(cast, {"region": region, "rota_id": rota.id}, by_day[turn["day"]], turn, made)


def _turns(cast: Cast, where: dict[str, Any], slot: Slot, one: dict[str, Any], at: datetime) -> None:
    """Those who come, and which of them asks to be relieved."""
    for number in one["members"]:
        who = cast.memberships[number]
        turn = turns.take(**where, slot_id=slot.id, membership=who, at=at)
        if one.get("swap") == number:
            asked = {"words": one["words"], "at": cast.at - timedelta(hours=20)}
            turns.ask_swap(**where, turn_id=turn.id, membership=who, **asked)


def _card(cast: Cast, one: dict[str, Any]) -> None:
    region, reader = cast.regions[one["region"]], cast.memberships[one["to"]]
    project_id = cast.projects[one["project"]].id if "project" in one else None
    facts = {"to_id": reader.id, "words": one["words"], "project_id": project_id}
    writer, at = cast.memberships[one["from"]], cast.ago(one["days"])
    card = thanks.send(region=region, writer=writer, key=uuid7(), at=at, **facts)
    if "seen" in one:
        seen = cast.ago(one["seen"])
        thanks.open_(region=region, thanks_id=card.id, membership=reader, at=seen)
