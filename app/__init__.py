"""Yui (結): check-in, coins and local goods for the people of a valley and its friends.

The house, from the roof down; imports go down only:

- `cli`, `demo`            commands; the sample regions
- `home`, `offline`, `office`  the front page; what works without signal; the office's forms
- `certificates`         hours certified, at an address to hand on
- `wallet`, `records`      reads: coins in plain words; what everybody did
- `claims`, `thanks`, `assemblies`  a visitor's coins, received later; words of thanks; the general meeting
- `votes`, `proposals`     what is decided together, and what it grew from
- `places`                 the workation room
- `checkins`, `shops`, `polls`  acts that move coins: the door, the counter; small questions
- `hours`, `rotas`         what people do, confirmed by a second person; turns
- `projects`, `indicators`  what people do together over weeks; the fields in numbers
- `sign_ups`               places taken before, the waiting list
- `series`, `calendars`    gatherings again and again; gatherings to take away
- `events`, `cards`        gatherings, posters; member cards
- `issuing`                how many coins for what: rules, caps, budgets
- `credentials`            passkeys, signed-in devices, single-use links
- `members`, `regions`     people and co-ops
- `ledger`, `codes`, `tally`  coins; what a QR carries; counting votes. They know nobody
- `web`, `jobs`            the porch every request passes; what runs by itself
- `db`, `columns`, `guards`, `schema`, `errors`, `clock`, `config`

`create_app` is the only importer of views, and tells lower rooms what they must not import. Nothing is imported
before it is called: `app.tally` counts on a machine where only Python is installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.config import Config

MAX_BODY = 1 << 20


def create_app(config: Config | None = None) -> Flask:
    """The whole application, ready to serve. Raises BadConfig, or RuntimeError for a view without its access line."""
    from sqlalchemy import make_url
    from werkzeug.middleware.proxy_fix import ProxyFix

    from app import config as settings
    from app.config import ROOT
    from app.db import database_file, db, engine_options
    from app.web.handlers import Yui
    from app.web.limits.concurrency import AT_ONCE, FewAtOnce

    config = config or settings.load()
    app = Yui(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.jinja_options = {"cache_size": -1}  # all templates: there are more than the 400 that are kept by default
    app.config.update(
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(config.database_url),
        MAX_CONTENT_LENGTH=MAX_BODY,
        TRUSTED_HOSTS=[config.host, *config.extra_hosts],
        TESTING=config.testing,
        PROPAGATE_EXCEPTIONS=False,
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "app" / "translations"),
    )
    app.extensions["config"] = config
    database_file(config.database_url)
    db.init_app(app)
    if config.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, config.proxies, config.proxies, config.proxies)  # type: ignore[method-assign]  # as Flask documents it
    places = AT_ONCE[make_url(config.database_url).get_backend_name()]
    app.wsgi_app = FewAtOnce(app.wsgi_app, places=places, body=MAX_BODY)  # type: ignore[method-assign]  # as above
    _open_porch(app)
    _open_rooms(app)
    _refuse_open_doors(app)
    return app


def _open_porch(app: Flask) -> None:
    from flask_login import LoginManager
    from htmx_flask import Htmx

    from app.credentials import loader
    from app.web import assets, filters, handlers, layout, pages, photos, reading, security
    from app.web.keeping import parts

    Htmx(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.after_request(pages.pack)  # the first one given runs last
    security.init(app)
    reading.init(app)
    filters.init(app)
    handlers.init(app)
    layout.init(app)
    parts.init(app)
    app.register_blueprint(assets.blueprint)
    photos.init(app)
    manager = LoginManager(app)
    manager.session_protection = None
    manager.request_loader(loader.load)


def _open_rooms(app: Flask) -> None:
    from app import (
        assemblies,
        calendars,
        cards,
        certificates,
        checkins,
        claims,
        cli,
        codes,
        credentials,
        demo,
        events,
        home,
        hours,
        indicators,
        jobs,
        members,
        office,
        offline,
        places,
        polls,
        projects,
        proposals,
        records,
        regions,
        rotas,
        series,
        shops,
        sign_ups,
        thanks,
        votes,
        wallet,
    )

    for room in (
        regions,
        members,
        codes,
        credentials,
        events,
        cards,
        series,
        calendars,
        sign_ups,
        projects,
        indicators,
        hours,
        rotas,
        thanks,
        checkins,
        claims,
        shops,
        places,
        polls,
        proposals,
        votes,
        assemblies,
        wallet,
        records,
        certificates,
        home,
        offline,
        office,
        demo,
        jobs,
        cli,
    ):
        room.init(app)


def _refuse_open_doors(app: Flask) -> None:
    from app.web.access import views_without_access

    if forgotten := list(views_without_access(app)):
        raise RuntimeError(f"views without an access line: {', '.join(forgotten)}")
