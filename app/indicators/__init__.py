"""What a region wants to become, in numbers of the five fields. Floor: beside `projects`, above `events`.

Nouns: indicator (a name and a unit in one field, with a target perhaps) · value (a number on a day, and where it is
from). A wrong value is withdrawn: it stays to be seen as such, and counts no more.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app.db import on_conflict
    from app.indicators import views, words

    app.add_template_filter(words.amount, "amount")
    app.register_blueprint(views.blueprint)
    on_conflict("uq_indicator_region_id_name", "indicator_known")
    on_conflict("uq_indicator_value_key", "other_request")
