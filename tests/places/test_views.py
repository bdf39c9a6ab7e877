"""The place's page, the tap at its sign, and the sign itself."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.members import service as members
from app.places import upkeep
from app.places.models import PlaceVisit
from app.shops import service as shops
from tests import factories
from tests.client import Client
from tests.places.conftest import Spot


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


def tap(client: Client, spot: Spot, **changes: str) -> Any:
    data = {"key": uuid7(), "code": spot.place.code} | changes
    return client.post(f"/tsk/places/{spot.place.id}/visits", data=data)


def visits() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(PlaceVisit))


def test_today_with_desks_pickup_and_phone(spot: Spot, client: Client, at: Any) -> None:
    with transaction():
        shop = shops.open_shop(region_id=spot.region.id, name="カウンター", at=at)
        shops.add_offer(shop=shop, name="1日席", price=8, at=at, stock=5, stock_period="day")
        shops.add_offer(shop=shop, name="お茶", price=2, at=at)
        facts = {name: getattr(spot.place, name) for name in upkeep.FACTS}
        facts |= {"shop_id": shop.id, "pickup": "夕方まで", "phone": "0743-00-0001"}
        upkeep.change(region_id=spot.region.id, place_id=spot.place.id, values=facts)
    shown = client.get(f"/tsk/places/{spot.place.id}")
    words = text(shown)
    assert "きょう 午前9時から 午後5時まで あいています。" in words
    assert "1日席 8枚 きょうは あと5つ" in words and "お茶" not in words
    assert "夕方まで" in words and "0743-00-0001" in words
    assert f'href="/tsk/shops/{shop.id}"' in shown.get_data(as_text=True)


def test_what_is_on_today_at_this_place(spot: Spot, client: Client, at: Any) -> None:
    host = factories.membership(spot.region, at=at)
    here, there = (factories.event(spot.region, host, at=at) for _ in range(2))
    with transaction():
        here.place, there.place = "ONOONO 広場", "月ヶ瀬梅林"
        here.title, there.title = "もちつき", "せんてい"
        db.session.add_all([here, there])
    words = text(client.get(f"/tsk/places/{spot.place.id}"))
    assert "もちつき" in words and "せんてい" not in words


def test_a_closed_place_is_calm_not_green(spot: Spot, client: Client, at: Any) -> None:
    with transaction():
        upkeep.close_on(region_id=spot.region.id, place_id=spot.place.id, day=at.date(), reason="")
    page = client.get(spot.code)
    assert "きょうは お休みです。" in text(page) and "いまは しまっています。" in text(page)
    assert not re.search(r'class="box\b', page.get_data(as_text=True).partition("<h1>")[2])


def test_only_whoever_reads_the_sign_can_tap(spot: Spot, client: Client) -> None:
    away = client.get(f"/tsk/places/{spot.place.id}").get_data(as_text=True)
    assert "きょう 来ました" not in away and spot.place.code not in away
    here = client.get(spot.code)
    assert here.status_code == 200 and "きょう 来ました" in text(here)
    refused = tap(client, spot, code="00000000")
    assert refused.status_code == 422 and "入口の紙のコードを 読んでください" in text(refused)
    assert visits() == 0


def test_a_visitor_taps_and_the_second_time_is_calm(spot: Spot, client: Client) -> None:
    client.get(spot.code)
    first = tap(client, spot)
    assert (first.status_code, first.headers["Location"]) == (303, spot.code)
    assert "きょうの記録が あります" in text(client.get(spot.code))
    assert tap(client, spot).status_code == 303
    assert "きょうは もう 記録しました。" in text(client.get(spot.code))
    assert visits() == 1


def test_a_member_is_told_of_the_coin(spot: Spot, client: Client, at: Any) -> None:
    factories.host_of(spot.world, client, at=at)
    tap(client, spot)
    assert "記録しました。1枚を もらいました。" in text(client.get(spot.code))
    assert "場所に来ました：ONOONO +1枚" in text(client.get("/tsk/wallet"))


def test_closed_says_when_it_opens(spot: Spot, client: Client, clock: Any) -> None:
    clock.move(hours=8)
    assert "きょう 来ました" not in text(client.get(spot.code))
    refused = tap(client, spot)
    assert refused.status_code == 422
    assert "いまは しまっています。12月5日(土) 午前9時に あきます。" in text(refused)
    assert "きょうは おわりました。" in text(refused)


def test_a_closed_day_says_why(spot: Spot, client: Client, at: Any) -> None:
    with transaction():
        upkeep.close_on(region_id=spot.region.id, place_id=spot.place.id, day=at.date(), reason="大そうじ")
    assert "きょうは お休みです（ 大そうじ ）。" in text(client.get(f"/tsk/places/{spot.place.id}"))


def test_home_tells_of_it(spot: Spot, client: Client) -> None:
    assert "ONOONO きょう 午前9時から 午後5時まで あいています。" in text(client.get("/tsk"))
    assert "ONOONO" in text(client.get("/tsk/places"))


def test_the_sign_is_the_offices(spot: Spot, client: Client, at: Any) -> None:
    address = f"/tsk/places/{spot.place.id}/sign"
    assert client.get(address).status_code == 303
    member = factories.host_of(spot.world, client, at=at)
    assert client.get(address).status_code == 403
    with transaction():
        members.give_duty(membership=member, role="office", starts_on=at.date(), ends_on=at.date().replace(year=2027))
    for size in ("", "?size=a5", "?size=nonsense"):
        shown = client.get(address + size)
        assert shown.status_code == 200
        assert f"{spot.place.code[:4]} {spot.place.code[4:]}" in text(shown)


def test_a_withdrawn_place_opens_nothing(spot: Spot, client: Client, at: Any) -> None:
    with transaction():
        upkeep.withdraw(region_id=spot.region.id, place_id=spot.place.id, at=at)
    assert client.get(spot.code).status_code == 404
    assert client.get(f"/tsk/places/{spot.place.id}").status_code == 404
    assert tap(client, spot).status_code == 404
