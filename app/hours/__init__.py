"""Volunteer hours and their confirmation. Floor: above `projects`, below `checkins`, whose 会を終える writes them."""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app.hours import desk_views, views, words
    from app.hours.by_paper import roles
    from app.hours.by_paper import views as by_paper
    from app.projects.page import add_section
    from app.web.access import add_role_source

    add_role_source(app, roles.add_host)
    add_section("hours", 20, views.section)
    shown = (words.given, words.length, words.mark, words.state_words, words.role_words, words.why_words)
    for one in shown:
        app.add_template_filter(one, f"hours_{one.__name__.removesuffix('_words')}")
    app.add_template_global(words.no_coins)
    app.add_template_global(words.waits_for)
    for module in (desk_views, by_paper):
        assert module.blueprint is views.blueprint  # their routes are this room's too
    app.register_blueprint(views.blueprint)
