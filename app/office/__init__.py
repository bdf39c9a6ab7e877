"""The drawer of the office: forms for shops, goods, places, rules, programmes and budgets; changes that need a
second person. It owns the change and its decision; all else is other rooms' verbs.

Nouns: change (asked for, then accepted, refused or withdrawn) · rule, budget, programme (what a change is about).

- How many coins are given for what is changed by two people: one asks, another one with the duty accepts. The
  second is never the first, nor of the same household; the first still has the duty when it is accepted. (Whether a
  place gives its one coin is one person's act: it stays within the caps and the budget, which are not.)
- A change is looked at again when it is accepted: what has become impossible meanwhile, or is no longer what the
  first person saw, does not happen.
- What a customer's live code was asked for never changes under it.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, request


def init(app: Flask) -> None:
    from app.db import on_conflict
    from app.office import change_views, coin_views, goods_views, place_views, shop_views, views

    doors = (change_views, coin_views, goods_views, place_views, shop_views)
    assert all(door.blueprint is views.blueprint for door in doors)
    app.register_blueprint(views.blueprint)
    app.add_template_global(views.has_office)
    app.url_value_preprocessor(_take_photos)
    on_conflict("uq_change_key", "other_request")


def _take_photos(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """One form may be larger than others, before anything of it is read; its photo never touches a disk."""
    if endpoint != "office.set_photo":
        return
    from io import BytesIO

    from app.errors import Refused
    from app.shops.photos import MOST_BYTES

    around = current_app.config["MAX_CONTENT_LENGTH"] // 16  # the fields and boundaries beside the photo
    if (request.content_length or 0) > MOST_BYTES + around:
        raise Refused("picture_large")
    request.max_content_length = MOST_BYTES + around
    request._get_file_stream = lambda *_args, **_more: BytesIO()  # type: ignore[method-assign]  # where Werkzeug asks
