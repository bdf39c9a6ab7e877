"""The wallet: what a member has and how it came, in plain words. It only reads.

Balance and lots come from `ledger`; what an entry was for is looked up where its reference leads: a gathering in
`events`, a redemption in `shops`. A balance is shown to its owner alone.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app.wallet import views, words

    app.add_template_filter(words.until, "until")
    app.add_template_global(views.slips_here, "slips_entered")
    app.add_template_filter(words.until_long, "until_long")
    app.register_blueprint(views.blueprint)
