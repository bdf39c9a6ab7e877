"""The front page of the house, and of each region."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from app.checkins import service as checkins
from app.db import db, transaction, uuid7
from app.members import service as members
from app.members.models import Member
from app.shops import service as shops
from tests import factories
from tests.client import Client

TARGET = re.compile(r"<(?:a|button|summary|input(?! type=\"hidden\"))\b")


@pytest.fixture
def world(app: Any, at: Any) -> factories.World:
    return factories.world(at=at, about="梅の里です。")


def page(client: Client, address: str = "/tsk") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# --- the house ----------------------------------------------------------------------------------------------


def test_strangers_read_what_it_is(client: Client, world: factories.World) -> None:
    html = page(client, "/")
    assert "昔からの言葉です" in html
    assert 'href="/tsk"' in html
    assert 'href="/n"' in html


def test_an_empty_house_answers_too(client: Client) -> None:
    assert "来て、はたらいて" in page(client, "/")


def test_members_go_on_to_their_region(client: Client, world: factories.World, at: Any) -> None:
    factories.host_of(world, client, at=at)
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/tsk")


def test_members_of_two_regions_go_on_to_the_last_one(client: Client, world: factories.World, at: Any) -> None:
    member = factories.host_of(world, client, at=at)
    other = factories.world("ows", at=at)
    with transaction():
        human = db.session.get_one(Member, member.member_id)
        members.join(region=other.region, member=human, kind="friend", at=at)
    assert client.get("/").headers["Location"] == "/tsk"
    assert "/regions" in page(client, "/ows")
    assert client.get("/").headers["Location"] == "/ows"


def test_the_list_of_regions(client: Client, world: factories.World) -> None:
    assert 'href="/tsk"' in page(client, "/regions")


# --- a region -----------------------------------------------------------------------------------------------


def test_an_empty_region_shows_one_way_to_begin(client: Client, world: factories.World, at: Any) -> None:
    factories.host_of(world, client, at=at)
    html = page(client)
    assert "まだ行事がありません。" in html
    assert "行事をつくる" in html
    folded = r'<form class="reading-panel".*?</form>|<template .*?</template>|<section [^>]* hidden>.*?</section>'
    assert len(TARGET.findall(re.sub(folded, "", html, flags=re.S))) <= 9


@pytest.mark.parametrize(
    ("days", "sentence"),
    [(0, "きょう、月ヶ瀬梅林で 会いましょう。"), (1, "あした、月ヶ瀬梅林で 会いましょう。"), (3, "12月1日(火)、")],
)
def test_the_sentence_looks_forward(client: Client, world: factories.World, at: Any, days: int, sentence: str) -> None:
    host = factories.membership(world.region, at=at)
    factories.event(world.region, host, at=at, starts_at=at + timedelta(days=days, hours=1))
    assert sentence in page(client)


def test_the_sentence_passes_over_what_is_cancelled(client: Client, world: factories.World, at: Any) -> None:
    host = factories.membership(world.region, at=at)
    factories.event(world.region, host, at=at, cancelled_at=at)
    factories.event(world.region, host, at=at, starts_at=at + timedelta(days=1))
    assert "あした、" in page(client)


def test_the_purse(client: Client, world: factories.World, at: Any) -> None:
    member = factories.host_of(world, client, at=at)
    factories.coins(world, member, 3, at=at, expires_on=date(2027, 3, 31))
    factories.coins(world, member, 21, at=at)
    html = words(page(client))
    assert "24 枚 うち 3枚は 3月31日まで使えます" in html
    assert "つかう" in html
    assert "わたしのコイン" in html


def test_whoever_only_reads_has_no_purse(client: Client, world: factories.World, at: Any) -> None:
    member = factories.host_of(world, client, at=at)
    with transaction():
        members.give_duty(membership=member, role="officer", starts_on=date(2026, 4, 1), ends_on=date(2027, 4, 1))
    assert 'class="card purse"' not in page(client)


def test_a_phone_is_reminded_of_its_visits(client: Client, world: factories.World, at: Any) -> None:
    host = factories.membership(world.region, at=at)
    event = factories.event(world.region, host, at=at)
    with transaction():
        checkins.check_in(
            region=world.region, event_id=event.id, key=uuid7(), way="poster", by="visitor", at=at, visit="phone" * 8
        )
    assert 'href="/claim"' not in page(client)
    client.set_cookie("visit", "phone" * 8)
    assert 'href="/claim"' in page(client)


def test_staff_find_their_counter(client: Client, world: factories.World, at: Any) -> None:
    member = factories.host_of(world, client, at=at)
    with transaction():
        shop = shops.open_shop(region_id=world.region.id, name="見本茶屋", at=at)
        term = {"starts_on": date(2026, 4, 1), "ends_on": date(2027, 4, 1)}
        members.give_duty(membership=member, role="shop", shop_id=shop.id, **term)
    html = page(client)
    assert "見本茶屋の画面をひらく" in html
    assert f'href="/tsk/shops/{shop.id}/till"' in html


def test_there_is_no_such_region(client: Client) -> None:
    answer = client.get("/abc")
    assert answer.status_code == 404
    html = answer.get_data(as_text=True)
    assert "そのページは ありません。" in html
    assert 'href="/"' in html


def test_a_refusal_inside_a_page_is_a_fragment(client: Client) -> None:
    answer = client.get("/abc", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert answer.get_data(as_text=True).lstrip().startswith('<div id="errors-error-not-found"')
