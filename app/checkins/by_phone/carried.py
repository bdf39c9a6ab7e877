"""The event's page for whoever has scanned the screen: what its form carries on, or why it carries nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import g

from app.checkins.by_phone import rotating
from app.checkins.by_phone.late import AT_MOST
from app.checkins.by_phone.outbox import device
from app.errors import Refused
from app.events.models import Event
from app.web.sentences import sentence


@dataclass(frozen=True)
class Carried:
    """For the form: the code and the note that this device was shown it. `refusal`: why there is no button."""

    code: str = ""
    seen: str = ""
    refusal: str | None = None
    is_old: bool = False  # the button only tells the host

    @property
    def text(self) -> str | None:
        return sentence(self.refusal) if self.refusal else None


def carried(event: Event, at: datetime) -> Carried:
    """What the page of this moment does with the code that it was opened, or sent, with."""
    code, seen = g.get("scanned", ("", ""))
    needs_code = event.door == "rotating"
    if not code:
        return Carried(refusal="code_wanted" if needs_code else None)
    try:
        scanned = rotating.scan(event, code, seen=seen, device=device(), at=at)
        rotating.refuse_unless_live(scanned, at)
    except Refused as refusal:
        if refusal.code == "code_outlived" and at > scanned.at + AT_MOST and needs_code:
            return Carried(code, is_old=True)
        return Carried(refusal=refusal.code if needs_code else None)
    return Carried(code, seen if scanned.seen_at else rotating.seen(scanned, device(), at))
