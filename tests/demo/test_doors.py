"""`/demo` and `flask demo links`: every door leads where it says, and only where sample data are."""

from __future__ import annotations

import json
import re
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app.db import db, transaction
from app.demo.links import links
from app.members.models import Membership
from app.shops.models import Shop
from tests.client import Client

ORIGIN = "http://localhost"


def field(page: Any) -> str:
    return re.search(r'name="proof" value="([^"]+)"', page.get_data(as_text=True))[1]


def sora() -> Membership:
    return db.session.scalars(sa.select(Membership).where(Membership.number == "TSK-0005-9")).one()


def test_there_is_no_such_page_without_sample_data(client: Client) -> None:
    assert client.get("/demo").status_code == 404
    assert client.post("/demo/members/1").status_code == 404


def test_there_is_no_such_page_under_a_public_address(sample: Flask, new_app: Any) -> None:
    public = new_app(ORIGIN="https://yui.example")
    with public.app_context():
        client = public.test_client()
        assert client.get("/demo", base_url="https://yui.example").status_code == 404
        assert client.post(f"/demo/members/{sora().id}", base_url="https://yui.example").status_code == 404


def test_a_button_signs_in_as_that_person(sample: Flask, client: Client) -> None:
    page = client.get("/demo")
    assert "空想 そら" in page.get_data(as_text=True)
    answer = client.post(f"/demo/members/{sora().id}", data={"proof": field(page)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/tsk")
    assert ">24<" in client.get("/tsk").get_data(as_text=True)


def test_the_button_needs_its_field(sample: Flask, client: Client) -> None:
    assert client.post(f"/demo/members/{sora().id}").status_code == 403


def test_a_button_opens_a_till_that_is_nothing_else(sample: Flask, client: Client) -> None:
    page, shop = client.get("/demo"), db.session.scalars(sa.select(Shop).order_by(Shop.id)).first()
    answer = client.post(f"/demo/shops/{shop.id}", data={"proof": field(page)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/till")
    assert client.get("/").headers["Location"] == "/till"
    assert client.get("/tsk/wallet").status_code in (303, 403)


def test_links_have_their_shape(sample: Flask, at: Any) -> None:
    with transaction():
        found = links(origin=ORIGIN, at=at)
    assert list(found) == ["regions"]
    for region in found["regions"]:
        assert list(region) == ["slug", "events", "places", "shops", "members"]
        for place in region["places"]:
            assert list(place) == ["id", "name", "url", "typed_code"]
            assert place["url"] == f"{ORIGIN}/C/{place['typed_code'].replace(' ', '')}"
        for event in region["events"]:
            assert list(event) == ["id", "title", "state", "poster_url", "typed_code"]
            assert re.fullmatch(r"[0-9A-Z]{4} [0-9A-Z]{4}", event["typed_code"])
            assert event["poster_url"] == f"{ORIGIN}/C/{event['typed_code'].replace(' ', '')}"
        assert region["events"][0]["title"].startswith("きょうの")
        assert region["events"][0]["state"] == "open"
        for shop in region["shops"]:
            assert list(shop) == ["id", "name", "till_url", "offers"]
            assert all(list(offer) == ["id", "name", "price"] for offer in shop["offers"])
        for member in region["members"]:
            assert list(member) == ["number", "name", "roles", "sign_in_url"]


def test_links_name_the_places(sample: Flask, at: Any) -> None:
    with transaction():
        found = links(origin=ORIGIN, at=at)
    names = {region["slug"]: [place["name"] for place in region["places"]] for region in found["regions"]}
    assert names["tsk"] == ["ONOONO", "めぐるステーション 見本自治会館"]
    assert names["sjr"] == ["スナバ"]


def test_links_name_the_roles(sample: Flask, at: Any) -> None:
    with transaction():
        found = links(origin=ORIGIN, at=at)
    roles = {member["number"]: member["roles"] for region in found["regions"] for member in region["members"]}
    assert roles["TSK-0002-1"] == ["member", "steward", "host"]
    assert roles["TSK-0003-7"] == ["member", "shop"]
    assert roles["TSK-0006-8"] == ["officer"]
    assert roles["TSK-0007-6"] == ["member", "office", "shop"]
    assert roles["TSK-0005-9"] == ["member"]
    assert len(roles) == 17


def test_a_sign_in_link_works_once(sample: Flask, client: Client, at: Any) -> None:
    with transaction():
        found = links(origin=ORIGIN, at=at)
    address = found["regions"][0]["members"][4]["sign_in_url"].removeprefix(ORIGIN)
    page = client.get(address)
    assert page.status_code == 200
    data = {"proof": field(page)}
    assert client.post(address, data=data).status_code == 303
    assert client.get("/tsk/wallet").status_code == 200
    assert sample.test_client().get(address).status_code == 410


def test_a_till_link_opens_the_till(sample: Flask, client: Client, at: Any) -> None:
    with transaction():
        found = links(origin=ORIGIN, at=at)
    address = found["regions"][0]["shops"][0]["till_url"].removeprefix(ORIGIN)
    page = client.get(address)
    assert client.post(address, data={"proof": field(page)}).headers["Location"] == "/till"
    assert "見本茶屋" in client.get("/till").get_data(as_text=True)


def test_the_commands_print_them(sample: Flask) -> None:
    run = sample.test_cli_runner().invoke
    as_json = run(args=["demo", "links", "--json"])
    assert as_json.exit_code == 0
    assert [one["slug"] for one in json.loads(as_json.output)["regions"]] == ["tsk", "ows", "sjr"]
    table = run(args=["demo", "links"])
    assert "TSK-0005-9" in table.output
    refused = run(args=["demo", "seed"])
    assert refused.exit_code == 1
    assert "rows already" in refused.output


def test_the_commands_say_what_is_missing(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["demo", "links"])
    assert answer.exit_code == 1
    assert "no sample data" in answer.output
