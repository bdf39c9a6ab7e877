"""What waits for a member here: cards to open; for duty holders those to be handed over on paper."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from flask import url_for
from flask_babel import ngettext

from app.members.models import Membership
from app.members.waiting import Line
from app.regions.models import Region
from app.thanks import queries

PRINTERS = {"steward", "office"}


def lines(region: Region, membership: Membership, roles: Collection[str], at: datetime) -> list[Line]:
    """At most one line of each kind."""
    found = []
    unseen = queries.unseen(membership)
    if unseen:
        text = ngettext(
            "ありがとうカードが %(num)sまい とどいています。", "ありがとうカードが %(num)sまい とどいています。", unseen
        )
        found.append(Line(text, url_for("thanks.index"), unseen))
    paper = len(queries.on_paper(region)) if PRINTERS & set(roles) else 0
    if paper:
        text = ngettext(
            "紙で わたす ありがとうカードが %(num)sまい あります。",
            "紙で わたす ありがとうカードが %(num)sまい あります。",
            paper,
        )
        found.append(Line(text, url_for("thanks.sheet"), paper))
    return found
