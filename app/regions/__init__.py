"""Regions: one co-op each, with its own coin, rules, accent and stage.

Every address of a region begins with its slug; this room turns the slug into `g.region` before any view runs and
writes it into every address that is built. Reserved words never become slugs.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, g

RESERVED = frozenset(
    ("c", "n", "claim", "sign-in", "sign-out", "passkeys", "set-up", "demo", "language", "me", "till", "regions")
    + (
        "card",
        "csp-reports",
        "redemptions",
        "healthz",
        "static",
        "sw.js",
        "manifest.webmanifest",
        "offline",
        "pictures",
    )
)


def init(app: Flask) -> None:
    from app.regions import kept, views

    @app.url_value_preprocessor
    def load_region(endpoint: str | None, values: dict[str, Any] | None) -> None:
        if values and "tsk" in values:
            g.region = kept.by_slug(values.pop("tsk"))

    @app.url_defaults
    def fill_region(endpoint: str, values: dict[str, Any]) -> None:
        if "tsk" not in values and g.get("region") and app.url_map.is_endpoint_expecting(endpoint, "tsk"):
            values["tsk"] = g.region.slug

    app.extensions["region_by_id"] = kept.by_id
    app.register_blueprint(views.blueprint)
