"""What waits for a member: minutes to sign."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from app.assemblies import minutes, queries
from app.members.models import Membership
from app.members.waiting import Line
from app.regions.models import Region
from app.web.filters import isolated, plain


def lines(region: Region, membership: Membership, roles: Collection[str], at: datetime) -> list[Line]:
    """At most one line: the minutes whose words I have not signed."""
    for assembly, mine in queries.to_sign(region, membership):
        _assembly, event = queries.by_event(region, assembly.event_id)
        if mine.minutes_hash != minutes.current_hash(assembly, event):
            text = _("「%(title)s」の 議事録に 署名してください。", title=isolated(plain(event, "title")))
            return [Line(text, url_for("assemblies.show_minutes", event_id=assembly.event_id), 1)]
    return []
