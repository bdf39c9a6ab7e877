"""ありがとうカード: words from one member to another; never coins. Floor: beside `claims`.

Nouns: card (a row of `thanks`) · writer · receiver.

- Ten a day and writer, none to oneself. The receiver opens it, may put it away; nobody else reads it.
- The writer may take it back within ten minutes, while it has not been opened.
- For whoever has no sign-in a duty holder prints it, eight on an A4, and hands it over.

Calls `checkins` for who was at a gathering, `projects` for who takes part in one, `credentials` for who has a phone.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app.db import on_conflict
    from app.thanks import paper_views, views

    on_conflict("uq_thanks_key", "form_stale")
    assert paper_views.blueprint is views.blueprint  # its routes are this room's too
    app.register_blueprint(views.blueprint)
