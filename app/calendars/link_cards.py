"""The card that a chat shows for a link: words for its tags, and a picture that is drawn when first asked for."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flask import g, url_for

from app import clock
from app.calendars import pictures
from app.calendars.leaflets import notice_address
from app.db import uuid7
from app.events.models import Event
from app.regions.models import Region
from app.web.filters import day, period, plain
from app.web.pages import absolute

DRAWING = "1"  # another drawing, another number: then every picture has another address


@dataclass(frozen=True)
class LinkCard:
    """What the tags of a page say. Addresses are whole, and hold nothing that is not public."""

    title: str
    description: str
    picture: str
    address: str


def link_card(event: Event) -> LinkCard | None:
    """The card of an event that has been told and is not for the invited alone."""
    if event.published_at is None or event.audience == "invited":
        return None
    image = url_for("calendars.picture", event_id=event.id, digest=digest(g.region, event))
    when = f"{day(event.starts_at)} {period(event.starts_at, event.ends_at)}"
    where = plain(event, "place")
    return LinkCard(
        title=plain(event, "title"),
        description=f"{when} · {where}" if where else when,
        picture=absolute(image),
        address=notice_address(event),
    )


def digest(region: Region, event: Event) -> str:
    """Names the picture by what it shows."""
    return hashlib.sha256("\0".join([DRAWING, *_lines(region, event).values()]).encode()).hexdigest()[:16]


def kept(folder: Path, region: Region, event: Event) -> bytes:
    """The picture from the folder, drawn into it if it is not there. An unwritable folder costs time only."""
    path = folder / f"{digest(region, event)}.png"
    with suppress(FileNotFoundError):
        return path.read_bytes()
    data = pictures.draw(**_lines(region, event))
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
        draft = path.with_suffix(f".{uuid7()}")  # two may draw it at one moment
        draft.write_bytes(data)
        draft.replace(path)
    return data


def _lines(region: Region, event: Event) -> dict[str, str]:
    """What the picture shows whoever asks: the region's own words, and Latin ones for a machine without its letters."""
    starts = clock.local(region, event.starts_at)
    mark = "cancelled" if event.cancelled_at is not None else "postponed" if event.postponed_to is not None else ""
    return {
        "title": event.title,
        "place": event.place,
        "region_name": region.name,
        "title_latin": event.title_en,
        "place_latin": event.place_en,
        "region_latin": region.name_en,
        "when": starts.strftime("%Y-%m-%d %H:%M"),
        "accent": region.accent,
        "mark": mark,
    }
