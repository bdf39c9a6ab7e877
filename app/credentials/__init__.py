"""Passkeys, signed-in devices and single-use links: every way in, and each device's way out.

Ways in: a passkey; a claim (low powers, 400 days); a demo link (demo instances on this machine only); the set-up
link (only to register the first passkey); a till's opening code (sees the till of one shop and nothing else).

- `service` devices and links, `ceremonies` passkeys, `rules` what is decided about them
- `retention` forgets what nobody can use any more
- `loader` finds who stands behind a cookie, `cookies` gives and takes it
- the id of a sign-in is new at each sign-in and at each showing of a passkey; a challenge and a link work once
- rooms above ask `queries`: who is strong (has a passkey), to whom one should be offered

It may call `members`, `regions`, `codes` and `ledger`.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app import jobs
    from app.credentials import cookies, links, loader, me, passkeys, retention, sign_ins
    from app.db import on_conflict
    from app.web.access import add_role_source

    on_conflict("uq_credential_credential_id", "already_passkey")
    add_role_source(app, loader.add_roles)
    app.after_request(me.remember_region)
    app.after_request(cookies.write)
    app.after_request(cookies.settle)
    app.before_request(cookies.touch)
    jobs.every(retention.FORGET_EVERY, "credentials.forget", retention.forget)
    for views in (passkeys, sign_ins, links, me):
        app.register_blueprint(views.blueprint)
