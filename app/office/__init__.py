"""The drawer of the office: forms for shops, goods, places, rules, programmes and budgets; changes that need a
second person. It owns the change and its decision; all else is other rooms' verbs.

Nouns: change (asked for, then accepted, refused or withdrawn) · rule, budget, programme, place (what it is about).

- How many coins are given for what, also for a visit to a place, is changed by two people: one asks, another one with
  the duty accepts. The second is never the first, nor of the same household; the first still has the duty when it is
  accepted.
- A change is looked at again when it is accepted: what has become impossible meanwhile, or is no longer what the
  first person saw, does not happen.
- What a customer's live code was asked for never changes under it.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app.db import on_conflict
    from app.office import change_views, coin_views, goods_views, place_views, shop_views, views
    from app.web.forms import takes_photo
    from app.web.photos.making import MOST_BYTES

    doors = (change_views, coin_views, goods_views, place_views, shop_views)
    assert all(door.blueprint is views.blueprint for door in doors)
    app.register_blueprint(views.blueprint)
    app.add_template_global(views.has_office)
    takes_photo(app, "office.set_photo", most=MOST_BYTES, refusal="picture_large")
    on_conflict("uq_change_key", "other_request")
