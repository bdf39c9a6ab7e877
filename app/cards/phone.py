"""What a phone is given to show its card: the keys of the coming days, or the codes of the coming hour."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from typing import Any

from app.cards import rules
from app.cards.models import Card
from app.codes import addresses, signed
from app.members.models import Membership
from app.regions.models import Region


def code(card: Card, step: int) -> str:
    """The 32 characters that the card shows in this step."""
    return signed.sign("phone_card", region_id=card.region_id, body=signed.body(card.id, step))


def face(region: Region, membership: Membership, card: Card, *, at: datetime) -> dict[str, Any]:
    """What is drawn round the code, and the server's time in milliseconds: phones' clocks are wrong by minutes."""
    return {
        "slug": region.slug,
        "card": card.id,
        "region": region.name,
        "region_en": region.name_en,
        "accent": region.accent,
        "name": membership.name,
        "yomi": membership.yomi,
        "number": membership.number,
        "address": addresses.in_capitals(""),
        "now": round(at.timestamp() * 1000),
        "step": rules.STEP,
    }


def days(card: Card, at: datetime) -> dict[str, Any]:
    """Keys for seven days; each signs that day's steps and nothing else. `before` + body is the text that is signed."""
    key_id = signed.present_key_id()
    which = {"region_id": card.region_id, "key_id": key_id}
    keys = {day: signed.day_key(card_id=card.id, day=day, **which) for day in rules.days_ahead(at)}
    return {
        "before": _text(signed.before("phone_card", **which)),
        "id": _text(signed.body(card.id)),
        "days": [{"day": day, "key": _text(key)} for day, key in keys.items()],
    }


def codes(card: Card, at: datetime) -> dict[str, Any]:
    """An hour's codes, for a browser that cannot sign (plain http)."""
    steps = rules.steps_ahead(at)
    return {"first": steps.start, "codes": [code(card, step) for step in steps]}


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()
