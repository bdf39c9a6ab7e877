"""Gatherings to take away: .ics files and feeds, the month on one A4, the 回覧 sheet, the おさそい leaflet to hang up,
the card of a link pasted into a chat.

Nouns: leaflet (おさそい; hung for weeks), notice (the page that its code opens), sheet (one A4), link card.
Invariant: nothing that hangs for weeks lets anybody check in. A leaflet's code is not the door's code: it opens the
notice, which has no button for the door at any moment.
Reads `events` only.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app import codes
    from app.calendars import leaflets, link_cards, rules, views, words

    app.add_template_filter(words.weekday)
    app.add_template_global(link_cards.link_card)
    app.add_template_global(leaflets.share_address)
    codes.reads(app, rules.LEAFLET, leaflets.address)
    app.register_blueprint(views.blueprint)
    app.register_blueprint(leaflets.blueprint)
