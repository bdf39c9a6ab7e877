"""The shop and the office read the same month: on the page, on paper and in the file."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from app.db import transaction
from app.members import service as members
from app.shops.models import Offer, Shop
from tests.client import Client
from tests.shops.factories import Valley, text
from tests.shops.test_sales import sold, staffed

PAGES = ("sales?month=2026-11", "sales/sheet?month=2026-11")


@pytest.fixture
def office(app: Any, valley: Valley) -> Client:
    """A browser of somebody with the office's duty, who has nothing to do with the shop."""
    clerk = valley.member(number="TSK-0007-6", name="見本 つむぎ")
    with transaction():
        day = valley.at.date()
        members.give_duty(membership=clerk, role="office", starts_on=day, ends_on=day.replace(year=day.year + 1))
    browser: Client = app.test_client()
    valley.sign_in(browser, clerk, fresh=True)
    return browser


def figures(page: str) -> list[str]:
    """What a page says between its head and its tabs."""
    return page.split("きろく", 1)[-1].split()


def test_the_shops_and_the_offices_figures_are_equal(
    client: Client, office: Client, valley: Valley, shop: Shop, tea: Offer
) -> None:
    staffed(client, valley, shop, tea)
    sold(valley, shop, tea, valley.at)
    for page in PAGES:
        hers, theirs = (text(browser.get(f"/tsk/shops/{shop.id}/{page}")) for browser in (client, office))
        assert figures(hers) == figures(theirs) and "あわせて 6" in hers
    files = [browser.get(f"/tsk/shops/{shop.id}/sales.csv?month=2026-11").data for browser in (client, office)]
    assert files[0] == files[1]
    rows = list(csv.reader(io.StringIO(files[0].decode("utf-8-sig"), newline="")))
    assert sum(int(row[4]) for row in rows[1:]) == valley.shop_coins(shop) == 6
