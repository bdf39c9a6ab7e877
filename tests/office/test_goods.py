"""Goods and their photos: what the form keeps, and what a customer was promised."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from app.db import db, transaction, uuid7
from app.shops import redemptions
from app.shops.models import Offer, Redemption, Shop
from app.web.photos.making import MOST_BYTES
from tests import factories
from tests.client import Client
from tests.office.conftest import OFFER, Office, changed, post, text

# --- goods --------------------------------------------------------------------------------------------------


def test_goods_are_added_once(office: Office, jimuko: Client, tea: Offer) -> None:
    address, fields = f"/tsk/office/shops/{tea.shop_id}/offers", OFFER | {"name": "梅ぼし", "key": uuid7()}
    first, second = (post(jimuko, address, fields) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    made = db.session.scalars(sa.select(Offer).where(Offer.name == "梅ぼし")).one()
    assert (made.price, made.stock, made.limit, made.limit_period, made.story) == (3, None, 2, "month", "一行\n二行")


@pytest.mark.parametrize("field", [{"price": "0"}, {"price": "51"}, {"price": ""}, {"kind": "coin"}, {"limit": "0"}])
def test_goods_that_cannot_be_are_told_beside_the_field(
    office: Office, jimuko: Client, tea: Offer, field: dict[str, str]
) -> None:
    wrong = post(jimuko, f"/tsk/office/offers/{tea.id}", OFFER | field)
    assert wrong.status_code == 422 and 'aria-describedby="field-' in wrong.get_data(as_text=True)
    assert changed(tea).limit is None


def test_a_live_code_keeps_what_was_asked_for(office: Office, jimuko: Client, tea: Offer, clock: Any) -> None:
    asked = ask_for(office, tea)
    refused = post(jimuko, f"/tsk/office/offers/{tea.id}", OFFER | {"price": "5"})
    assert refused.status_code == 422 and "3分 待って" in text(refused)
    assert post(jimuko, f"/tsk/office/offers/{tea.id}", OFFER | {"stock": "0", "story": "新しい話"}).status_code == 303
    assert (changed(tea).price, changed(tea).stock, changed(tea).story) == (3, 0, "新しい話")
    with transaction():
        given = redemptions.confirm(shop=_shop(tea), code=asked.digits, key=uuid7(), by="till:1", at=office.at)
    assert given.price == 3
    assert post(jimuko, f"/tsk/office/offers/{tea.id}", OFFER | {"price": "5"}).status_code == 303
    assert (changed(tea).price, changed(asked).price) == (5, 3)


def test_a_code_that_is_out_stays_good_after_withdrawal(office: Office, jimuko: Client, tea: Offer) -> None:
    asked = ask_for(office, tea)
    assert post(jimuko, f"/tsk/office/offers/{tea.id}/withdrawal", {}).status_code == 303
    assert "ひげ茶" not in text(jimuko.get("/tsk/shops"))
    with transaction():
        redemptions.confirm(shop=_shop(tea), code=asked.digits, key=uuid7(), by="till:1", at=office.at)
    assert post(jimuko, f"/tsk/office/offers/{tea.id}/return", {}).status_code == 303
    assert "ひげ茶" in text(jimuko.get("/tsk/shops"))


def ask_for(office: Office, tea: Offer) -> Redemption:
    factories.coins(office.world, office.sora, 10, at=office.at)
    who = {"region": office.region, "membership": office.sora}
    with transaction():
        return redemptions.request(**who, offer_id=tea.id, key=uuid7(), strong=True, at=office.at)


def _shop(tea: Offer) -> Shop:
    return db.session.get_one(Shop, tea.shop_id)


# --- photos -------------------------------------------------------------------------------------------------


def jpeg(width: int = 400, height: int = 300, **options: Any) -> BytesIO:
    file = BytesIO()
    Image.effect_noise((width, height), 80).convert("RGB").save(file, "JPEG", **options)
    file.seek(0)
    return file


def send(browser: Client, tea: Offer, file: BytesIO, name: str = "tea.jpg") -> Any:
    return post(browser, f"/tsk/office/offers/{tea.id}/photo", {"photo": (file, name)})


def test_a_photo_is_shown_in_place_of_the_drawing(office: Office, jimuko: Client, tea: Offer) -> None:
    assert send(jimuko, tea, jpeg()).status_code == 303
    address = f"/pictures/{changed(tea).photo}.jpg"
    for page in (f"/tsk/shops/offers/{tea.id}", "/tsk/shops", f"/tsk/office/offers/{tea.id}"):
        assert f'src="{address}"' in jimuko.get(page).get_data(as_text=True)
    assert jimuko.get(address).content_type == "image/jpeg"
    assert post(jimuko, f"/tsk/office/offers/{tea.id}/photo/removal", {}).status_code == 303
    assert changed(tea).photo == "" and jimuko.get(address).status_code == 200


def test_a_photo_may_be_larger_than_other_forms(office: Office, jimuko: Client, tea: Offer) -> None:
    large = jpeg(2200, 1600, quality=95)
    assert 1 << 20 < len(large.getvalue()) < MOST_BYTES
    assert send(jimuko, tea, large).status_code == 303
    assert post(jimuko, "/tsk/office/shops", {"name": "あ" * (1 << 20)}).status_code == 413


def test_a_photo_that_is_too_large_is_told_before_it_is_read(office: Office, jimuko: Client, tea: Offer) -> None:
    answer = send(jimuko, tea, BytesIO(jpeg().getvalue() + b"\0" * (6 << 20)))
    assert answer.status_code == 422 and "写真が 大きすぎます" in text(answer)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<!doctype html><script>alert(1)</script>", "tea.jpg"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "tea.svg"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 99, "IMG_0001.HEIC"),
        (jpeg().getvalue()[:900], "tea.jpg"),
    ],
)
def test_what_is_no_photo_is_told_beside_the_field(
    office: Office, jimuko: Client, tea: Offer, data: bytes, name: str
) -> None:
    answer = send(jimuko, tea, BytesIO(data), name)
    assert answer.status_code == 422 and "写真を ひらけません" in text(answer)
    assert re.search(r'id="field-photo"[^>]*aria-invalid="true"', answer.get_data(as_text=True))
    assert changed(tea).photo == ""


def test_no_photo_at_all_is_told(office: Office, jimuko: Client, tea: Offer) -> None:
    answer = post(jimuko, f"/tsk/office/offers/{tea.id}/photo", {})
    assert answer.status_code == 422 and "写真を えらんでください" in text(answer)
