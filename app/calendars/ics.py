"""Gatherings as iCalendar (RFC 5545). Times are UTC: every calendar shows them in its own zone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from app.calendars import rules
from app.calendars.leaflets import notice_address
from app.events.models import Event
from app.events.words import field_name
from app.regions.models import Region
from app.web.filters import moment, plain

MAKER = "-//Yui//Yui//JA"


def written(region: Region, events: Iterable[Event], at: datetime, *, name: str | None = None) -> bytes:
    """A calendar of these gatherings; `name` for one that is read again and again."""
    calendar = begun()
    if name is not None:
        calendar.add("x-wr-calname", name)
        calendar.add("x-wr-timezone", region.time_zone)
        calendar.add("x-published-ttl", "PT1H")
    for event in events:
        calendar.add_component(_entry(region, event, at))
    return bytes(calendar.to_ical())


def begun() -> Any:
    """A calendar without entries yet."""
    from icalendar import Calendar  # a quarter of a second, and most processes never write one

    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    return calendar


def _entry(region: Region, event: Event, at: datetime) -> Any:
    from icalendar import Event as Entry

    entry, called_off = Entry(), event.cancelled_at is not None or event.postponed_to is not None
    entry.add("uid", f"{event.code}@{region.slug}.yui")  # stays when the instance moves to another address
    entry.add("dtstamp", at)
    entry.add("sequence", rules.revision(event.published_at or event.created_at, at))
    entry.add("summary", _title(event))
    entry.add("dtstart", event.starts_at)
    entry.add("dtend", event.ends_at)
    entry.add("location", plain(event, "place"))
    entry.add("description", _description(event))
    entry.add("url", notice_address(event))
    entry.add("status", "CANCELLED" if called_off else "CONFIRMED")
    if event.field != "other":
        entry.add("categories", [field_name(event.field)])
    return entry


def _title(event: Event) -> str:
    """With 【中止】 before it: some calendars show a cancelled entry like any other."""
    title = plain(event, "title")
    if event.cancelled_at is not None:
        return _("【中止】%(title)s", title=title)
    return _("【延期】%(title)s", title=title) if event.postponed_to is not None else title


def _description(event: Event) -> str:
    lines = [event.reason] if event.cancelled_at is not None or event.postponed_to is not None else []
    if event.postponed_to is not None:
        lines.append(_("新しい日 %(moment)s", moment=moment(event.postponed_to)))
    if event.bring:
        lines.append(_("持ちもの %(things)s", things=plain(event, "bring")))
    if event.phone:
        lines.append(event.phone)
    return "\n".join([*filter(None, lines), notice_address(event)])
