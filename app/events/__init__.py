"""Gatherings: the list, the three-step form, the poster, cancelling.

An event is a draft until it is published, and then open, full, cancelled or ended by the clock and its own columns
(`rules.state`). Its page, its list of arrivals and its end belong to `checkins`, the room above.
Invariants: an event that gives coins at arrival gives one; `taken` never exceeds `capacity`.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app.db import on_conflict
    from app.events import drafts, queries, roles, rules, views, words
    from app.web.access import add_role_source

    on_conflict("uq_event_key", "form_stale")
    app.add_template_filter(rules.state, "state")
    app.add_template_filter(words.field_name)
    app.add_template_filter(rules.places_left, "places_left")
    app.add_template_global(queries.new_day)
    add_role_source(app, roles.add_host)
    app.register_blueprint(views.blueprint)
    app.register_blueprint(drafts.blueprint)
