"""Paper, proxies and help: every door to the one roll that is not one's own phone.

Nouns: envelope (a line used by paper) · pile (typed by two) · proxy 委任 · assistance, with its trace.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app.db import on_conflict
    from app.votes import casting, closing
    from app.votes.by_hand import assist_views, print_views, proxies, proxy_views, queries, views
    from app.votes.by_hand.piles import views as pile_views

    on_conflict("uq_paper_count_key", "form_stale")
    on_conflict("uq_proxy_key", "form_stale")
    casting.install_proxies(proxies.holder_of)
    closing.install_paper(queries.waits)
    for module in (assist_views, pile_views, print_views, proxy_views):
        assert module.blueprint is views.blueprint  # their routes are this room's too
    app.register_blueprint(views.blueprint)
