"""A turn as an entry of a calendar (RFC 5545), with a word from the phone the evening before."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import url_for

from app.calendars.ics import begun
from app.regions.models import Region
from app.rotas.queries import Mine
from app.rotas.words import instants
from app.web.filters import plain
from app.web.pages import absolute

BEFORE = timedelta(hours=15)


def written(region: Region, mine: Mine, at: datetime) -> bytes:
    """A calendar with this one turn."""
    from icalendar import Alarm, Event

    calendar, entry, alarm = begun(), Event(), Alarm()
    begins, ends = instants(region, mine.slot)
    page = absolute(url_for("rotas.show", rota_id=mine.rota.id))
    entry.add("uid", f"turn-{mine.turn.id}@{region.slug}.yui")
    entry.add("dtstamp", at)
    entry.add("summary", plain(mine.rota, "title"))
    entry.add("dtstart", begins)
    entry.add("dtend", ends)
    entry.add("location", mine.rota.place)
    entry.add("description", page)
    entry.add("url", page)
    alarm.add("action", "DISPLAY")
    alarm.add("description", plain(mine.rota, "title"))
    alarm.add("trigger", -BEFORE)
    entry.add_component(alarm)
    calendar.add_component(entry)
    return bytes(calendar.to_ical())
