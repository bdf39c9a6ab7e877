"""The door: checking in to a gathering, undoing it, ending the gathering.

Nouns: check-in (a member's arrival, or a guest visit when it has no membership), closure (会を終える).
Invariants: one check-in per membership and event; 受付番号 is unique per event; arrivals never exceed the capacity;
one activity earns once, at arrival or at the end.
Calls `events`, `sign_ups`, `cards`, `issuing`, `members`; the event's page, its list and its end are views of it.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app import codes, jobs
    from app.checkins import closing, companions, feelings, page, slips, views
    from app.checkins.by_host import hosting, leaving, paper, scanning
    from app.checkins.by_phone import late_views, outbox, screen
    from app.db import on_conflict
    from app.issuing import words

    on_conflict("uq_check_in_once", "already_checked_in")
    on_conflict("uq_check_in_phone", "already_checked_in")
    on_conflict("uq_check_in_key", "form_stale")
    on_conflict("pk_event_closure", "already_ended")
    on_conflict("uq_late_arrival_key", "form_stale")
    app.add_template_filter(words.reached, "reached")
    app.add_template_global(page.sections, "sections_of_event")
    app.add_template_global(screen.picture, "picture_of_tree")
    for shown in (feelings.feelings_of, feelings.feeling_of, feelings.lines_of, feelings.may_feel):
        app.add_template_global(shown)
    app.after_request(outbox.speak_json)
    codes.opens(app, "event", views.page_of)
    codes.opens_signed(app, "rotating", screen.open_by_code)
    jobs.every(60, "checkins.close", closing.close_overdue)
    doors = (views, companions, feelings, hosting, leaving, paper, scanning, late_views, screen, slips)
    for blueprint in dict.fromkeys(door.blueprint for door in doors):  # some share one
        app.register_blueprint(blueprint)
