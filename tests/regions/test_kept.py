"""A worker reads a region once in a few seconds, and gives it to whoever asks."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.db import db, transaction
from app.errors import Missing
from app.regions import kept
from app.regions.models import Region
from app.web.keeping import rows as keeping
from tests import factories


@pytest.fixture
def serving(new_app, at):
    app = new_app(TESTING="0")
    with app.app_context():
        factories.world(at=at)
        db.session.remove()
        yield app
        db.session.remove()


def rename(name):
    with transaction():
        db.session.execute(sa.update(Region).values(name=name))
    db.session.remove()


def test_a_region_is_read_again_after_seconds(serving, monkeypatch):
    first = kept.by_slug("tsk")
    rename("べつの谷")
    assert kept.by_slug("tsk") is first and first.name != "べつの谷"
    monkeypatch.setattr(keeping, "SECONDS", 0.0)
    assert kept.by_slug("tsk").name == kept.by_id(first.id).name == "べつの谷"


def test_a_kept_region_belongs_to_no_session_and_outlives_what_fails(serving):
    region = kept.by_slug("tsk")
    db.session.rollback()
    db.session.remove()
    assert sa.inspect(region).detached and region.name and region.created_at


def test_what_is_not_there_is_asked_for_each_time(serving):
    for _ in range(2):
        with pytest.raises(Missing):
            kept.by_slug("nowhere")


def test_tests_read_it_each_time(app, at):
    factories.world(at=at)
    assert kept.by_slug("tsk") is not None
    rename("べつの谷")
    assert kept.by_slug("tsk").name == "べつの谷"
