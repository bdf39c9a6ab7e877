"""Places with opening hours, open today or not, and visits to them without a gathering: one a day.

Nouns: place · opening hours (stretches of weekdays) · closed day · visit.

- A visit is recorded at the address of the place's own code only, while the place is open: one a day for each
  person, and one for each phone that nobody has signed in on.
- A place may give one coin for a visit, within the region's caps; only members are paid.

Calls `issuing` for places whose visits give a coin, and reads `shops` for the counter in it and `events` for
what is on today.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app import codes
    from app.db import on_conflict
    from app.places import views

    app.register_blueprint(views.blueprint)
    codes.opens(app, "place", views.place_of_code)
    on_conflict("uq_place_visit_key", "other_request")
    on_conflict("uq_place_visit_place_id_day_membership_id", "visited_today")
    on_conflict("uq_place_visit_place_id_day_visit_hash", "visited_today")
