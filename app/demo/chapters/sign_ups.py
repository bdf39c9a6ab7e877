"""Sample sign-ups: a gathering that is full, with two who wait; one that asks for names for the insurance."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from app.db import uuid7
from app.demo.sample import told
from app.sign_ups import service
from app.sign_ups.service import Party

if TYPE_CHECKING:
    from app.demo.story import Cast


def add(cast: Cast) -> None:
    """Everybody signs up, in the order of the telling."""
    for event, asked in told("sign_ups")["asks"].items():
        for name, value in asked.items():
            setattr(cast.events[event], name, value)
    for one in told("sign_ups")["sign_ups"]:
        for party in one["parties"]:
            _sign_up(cast, one["event"], party)


def _sign_up(cast: Cast, event_id: str, party: dict[str, Any]) -> None:
    event = cast.events[event_id]
    region = cast.region_of(event)
    membership = cast.memberships.get(party.get("member", ""))
    service.sign_up(
        region=region,
        event_id=event.id,
        key=uuid7(),
        party=Party(**{name: value for name, value in party.items() if name != "member"}),
        by=f"membership:{membership.id}" if membership else "visitor",
        at=cast.at,
        membership=membership,
        visit=None if membership else secrets.token_urlsafe(32),
    )
