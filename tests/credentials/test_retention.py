"""What nobody can use any more is forgotten after thirty days, and nothing that lives."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.credentials import ceremonies, service
from app.credentials.models import Challenge, Link, SignIn
from app.credentials.retention import forget
from app.db import db, transaction
from app.members.models import Membership
from app.shops import service as shops

OWN, SHARED = timedelta(days=400), timedelta(minutes=30)
MONTH, MOMENT = timedelta(days=30), timedelta(seconds=1)


def left(model: Any, at: datetime) -> int:
    """How many rows there are once the job has been done."""
    with transaction():
        forget(at=at)
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


@pytest.mark.parametrize(("shared", "life"), [(False, OWN), (True, SHARED)])
def test_a_device_that_is_not_used_is_forgotten_a_month_after_its_end(
    person: Membership, at: datetime, shared: bool, life: timedelta
) -> None:
    with transaction():
        service.sign_in(member_id=person.member_id, way="claim", at=at, shared=shared)
    assert left(SignIn, at + life + MONTH) == 1
    assert left(SignIn, at + life + MONTH + MOMENT) == 0


def test_a_device_that_was_signed_out_is_forgotten_after_a_month(person: Membership, at: datetime) -> None:
    with transaction():
        row, _ = service.sign_in(member_id=person.member_id, way="claim", at=at)
        service.sign_in(member_id=person.member_id, way="claim", at=at)
        service.sign_out(sign_in_id=row.id, at=at)
    assert left(SignIn, at + MONTH) == 2
    assert left(SignIn, at + MONTH + MOMENT) == 1


def test_a_till_that_the_books_name_stays(person: Membership, at: datetime) -> None:
    with transaction():
        shop = shops.open_shop(region_id=person.region_id, name="茶房", at=at)
        row, _ = service.open_till(region_id=person.region_id, shop_id=shop.id, at=at)
        service.sign_out(sign_in_id=row.id, at=at)
    assert left(SignIn, at + OWN + OWN) == 1


def test_links_are_forgotten_a_month_after_they_were_used_or_ran_out(app: Flask, at: datetime) -> None:
    with transaction():
        service.make_link(purpose="till", subject="shop:1", at=at, life=timedelta(minutes=10))
        used = service.make_link(purpose="demo", subject="member:1", at=at, life=timedelta(days=90))
        service.make_link(purpose="demo", subject="member:1", at=at, life=timedelta(days=90))
        service.use_link(purpose="demo", key=used, at=at)
    assert left(Link, at + MONTH) == 3
    assert left(Link, at + MONTH + MOMENT) == 2
    assert left(Link, at + MONTH + timedelta(minutes=10) + MOMENT) == 1


def test_challenges_live_only_as_long_as_their_ceremony(app: Flask, at: datetime) -> None:
    with transaction():
        ceremonies.open_challenge(cookie="a", purpose="sign_in", at=at)
    assert left(Challenge, at + timedelta(minutes=5)) == 1
    assert left(Challenge, at + timedelta(minutes=5) + MOMENT) == 0
