"""総会の日: agenda, who is there, minutes. Floor: above `votes` and `checkins`, which it reads.

Nouns: assembly (an event that is a general meeting) · matter of the agenda · attendance in three numbers (出席, 書面,
委任, each person once) · minutes, their signatories.

- A vote of the agenda may be short, and is opened and shut in the room; who was there is written beside it.
- A signature is for the very words: once they change, everybody is asked again.

Tells `votes` below which votes belong to a meeting, and `checkins` what stands on a gathering's page.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app.assemblies import minutes_views, proxy_views, queries, room_views, section, views, voting
    from app.checkins import page
    from app.db import on_conflict
    from app.votes import closing, opening
    from app.votes.by_hand import proxies

    on_conflict("uq_assembly_key", "form_stale")
    on_conflict("uq_agenda_item_vote_id", "agenda_vote_taken")
    opening.install_assemblies(lambda vote: queries.event_of(vote.id) is not None)
    closing.install_heads(voting.heads)
    proxies.install(queries.event_of, queries.votes_of, queries.is_over)
    page.add_section("assembly", 10, section.shown)
    for module in (minutes_views, proxy_views, room_views):
        assert module.blueprint is views.blueprint  # their routes are this room's too
    app.register_blueprint(views.blueprint)
