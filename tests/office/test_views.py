"""The drawer: who opens it, and what its forms keep, refuse and do once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.members import service as members
from app.members.models import Duty, Membership
from app.office.models import Change
from app.places import queries as places
from app.places.models import Place
from app.regions.models import Region
from app.shops.models import Offer, Shop
from tests.client import Client
from tests.office.conftest import OFFER, Office, changed, post, text

SHOP = {"name": "見本茶屋", "place": "ONOONO", "phone": "0743-00-0000", "thanks": "また どうぞ。"}
PLACE = {"name": "ONOONO", "shop": "", "coins": "1", "phone": ""}
RULE = {"one_coin_minutes": "90", "two_coins_minutes": "180", "day_cap": "3", "year_cap": "60"}
RULE |= {"valid_from": "2026-12-01", "why": "長い会が ふえたので"}


# --- who ----------------------------------------------------------------------------------------------------


def test_the_drawer_is_the_offices(office: Office, app: Any, jimuko: Client, minoru: Client) -> None:
    assert jimuko.get("/tsk/office").status_code == minoru.get("/tsk/office").status_code == 200
    assert office.browser(app, office.sora).get("/tsk/office").status_code == 403
    assert app.test_client().get("/tsk/office").status_code == 303


def test_only_they_see_the_way_to_it(office: Office, app: Any, jimuko: Client) -> None:
    assert 'href="/tsk/office"' in jimuko.get("/me").get_data(as_text=True)
    assert "/office" not in office.browser(app, office.sora).get("/me").get_data(as_text=True)


def test_writing_wants_a_fresh_passkey_and_the_hidden_field(office: Office, app: Any, jimuko: Client) -> None:
    stale = office.browser(app, office.jimuko, fresh=False)
    for answer in (stale.get("/tsk/office/shops/new"), stale.post("/tsk/office/shops", data=SHOP | {"key": uuid7()})):
        assert answer.status_code == 303 and "/passkeys/confirm" in answer.headers["Location"]
    assert jimuko.post("/tsk/office/shops", data=SHOP | {"key": uuid7()}).status_code == 403
    assert db.session.scalars(sa.select(Shop)).all() == []


def test_every_form_of_the_office_wants_both(office: Office, app: Any, jimuko: Client) -> None:
    """No route of the room was forgotten."""
    stale = office.browser(app, office.jimuko, fresh=False)
    adapter = app.url_map.bind("localhost")
    values = {"tsk": "tsk", "shop_id": 1, "offer_id": 1, "place_id": 1, "programme_id": 1, "change_id": 1, "duty_id": 1}
    written = [
        rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("office.") and "POST" in rule.methods
    ]
    assert len(written) > 20
    for rule in written:
        address = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}, method="POST")
        assert "/passkeys/confirm" in stale.post(address, data={"key": uuid7()}).headers.get("Location", ""), address
        assert jimuko.post(address, data={"key": uuid7()}).status_code == 403, address


# --- shops --------------------------------------------------------------------------------------------------


def test_a_shop_is_opened_once_for_one_form(office: Office, jimuko: Client) -> None:
    key = uuid7()
    first, second = (post(jimuko, "/tsk/office/shops", SHOP | {"key": key}) for _ in range(2))
    assert first.status_code == 303 and first.headers["Location"] == second.headers["Location"]
    shop = db.session.scalars(sa.select(Shop)).one()
    assert (shop.name, shop.thanks, shop.phone) == ("見本茶屋", "また どうぞ。", "0743-00-0000")
    assert jimuko.get(f"/C/{shop.code}").status_code == 200


def test_errors_stand_beside_the_fields_and_what_was_typed_stays(office: Office, jimuko: Client) -> None:
    wrong = post(jimuko, "/tsk/office/shops", SHOP | {"name": "", "phone": "でんわ", "place": "川の そば"})
    html = wrong.get_data(as_text=True)
    assert (
        wrong.status_code == 422 and "ここに 書いてください。" in html and "電話番号を 数字で 書いてください。" in html
    )
    assert 'value="川の そば"' in html and 'value="でんわ"' in html
    assert re.search(r'id="field-name"[^>]*aria-invalid="true"', html)


def test_a_shop_is_changed_and_closed(office: Office, jimuko: Client, tea: Offer) -> None:
    address = f"/tsk/office/shops/{tea.shop_id}"
    assert post(jimuko, f"{address}/facts", SHOP | {"name": "新茶屋"}).status_code == 303
    assert "新茶屋" in text(jimuko.get(address))
    post(jimuko, f"{address}/staff", {"membership": str(office.sora.id)})
    assert post(jimuko, f"{address}/withdrawal", {}).status_code == 303
    assert changed(tea).withdrawn_at == office.at
    assert db.session.scalars(sa.select(Duty).where(Duty.role == "shop")).all() == []
    assert post(jimuko, f"{address}/offers", OFFER).status_code == 422


# --- staff --------------------------------------------------------------------------------------------------


def test_staff_are_found_given_and_ended(office: Office, jimuko: Client, tea: Offer, clock: Any) -> None:
    address = f"/tsk/office/shops/{tea.shop_id}/staff"
    assert "空想 そら" in text(jimuko.get(f"{address}?q=くうそう"))
    assert post(jimuko, address, {"membership": str(office.sora.id)}).status_code == 303
    duty = db.session.scalars(sa.select(Duty).where(Duty.role == "shop")).one()
    assert ((duty.ends_on - duty.starts_on).days, duty.membership_id) == (365, office.sora.id)
    again = post(jimuko, address, {"membership": str(office.sora.id)})
    assert again.status_code == 409 and "もう お店の係です" in text(again)
    assert post(jimuko, f"{address}/{duty.id}/end", {}).status_code == 303
    assert "空想 そら" not in text(jimuko.get(f"/tsk/office/shops/{tea.shop_id}"))


def test_whoever_left_and_an_officer_are_no_staff(office: Office, jimuko: Client, tea: Offer) -> None:
    with transaction():
        db.session.get_one(Membership, office.sora.id).standing = "ended"
        year = {"starts_on": office.at.date(), "ends_on": office.at.date() + timedelta(days=365)}
        members.give_duty(membership=office.minoru, role="officer", **year)
    for one in (office.sora, office.minoru):
        assert post(jimuko, f"/tsk/office/shops/{tea.shop_id}/staff", {"membership": str(one.id)}).status_code == 404
    assert db.session.scalar(sa.select(Duty).where(Duty.role == "shop")) is None


def test_nobody_makes_themselves_staff(office: Office, jimuko: Client, tea: Offer) -> None:
    refused = post(jimuko, f"/tsk/office/shops/{tea.shop_id}/staff", {"membership": str(office.jimuko.id)})
    assert refused.status_code == 422 and "ほかの係の人に たのんでください" in text(refused)
    office.share_roof(office.jimuko, office.sora)
    refused = post(jimuko, f"/tsk/office/shops/{tea.shop_id}/staff", {"membership": str(office.sora.id)})
    assert refused.status_code == 422


def test_a_duty_that_began_yesterday_ends_today(
    office: Office, app: Any, tea: Offer, clock: Any, jimuko: Client
) -> None:
    post(jimuko, f"/tsk/office/shops/{tea.shop_id}/staff", {"membership": str(office.sora.id)})
    duty = db.session.scalars(sa.select(Duty).where(Duty.role == "shop")).one()
    office.at = clock.move(days=1)
    later = office.browser(app, office.jimuko)
    assert post(later, f"/tsk/office/shops/{tea.shop_id}/staff/{duty.id}/end", {}).status_code == 303
    assert changed(duty).ends_on == office.at.date()
    assert post(later, f"/tsk/office/shops/{tea.shop_id + 1}/staff/{duty.id}/end", {}).status_code == 404


# --- places and the region ----------------------------------------------------------------------------------


def test_a_place_with_hours_and_closed_days(office: Office, jimuko: Client) -> None:
    key = uuid7()
    first, second = (post(jimuko, "/tsk/office/places", PLACE | {"key": key}) for _ in range(2))
    assert first.status_code == 303 and first.headers["Location"] == second.headers["Location"]
    place = db.session.scalars(sa.select(Place)).one()
    address = f"/tsk/office/places/{place.id}"
    week = {"opens_5_0": "09:00", "closes_5_0": "12:00", "opens_5_1": "13:00", "closes_5_1": "17:00"}
    assert post(jimuko, f"{address}/hours", week).status_code == 303
    assert [tuple(one) for one in places.hours(place)] == [(5, "09:00", "12:00"), (5, "13:00", "17:00")]
    assert "午前9時から 正午まで、午後1時から 5時まで" in text(jimuko.get(f"/tsk/places/{place.id}"))
    assert post(jimuko, f"{address}/closed-days", {"day": "2026-11-28", "reason": "大そうじ"}).status_code == 303
    assert "大そうじ" in text(jimuko.get(f"/tsk/places/{place.id}"))
    assert post(jimuko, f"{address}/closed-days", {"day": "2026-11-28"}).status_code == 422
    assert post(jimuko, f"{address}/closed-days", {"day": "2026-11-27"}).status_code == 422
    assert post(jimuko, f"{address}/closed-days/removal", {"day": "2026-11-28"}).status_code == 303
    assert "大そうじ" not in text(jimuko.get(f"/tsk/places/{place.id}"))
    assert post(jimuko, f"{address}/facts", PLACE | {"name": "新しい名前"}).status_code == 303
    assert (changed(place).name, changed(place).coins) == ("新しい名前", 0)
    assert post(jimuko, f"{address}/withdrawal", {}).status_code == 303
    assert jimuko.get(f"/C/{place.code}").status_code == 404


@pytest.mark.parametrize(
    ("week", "field", "says"),
    [
        ({"opens_0_0": "09:00"}, "closes_0_0", "両方を"),
        ({"opens_0_0": "17:00", "closes_0_0": "09:00"}, "closes_0_0", "おわりは"),
        ({"opens_0_0": "ひる", "closes_0_0": "17:00"}, "opens_0_0", "時こくを"),
        (
            {"opens_0_0": "09:00", "closes_0_0": "13:00", "opens_0_1": "12:00", "closes_0_1": "17:00"},
            "closes_0_1",
            "かさなって",
        ),
    ],
)
def test_hours_that_are_none_are_told(
    office: Office, jimuko: Client, week: dict[str, str], field: str, says: str
) -> None:
    post(jimuko, "/tsk/office/places", PLACE)
    place = db.session.scalars(sa.select(Place)).one()
    wrong = post(jimuko, f"/tsk/office/places/{place.id}/hours", week)
    assert wrong.status_code == 422 and says in text(wrong)
    assert re.search(rf'id="field-{field}"[^>]*aria-invalid="true"', wrong.get_data(as_text=True))
    assert places.hours(place) == []


def test_the_regions_own_facts(office: Office, jimuko: Client) -> None:
    facts = {"about": "梅の里", "phone": "0743-00-0001", "opens_before_minutes": "90"}
    facts |= {"closes_after_minutes": "45", "arrivals_per_step": "20"}
    assert post(jimuko, "/tsk/office/region", facts).status_code == 303
    region = db.session.get_one(Region, office.region.id, populate_existing=True)
    assert (region.about, region.opens_before_minutes, region.arrivals_per_step) == ("梅の里", 90, 20)
    assert post(jimuko, "/tsk/office/region", facts | {"arrivals_per_step": "0"}).status_code == 422


# --- two people ---------------------------------------------------------------------------------------------


def test_a_rule_from_question_to_answer(office: Office, jimuko: Client, minoru: Client) -> None:
    address = f"/tsk/office/programmes/{office.world.programme.id}/rule"
    asked = post(jimuko, address, RULE)
    assert asked.status_code == 303
    page = asked.headers["Location"]
    own, other = text(jimuko.get(page)), text(minoru.get(page))
    assert "1枚になる時間 1時間 1時間30分" in other and "1年度に もらえる数 50枚 60枚" in other
    assert "自分が たのんだ変更です" in own and "とりさげる" in own
    assert "みとめる" in other and "とりさげる" not in other
    refused = post(jimuko, f"{page}/acceptance", {})
    assert refused.status_code == 422 and "自分が たのんだ変更です" in text(refused)
    assert "1件" in text(minoru.get("/tsk/office"))
    assert post(minoru, f"{page}/acceptance", {}).status_code == 303
    assert "きまりました" in text(minoru.get(page))
    assert "1時間30分" in text(minoru.get("/tsk/office/coins"))
    assert post(minoru, f"{page}/acceptance", {}).status_code == 409


def test_another_device_of_the_same_person_is_the_same_person(office: Office, app: Any, jimuko: Client) -> None:
    page = post(jimuko, f"/tsk/office/programmes/{office.world.programme.id}/rule", RULE).headers["Location"]
    other_device = office.browser(app, office.jimuko)
    assert post(other_device, f"{page}/acceptance", {}).status_code == 422
    assert db.session.scalars(sa.select(Change)).one().accepted is None


def test_refusing_wants_a_reason(office: Office, jimuko: Client, minoru: Client) -> None:
    address = f"/tsk/office/programmes/{office.world.programme.id}/budget"
    page = post(jimuko, address, {"fiscal_year": "2027", "cap": "500", "why": "へらす"}).headers["Location"]
    assert "10,000枚 500枚" in text(minoru.get(page))
    assert post(minoru, f"{page}/refusal", {"reason": ""}).status_code == 422
    assert post(minoru, f"{page}/refusal", {"reason": "たりません"}).status_code == 303
    assert "たりません" in text(jimuko.get(page))


def test_what_does_not_fit_is_told_beside_the_field(office: Office, jimuko: Client) -> None:
    address = f"/tsk/office/programmes/{office.world.programme.id}/rule"
    for field, says in (
        ({"two_coins_minutes": "30"}, "2枚になる時間は"),
        ({"year_cap": "1"}, "1年度の数は"),
        ({"valid_from": "2026-11-01"}, "はじまる日が すぎました"),
        ({"why": ""}, "ここに 書いてください"),
    ):
        wrong = post(jimuko, address, RULE | field)
        assert wrong.status_code == 422 and says in text(wrong), field
        assert 'value="90"' in wrong.get_data(as_text=True)
    wrong = post(jimuko, "/tsk/office/programmes", RULE | {"name": "活動", "fiscal_year": "2026", "cap": "5"})
    assert wrong.status_code == 422 and "同じ名前が あります" in text(wrong)
    assert db.session.scalars(sa.select(Change)).all() == []


def test_every_page_of_the_drawer_opens(office: Office, jimuko: Client, tea: Offer) -> None:
    post(jimuko, "/tsk/office/places", PLACE)
    place, programme = db.session.scalars(sa.select(Place)).one(), office.world.programme.id
    shop = f"/tsk/office/shops/{tea.shop_id}"
    for address in (
        *("/tsk/office", "/tsk/office/region", "/tsk/office/shops", "/tsk/office/shops/new", "/tsk/office/coins"),
        *(shop, f"{shop}/facts", f"{shop}/staff", f"{shop}/offers/new", f"/tsk/office/offers/{tea.id}"),
        *("/tsk/office/places", "/tsk/office/places/new", f"/tsk/office/places/{place.id}"),
        *(f"/tsk/office/places/{place.id}/{part}" for part in ("facts", "hours")),
        *(f"/tsk/office/programmes/{part}" for part in (f"{programme}/rule", f"{programme}/budget", "new")),
        "/tsk/office/changes",
    ):
        assert jimuko.get(address).status_code == 200, address
