"""A member's coins in plain words."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from app.checkins import closing
from app.checkins import service as checkins
from app.db import transaction, uuid7
from app.ledger import service as ledger
from app.members.models import Membership
from app.shops import redemptions
from app.shops import service as shops
from app.wallet import queries
from tests import factories
from tests.client import Client

SOON, LATER = date(2027, 3, 31), date(2028, 3, 31)


@pytest.fixture
def world(app: Any, at: Any) -> factories.World:
    return factories.world(at=at)


@pytest.fixture
def member(world: factories.World, client: Client, at: Any) -> Membership:
    return factories.host_of(world, client, at=at)


def words(client: Client, address: str = "/tsk/wallet", **options: Any) -> str:
    """The page without its tags, in one line."""
    answer = client.get(address, **options)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


def test_nothing_yet(client: Client, member: Membership) -> None:
    page = words(client)
    assert page.count("はじめの1枚は、つぎの行事で。") == 2
    assert "行事を見る" in page


def test_lots_by_their_last_day(client: Client, world: factories.World, member: Membership, at: Any) -> None:
    factories.coins(world, member, 3, at=at, expires_on=SOON)
    factories.coins(world, member, 21, at=at, expires_on=LATER)
    page = words(client)
    assert "24 枚" in page
    assert "3枚は 2027年3月31日まで使えます" in page
    assert "21枚は 2028年3月31日まで使えます" in page


def test_the_last_day_counts_and_the_next_does_not(
    client: Client, world: factories.World, member: Membership, clock: Any
) -> None:
    factories.coins(world, member, 3, at=clock.at, expires_on=SOON)
    clock.set(clock.at.replace(year=2027, month=3, day=31, hour=14, minute=59))
    assert "3 枚" in words(client)
    clock.move(minutes=1)
    assert "0 枚" in words(client)


def test_coins_at_a_counter_are_told(client: Client, world: factories.World, member: Membership, at: Any) -> None:
    factories.coins(world, member, 5, at=at)
    _ask(world, member, 2, at)
    page = words(client)
    assert "3 枚" in page
    assert "2枚は、いま お店で使うところです。" in page


def test_history_says_what_each_was_for(client: Client, world: factories.World, member: Membership, at: Any) -> None:
    event = factories.event(world.region, member, at=at)
    with transaction():
        checkins.check_in(
            region=world.region,
            event_id=event.id,
            key=uuid7(),
            way="poster",
            by=f"membership:{member.id}",
            at=at,
            membership=member,
        )
        closing.close(region=world.region, event_id=event.id, by="host", at=at)
    factories.coins(world, member, 4, at=at)
    asked = _ask(world, member, 2, at)
    with transaction():
        redemptions.confirm(shop=asked[0], code=asked[1].digits, key=uuid7(), by="till:1", at=at)
    page = words(client)
    assert "11月28日 行事に来ました：梅林の下草かり +1枚" in page
    assert "つかいました：ひげ茶 · 見本茶屋 −2枚" in page
    assert page.index("つかいました") < page.index("行事に来ました")


def test_what_was_taken_back_is_struck_through(
    client: Client, world: factories.World, member: Membership, at: Any
) -> None:
    factories.coins(world, member, 4, at=at)
    shop, asked = _ask(world, member, 2, at)
    with transaction():
        redemptions.confirm(shop=shop, code=asked.digits, key=uuid7(), by="till:1", at=at)
    with transaction():
        redemptions.reverse(shop=shop, redemption_id=asked.id, key=uuid7(), by="till:1", at=at)
    html = client.get("/tsk/wallet").get_data(as_text=True)
    assert len(re.findall(r"<s\b", html)) == 2
    assert "とりけしました：ひげ茶 · 見本茶屋" in words(client)
    assert "4 枚" in words(client)


def test_expired_coins_are_told(client: Client, world: factories.World, member: Membership, clock: Any) -> None:
    factories.coins(world, member, 3, at=clock.at, expires_on=SOON)
    at = clock.set(clock.at.replace(year=2027, month=4, day=1))
    with transaction():
        ledger.sweep_expired(region_id=world.region.id, today=date(2027, 4, 1), at=at)
    assert "使える日が すぎました −3枚" in words(client)


def test_a_long_history_comes_in_parts(
    client: Client, world: factories.World, member: Membership, at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 3)
    for number in range(1, 8):
        factories.coins(world, member, number, at=at)
    seen, address = [], "/tsk/wallet"
    while address:
        html = client.get(address).get_data(as_text=True)
        seen += [int(n) for n in re.findall(r">\s*\+(\d+)枚", html)]
        following = re.search(r'href="(/tsk/wallet\?before=\d+)"', html)
        address = following[1] if following else ""
    assert seen == [7, 6, 5, 4, 3, 2, 1]


def test_the_next_part_alone_for_htmx(
    client: Client, world: factories.World, member: Membership, at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 1)
    for _ in range(2):
        factories.coins(world, member, 1, at=at)
    html = client.get("/tsk/wallet").get_data(as_text=True)
    following = re.search(r'data-hx-get="([^"]+)"', html)[1]
    part = client.get(following, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert part.get_data(as_text=True).lstrip().startswith('<div id="wallet-history-')


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "１", "0"])
def test_odd_places_to_begin_harm_nobody(client: Client, member: Membership, before: str) -> None:
    assert client.get("/tsk/wallet", query_string={"before": before}).status_code == 200


def test_english(client: Client, world: factories.World, member: Membership, at: Any) -> None:
    factories.coins(world, member, 3, at=at, expires_on=SOON)
    client.set_cookie("language", "en")
    assert "31 March 2027" in words(client)


def test_it_is_for_the_member_alone(app: Any, client: Client, world: factories.World, at: Any) -> None:
    assert app.test_client().get("/tsk/wallet").headers["Location"].startswith("/sign-in")
    other = factories.world("ows", at=at)
    stranger = factories.membership(other.region, at=at)
    factories.sign_in(client, stranger.member_id, at=at)
    assert client.get("/tsk/wallet").status_code == 403


def _ask(world: factories.World, member: Membership, price: int, at: Any) -> Any:
    with transaction():
        shop = shops.open_shop(region_id=world.region.id, name="見本茶屋", at=at - timedelta(days=1))
        offer = shops.add_offer(shop=shop, name="ひげ茶", price=price, at=at)
        asked = redemptions.request(
            region=world.region, offer_id=offer.id, membership=member, key=uuid7(), strong=True, at=at
        )
    return shop, asked
