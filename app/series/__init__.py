"""Making gatherings from others: copies, templates of a region, and series (毎月第2土曜) with their exceptions.

Nouns: template (いつもの会), series (くりかえし), its days. Each gathering of a series is an event of its own: it is
moved, cancelled and held like any other.
Invariants: an event belongs to one series at most; a day that was dealt with is never made again.
Calls `events`.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app import jobs
    from app.db import on_conflict
    from app.series import reuse_views, roles, service, views, words
    from app.web.access import add_role_source

    on_conflict("uq_event_series_key", "form_stale")
    on_conflict("uq_series_day_event_id", "series_exists")
    on_conflict("uq_event_template_region_id_name", "form_stale")
    app.add_template_filter(words.rhythm)
    add_role_source(app, roles.add_host)
    jobs.every(6 * 3600, "series.make", service.make_all)
    app.register_blueprint(reuse_views.blueprint)
    app.register_blueprint(views.blueprint)
