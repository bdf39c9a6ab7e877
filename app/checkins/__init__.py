"""The door: checking in to a gathering, undoing it, ending the gathering.

Nouns: check-in (a member's arrival, or a guest visit when it has no membership), closure (会を終える).
Invariants: one check-in per membership and event; 受付番号 is unique per event; arrivals never exceed the capacity;
one activity earns once, at arrival or at the end.
Calls `events`, `issuing`, `members`; the event's page, its list and its end are views of this room.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app import codes, jobs
    from app.checkins import closing, hosting, views
    from app.db import on_conflict

    on_conflict("uq_check_in_once", "already_checked_in")
    on_conflict("uq_check_in_phone", "already_checked_in")
    on_conflict("uq_check_in_key", "form_stale")
    on_conflict("pk_event_closure", "already_ended")
    codes.opens(app, "event", views.page_of)
    jobs.every(60, "checkins.close", closing.close_overdue)
    for door in (views, hosting):
        app.register_blueprint(door.blueprint)
