"""The ledger is tested on a database of its own, with no more of the app around it than Flask-SQLAlchemy needs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.db import db, engine_options
from tests.ledger.world import World


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    """Flask-SQLAlchemy on this test's database, its context pushed."""
    made = Flask("ledger")
    made.config["SQLALCHEMY_DATABASE_URI"] = database_url
    made.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(database_url)
    db.init_app(made)
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def world(app: Flask) -> World:
    """A region with a programme, a budget and a shop."""
    return World()
