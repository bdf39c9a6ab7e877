"""What the shelf, the strip and the day's sum tell."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from app.db import db
from app.errors import Missing
from app.shops import queries, sales
from app.shops.models import Offer, Shop
from tests.shops.factories import OVER, Valley


def test_the_shelf_tells_what_is_left_and_who_had_enough(valley: Valley, shop: Shop, at: datetime) -> None:
    sora = valley.member(20)
    tea = valley.offer(shop, "ひげ茶", 3, stock=5, limit=1, limit_period="month")
    coffee = valley.offer(shop, "コーヒー", 2)
    valley.confirm(shop, valley.ask(sora, tea).digits)
    db.session.rollback()
    shelf = {row.offer.id: row for row in queries.shelf(valley.region, at=at, membership_id=sora.id)}
    assert (shelf[tea.id].left, shelf[tea.id].used_up) == (4, True)
    assert (shelf[coffee.id].left, shelf[coffee.id].used_up) == (None, False)
    assert [row.offer.price for row in queries.shelf(valley.region, at=at)] == [2, 3]
    assert not queries.goods(valley.region, tea.id, at=at).used_up


def test_the_shelf_judges_by_time_and_needs_no_sweep(valley: Valley, shop: Shop, at: datetime) -> None:
    sora = valley.member(20)
    last = valley.offer(shop, "さいごの1つ", 3, stock=1, limit=1)
    valley.ask(sora, last)
    db.session.rollback()

    def seen(moment: datetime) -> tuple[int | None, bool]:
        row = queries.goods(valley.region, last.id, at=moment, membership_id=sora.id)
        return row.left, row.used_up

    assert seen(at + OVER - timedelta(milliseconds=1)) == (0, True)
    assert seen(at + OVER) == (1, False)
    assert queries.spent_today(region=valley.region, membership_id=sora.id, at=at) == 3
    assert queries.spent_today(region=valley.region, membership_id=sora.id, at=at + OVER) == 0
    assert valley.coins(sora, at + OVER) == 20


def test_the_days_sum_leaves_out_what_was_taken_back(valley: Valley, shop: Shop, tea: Offer, at: datetime) -> None:
    sora = valley.member(20)
    given = [valley.confirm(shop, valley.ask(sora, tea).digits) for _ in range(3)]
    valley.reverse(shop, given[1])
    db.session.rollback()
    today = sales.day(region=valley.region, on=date(2026, 11, 28), shop_id=shop.id)
    assert (today.given, today.undone, today.coins) == (2, 1, 6)
    assert sales.day(region=valley.region, on=date(2026, 11, 29), shop_id=shop.id) == ([], 0, 0, 0, None)
    assert [sale.redemption.id for sale in queries.last_sales(shop_id=shop.id)] == [
        given[2].id,
        given[1].id,
        given[0].id,
    ]


def test_a_redemption_of_somebody_else_is_missing(valley: Valley, tea: Offer) -> None:
    asked = valley.ask(valley.member(9), tea)
    other = valley.member(number="TSK-0004-5")
    db.session.rollback()
    with pytest.raises(Missing):
        queries.sale_of(region=valley.region, redemption_id=asked.id, membership_id=other.id)
