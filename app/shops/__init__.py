"""Shops, what they give for coins, and the counter at which coins become goods.

Nouns: shop · offer (goods or an experience, with a price) · redemption (requested, then confirmed, cancelled
or expired; a confirmed one may be reversed) · till (a signed-in device of one shop, which can do nothing else).

- A requested redemption holds the coins, one unit of the stock and one use of the person's limit for 120
  seconds and 10 more of grace, by the server's clock. What has run out counts no longer, swept or not.
- A membership has one live code per shop; its six digits are the shop's only live ones.
- A code is confirmed once, by a till of its own shop; coins move in the same transaction.
- A reversal gives the coins back with their old last day, and the unit and the use with them.
- Locks: the offer (its `seq`), the membership, redemptions by ascending id, then the ledger's.

It calls `ledger`, `codes`, `members`, `regions`, `credentials`, `cards` and `jobs`.
"""

from __future__ import annotations

from typing import Any

from flask import Flask


def init(app: Flask) -> None:
    from app import codes, jobs
    from app.db import on_conflict
    from app.shops import photos, redemptions, staff, till, views, words
    from app.shops.counter import views as counter
    from app.web.access import add_role_source
    from app.web.photos import keeping

    assert counter.blueprint is till.blueprint and staff.blueprint is views.blueprint  # two doors of the same rooms
    app.register_blueprint(views.blueprint)
    app.register_blueprint(till.blueprint)
    keeping.named_by("shops", photos.named)
    app.add_template_global(photos.photo_url)
    for shown in (words.customer, words.way):
        app.add_template_filter(shown)
    codes.opens(app, "shop", views.shop_of_code)
    codes.reads(app, 16, lambda code: "/redemptions")
    add_role_source(app, _add_shop_role)
    jobs.every(60, "shops.expire", redemptions.expire_due)
    jobs.every(86_400, "shops.sweep_photos", keeping.sweep)
    on_conflict("uq_redemption_digits", "busy")
    on_conflict("uq_redemption_live", "busy")
    on_conflict("uq_redemption_key", "other_request")


def _add_shop_role(actor: Any, view_args: dict[str, Any]) -> None:
    """Staff are staff at their own shop's addresses only."""
    if view_args.get("shop_id") in actor.shop_ids:
        actor.roles.add("shop")
