"""Cards for tests: each call is one committed act."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.checkins import service as checkins
from app.db import transaction, uuid7
from app.events.models import Event
from app.members.models import Membership
from app.regions.models import Region
from app.thanks import service
from app.thanks.models import Thanks


def send(
    region: Region, writer: Membership, to: Membership, words: str = "ありがとう", *, at: datetime, **more: Any
) -> Thanks:
    with transaction():
        told = {"key": uuid7(), "words": words, **more}
        return service.send(region=region, writer=writer, to_id=to.id, at=at, **told)


def act(verb: str, region: Region, card: Thanks, who: Membership, *, at: datetime) -> Any:
    """open_, put_away or put_back by the receiver, take_back by the writer."""
    person = {"writer" if verb == "take_back" else "membership": who}
    when = {} if verb == "put_back" else {"at": at}
    with transaction():
        return getattr(service, verb)(region=region, thanks_id=card.id, **person, **when)


def arrive(region: Region, event: Event, who: Membership, *, at: datetime) -> None:
    with transaction():
        told = {"key": uuid7(), "way": "poster", "by": f"membership:{who.id}", "membership": who}
        checkins.check_in(region=region, event_id=event.id, at=at, **told)
