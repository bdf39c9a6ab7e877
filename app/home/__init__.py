"""The front page of the house and of each region, made of other rooms' reads and fragments.

It also opens an empty house: the first region, and its first member, who signs in by the set-up link.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app.home import views

    app.register_blueprint(views.blueprint)
