"""活動証明: what somebody did, certified, at an address that they may hand on. Floor: above `records`.

Nouns: certificate (a link of its region's chain) · line (an entry counted in) · audience (who may see it: だれでも,
リンクを知っている人, わたしだけ) · revocation.

- It certifies its holder's own hours that a second person confirmed, and no other; it cannot be handed to another.
- It says by which role each time was confirmed, never by whom: no name stands on it but its holder's.
- Its text is as it was when it was issued, and never changes; nor does the hash, which covers the one before it.
- What is put right later is told beside it; what was revoked stays to be seen, as revoked.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app import codes
    from app.certificates import desk_views, own_views, views, words

    assert all(door.blueprint is views.blueprint for door in (own_views, desk_views))
    codes.opens(app, "certificate", views.certificate_of_code)
    codes.reads_typed(app, views.address_of_serial)
    for shown in (words.title, words.roles, words.days, words.span, words.seen_by, words.holder):
        app.add_template_filter(shown, f"certificate_{shown.__name__}")
    app.register_blueprint(views.blueprint)
