"""What works without signal: the service worker, the manifest and its icons, the phone's outbox and its replay.

Nouns: outbox (what was tapped on a phone and waits there), replay (sending it), kept page (the same for everybody).
Invariants: nothing private is ever in a cache; the outbox holds no name of another person; what a member tapped is
sent as that member's or not at all. Sits beside `home`; the check-in itself is `checkins`'.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app.offline import outbox, views

    app.before_request(outbox.refuse_another)
    app.after_request(outbox.sign)
    app.add_template_global(outbox.whose, "whose")
    app.register_blueprint(views.blueprint)
