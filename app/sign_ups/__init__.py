"""Places taken before a gathering (申しこむ / やめる), the waiting list, invitations and their answers.

Nouns: sign-up (going, waiting, invited, declined, cancelled, arrived). Invariants: `event.booked` is what the going
ones hold; places taken and held never exceed the capacity; the waiting list moves up in order until twelve hours
before the start. Calls `events`, `members`; the door above turns a sign-up into an arrival.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app import jobs
    from app.db import on_conflict
    from app.sign_ups import forms, hosting, retention, service, views
    from app.web.sentences import sentence

    on_conflict("uq_sign_up_once", "already_signed_up")
    on_conflict("uq_sign_up_phone", "already_signed_up")
    on_conflict("uq_sign_up_key", "form_stale")
    jobs.every(60, "sign_ups.promote", service.sweep)
    jobs.every(retention.FORGET_EVERY, "sign_ups.forget", retention.forget)
    for shown in (forms.wants_name, forms.wants_contact):
        app.add_template_global(shown)
    app.add_template_global(views.place_here, "sign_up_place")
    app.add_template_global(views.news_here, "sign_up_news")
    app.add_template_global(sentence)
    app.register_blueprint(hosting.blueprint)
