"""ちょっときく and 日程調整: they ask, and decide nothing. Floor: beside `checkins`.

Nouns: poll (quick or dates) · option (a short answer, or a day) · answer (a mark to an option: ○ △ ×).

- Names are seen by the region's members. Whoever has answered sees what others said; the asker always does.
- An answer is changed as often as one likes, until the poll closes by its time or by the asker's hand.
- A quick poll has one option a person; of days each has its own mark.

Calls `events`, where a chosen day becomes a gathering, and `codes`.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app import codes
    from app.db import on_conflict
    from app.polls import views, words
    from app.web.access import add_role_source

    app.register_blueprint(views.blueprint)
    codes.opens(app, "poll", views.poll_of_code)
    add_role_source(app, views.add_asker)
    on_conflict("uq_poll_key", "form_stale")
    app.add_template_filter(words.day_of, "poll_day")
    app.add_template_filter(words.mark, "poll_mark")
    app.add_template_global(words.marks, "poll_marks")
