"""Claims: a visitor's coins are born when the visit is claimed, on the same phone or with the slip's code.

Floor: above `checkins`, whose guest visits it turns into a member's; below `wallet`, which shows what came.
Invariants: a visit is claimed once; at a cap or an empty budget a claim pays what it can and is never refused.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app import codes
    from app.claims import views

    codes.reads(app, 12, lambda code: f"/claim/{code}")
    app.register_blueprint(views.blueprint)
