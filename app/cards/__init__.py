"""Member cards: the printed one and the one on the phone; who it is that shows one.

Nouns: card · card code (printed: until re-issued; on the phone: a step of 30 seconds, each good once for one purpose).
Invariants: one live card per membership; an ended card opens nothing. A card says who, never that something may be
done: the door and the counter ask `service.read` and decide for themselves.

- `service` gives, ends and reads cards; `phone` is what a phone needs to draw its own; `queries` the office's list
- `views` 見せる, `reader` よみとる, `pictures` the code in a photo, `printing` paper
- a phone's keys are those of seven days; who has one can show this card on that day, and nothing else

It may call `members`, `regions` and `codes`.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app import codes, jobs
    from app.cards import printing, reader, service, views
    from app.db import on_conflict
    from app.web.forms import takes_photo
    from app.web.photos import making

    on_conflict("uq_card_live", "busy")
    for door in (views, reader, printing):
        app.register_blueprint(door.blueprint)
    takes_photo(app, "card_reader.read", most=making.MOST_BYTES)
    for kind in ("card", "phone_card"):
        codes.opens_signed(app, kind, views.card_of_code)
    jobs.every(86_400, "cards.forget", service.forget_uses)
