"""あゆみ: what a person, and everybody together, did. Floor: beside `wallet`; it only reads, but for consent.

Nouns: seal (an arrival) · hours (confirmed minutes) · rung (a step of the ladder of rights) · consent (what of it
others may see, part by part) · evidence (who did enough for ふるさと住民登録, with consent only).

- One's own record is shown to nobody else, by no address.
- People are counted, never ranked. A name stands on the board with consent alone, in no order of deeds.
- A step of the ladder that was reached stays reached, whatever is put right later; what was taken back counts for none.
- Strangers read no number behind which there are fewer than five people, nor could they work it out.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app.records import own_views, proof_views, views, words

    doors = (own_views, proof_views)
    assert all(door.blueprint is views.blueprint for door in doors)
    for shown in (words.fiscal_year, words.era, words.told, words.reached, words.missing):
        app.add_template_filter(shown, f"record_{shown.__name__}")
    app.register_blueprint(views.blueprint)
