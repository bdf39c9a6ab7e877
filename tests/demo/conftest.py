"""What tests of the sample data are given."""

from __future__ import annotations

import pytest
from flask import Flask

from app.db import db
from tests.databases import Databases


@pytest.fixture
def sample(app: Flask, databases: Databases, seeded: str) -> Flask:
    """The app on a database with the sample data, as they are made at `at`."""
    db.session.remove()
    db.engine.dispose()
    databases.copy("app", of=seeded)
    return app
