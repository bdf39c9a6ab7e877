"""The ledger is tested with no more of the app around it than Flask-SQLAlchemy needs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.db import db, engine_options
from tests.databases import Databases
from tests.ledger.world import World


@pytest.fixture(scope="session")
def _one_app(databases: Databases) -> Iterator[Flask]:
    """What `app` puts on each test's database: Flask-SQLAlchemy alone."""
    url = databases.copy("app").app
    made = Flask("ledger")
    made.config["SQLALCHEMY_DATABASE_URI"] = url
    made.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url)
    db.init_app(made)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def world(app: Flask) -> World:
    """A region with a programme, a budget and a shop."""
    return World()
