"""当番: who comes when, swaps, the printed list. Floor: beside `hours`.

Nouns: rota · slot (a day, from, to, how many people) · turn · wish to swap.

- Any member makes a rota; the maker and duty holders look after it.
- A turn is given back until the day before. Later somebody else takes it over: there is no moment in between in
  which nobody has it. The turn of whoever left the region is anybody's to take over.
- `slot.taken` counts live turns: the last place is given once.

Calls `projects` for the project that a rota belongs to, and shows its rotas on the project's page.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app.db import on_conflict
    from app.projects.page import add_section
    from app.rotas import roles, turn_views, views, words
    from app.web.access import add_role_source

    on_conflict("uq_rota_key", "form_stale")
    on_conflict("uq_rota_slot_rota_id_day_begins", "slot_known")
    on_conflict("uq_rota_turn_once", "turn_known")
    add_role_source(app, roles.add_host)
    add_section("rotas", 30, views.section)
    app.add_template_filter(words.slot_period)
    assert turn_views.blueprint is views.blueprint  # its routes are this room's too
    app.register_blueprint(views.blueprint)
