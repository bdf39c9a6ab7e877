import hashlib
import hmac
import io
import re
from base64 import b64decode
from datetime import timedelta

import pytest
import sqlalchemy as sa
import zxingcpp
from PIL import Image

from app.cards import rules, service
from app.cards.models import Card
from app.codes import drawing, signed
from app.codes.rules import encode
from app.db import db, transaction, uuid7
from app.members import service as members
from tests import factories
from tests.codes.test_rules import picture_of

ORIGIN = "HTTP://LOCALHOST/C/"


@pytest.fixture
def hers(ume, client, at):
    """Ume's own phone."""
    factories.sign_in(client, ume.member.member_id, at=at)
    return client


@pytest.fixture
def office(ume, app, at):
    """A browser of somebody with the office's duty, a passkey shown a moment ago."""
    clerk = factories.membership(ume.region, at=at)
    with transaction():
        members.give_duty(membership=clerk, role="office", starts_on=at.date(), ends_on=at.date() + timedelta(days=365))
    browser = app.test_client()
    factories.sign_in(browser, clerk.member_id, at=at)
    return browser


def texts(page):
    """What the QR codes on a page say."""
    drawings = re.findall(r'<svg class="qr".*?</svg>', page.get_data(as_text=True))
    return [zxingcpp.read_barcode(picture_of(one)).text for one in drawings]


def proof(browser, path):
    page = browser.get(path).get_data(as_text=True)
    return re.search(r'name="proof" value="([^"]+)"', page)[1]


# --- 見せる -------------------------------------------------------------------------------------------------


def test_without_scripts_the_server_draws_the_present_code(hers, ume, at):
    page = hers.get("/tsk/card")
    words = page.get_data(as_text=True)
    assert texts(page) == [ORIGIN + ume.shown(at)]
    assert ume.read(texts(page)[0], at).membership == ume.member
    assert "見本 うめ" in words and "みほん うめ" in words and ume.member.number in words
    assert '<noscript><meta http-equiv="refresh" content="25"></noscript>' in words
    assert page.headers["Cache-Control"] == "no-store"
    assert f'data-whose="{hers.get("/tsk/card/codes").json["whose"]}"' in words  # another's kept card is not shown here


def test_a_week_of_keys_signs_what_the_server_accepts(hers, ume, at, clock):
    told = hers.get("/tsk/card/days").get_json()
    assert told["keep"] is True and len(told["days"]) == 7 and told["address"] == ORIGIN
    before, card = b64decode(told["before"]), b64decode(told["id"])
    for days in range(7):
        now = clock.set(at + timedelta(days=days))
        step = rules.step_at(now)
        key = next(b64decode(one["key"]) for one in told["days"] if one["day"] == rules.day_at(now))
        text = before + card + step.to_bytes(4, "big")
        code = encode(before[-1:] + card + step.to_bytes(4, "big") + hmac.digest(key, text, "sha256")[:10], 32)
        assert ume.read(told["address"] + code, now).way == "phone_card"


def test_a_days_key_is_worth_that_day_only(ume, at):
    step = rules.step_at(at)
    yesterday = signed.day_key(
        region_id=ume.region.id, card_id=ume.card.id, day=rules.day_at(at) - 1, key_id=signed.present_key_id()
    )
    body = signed.body(ume.card.id, step)
    text = signed.before("phone_card", region_id=ume.region.id, key_id=signed.present_key_id()) + body
    code = encode(text[-10:] + hmac.digest(yesterday, text, hashlib.sha256)[:10], 32)
    with pytest.raises(Exception, match="card_unknown"):
        ume.read(code, at)


def test_a_browser_that_cannot_sign_gets_the_codes_of_an_hour(hers, ume, at, clock):
    told = hers.get("/tsk/card/codes").get_json()
    assert told["keep"] is False and "days" not in told
    for minutes in (0, 17, 58):
        now = clock.set(at + timedelta(minutes=minutes))
        assert ume.read(told["codes"][rules.step_at(now) - told["first"]], now).way == "phone_card"


def test_a_shared_computer_is_given_no_keys(hers, ume, at):
    row = factories.sign_in(hers, ume.member.member_id, at=at)
    with transaction():
        row.shared = True
        db.session.add(row)
    told = hers.get("/tsk/card/days").get_json()
    assert told["keep"] is False and "days" not in told and told["codes"]


def test_the_first_card_is_made_with_one_press_and_only_one(client, ume, at):
    sora = factories.membership(ume.region, at=at)
    factories.sign_in(client, sora.member_id, at=at)
    assert client.get("/tsk/card/days").status_code == 404
    assert "会員証を つくる" in client.get("/tsk/card").get_data(as_text=True)
    key = uuid7()
    for _ in range(2):
        assert client.post("/tsk/card", data={"key": key}).location.endswith("/tsk/card")
    assert db.session.scalar(sa.select(sa.func.count()).where(Card.membership_id == sora.id)) == 1
    assert len(texts(client.get("/tsk/card"))) == 1


def test_without_a_number_the_page_says_whom_to_ask(client, ume, at):
    newcomer = factories.membership(ume.region, at=at, standing="provisional", kind="friend", name="")
    factories.sign_in(client, newcomer.member_id, at=at)
    assert "事務局に 声をかけて" in client.get("/tsk/card").get_data(as_text=True)
    assert client.post("/tsk/card", data={"key": uuid7()}).status_code == 422


def test_an_ended_card_is_gone_from_the_phone(hers, ume, at):
    with transaction():
        service.end(region=ume.region, card_id=ume.card.id, reason="lost", at=at)
    assert hers.get("/tsk/card/days").status_code == 404
    assert texts(hers.get("/tsk/card")) == []


def test_strangers_are_led_to_the_sign_in_and_programs_are_told(client, ume):
    assert client.get("/tsk/card").status_code == 303
    assert client.get("/tsk/card/days", headers={"HX-Request": "true"}).status_code == 401


def test_the_kept_page_says_nothing_about_anybody(hers, client, app, ume):
    page = hers.get("/card").get_data(as_text=True)
    assert page == app.test_client().get("/card").get_data(as_text=True)
    assert 'data-module="card"' in page and "proof" not in page and "うめ" not in page and "月ヶ瀬" not in page


def test_a_card_before_a_strangers_camera_says_what_it_is_and_not_whose(client, ume, at):
    for code in (ume.printed, ume.shown(at), ume.printed.lower()):
        page = client.get(f"/C/{code}").get_data(as_text=True)
        assert "これは 会員証です" in page and "うめ" not in page and ume.member.number not in page
    assert client.get(f"/C/{ume.printed[:-1]}{'0' if ume.printed[-1] != '0' else '4'}").status_code == 404
    assert client.post("/n", data={"number": ume.printed}).location.endswith(f"/C/{ume.printed}")


# --- よみとる -----------------------------------------------------------------------------------------------


def without_palette():
    """A PNG whose dots are numbers of colours, one of them see-through, and that does not say which colours."""
    whole = io.BytesIO()
    Image.new("P", (8, 8)).save(whole, "PNG", transparency=0)
    before, colours = whole.getvalue().split(b"PLTE")
    length = int.from_bytes(before[-4:])
    return before[:-4] + colours[length + 4 :]


def photo_of(text, kind="JPEG", size=(1200, 900)):
    """A photo of a poster that lies on a table."""
    code = picture_of(drawing.svg(text, level="Q"))
    photo = Image.new("RGB", size, (150, 140, 120))
    photo.paste(code.rotate(7, expand=True, fillcolor=255), (size[0] // 4, size[1] // 4))
    file = io.BytesIO()
    photo.save(file, kind)
    return file.getvalue()


@pytest.fixture
def poster(ume, at):
    return factories.event(ume.region, ume.member, at=at)


def read(client, **data):
    return client.post("/tsk/card/reader", data=data, content_type="multipart/form-data")


def test_a_code_is_named_before_it_is_opened(hers, poster):
    for text in (poster.code, f"{ORIGIN}{poster.code}", f"{poster.code[:4]} {poster.code[4:]}".lower()):
        page = read(hers, code=text).get_data(as_text=True)
        assert "行事のページです" in page and f'href="/C/{poster.code}"' in page
    assert "会員証です" in read(hers, code=hers_card(hers)).get_data(as_text=True)


def hers_card(client):
    told = client.get("/tsk/card/codes").get_json()
    return told["address"] + told["codes"][1]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_the_last_resort(hers, poster, kind):
    photo = photo_of(f"{ORIGIN}{poster.code}", kind)
    page = read(hers, code="", photo=(io.BytesIO(photo), "photo"))
    assert f'href="/C/{poster.code}"' in page.get_data(as_text=True)


def test_a_photo_of_twelve_million_dots_is_read(hers, poster):
    photo = photo_of(f"{ORIGIN}{poster.code}", size=(4000, 3000))
    assert "行事のページです" in read(hers, photo=(io.BytesIO(photo), "photo.jpg")).get_data(as_text=True)


@pytest.mark.parametrize(
    ("photo", "status", "words"),
    [
        (b"\xff\xd8\xff\xe0 no picture", 422, "写真を ひらけません"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422, "写真を ひらけません"),
        (b"GIF89a\x01\x00\x01\x00", 422, "写真を ひらけません"),
        (b"", 422, "写真を ひらけません"),
        (without_palette(), 422, "写真を ひらけません"),
    ],
)
def test_what_is_no_photo_is_refused(hers, photo, status, words):
    answer = read(hers, code="", photo=(io.BytesIO(photo), "photo.jpg"))
    assert (answer.status_code, words in answer.get_data(as_text=True)) == (status, True)


def test_more_than_five_mebibytes_are_not_taken(hers):
    """Sent as bytes: the test's own client would put so large a form on the disk."""
    head = b'--edge\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
    body = head + b"x" * (6 << 20) + b"\r\n--edge--\r\n"
    answer = hers.post("/tsk/card/reader", data=body, content_type="multipart/form-data; boundary=edge")
    assert answer.status_code == 413 and "大きすぎます" in answer.get_data(as_text=True)


def test_a_picture_of_too_many_dots_is_never_unpacked(hers):
    bomb = io.BytesIO()
    Image.new("1", (6000, 5000)).save(bomb, "PNG")
    answer = read(hers, photo=(io.BytesIO(bomb.getvalue()), "bomb.png"))
    assert answer.status_code == 422 and "写真が 大きすぎます" in answer.get_data(as_text=True)


def test_a_photo_without_a_code_says_how_to_take_it(hers):
    empty = io.BytesIO()
    Image.new("RGB", (800, 600), "green").save(empty, "JPEG")
    assert "大きく、まっすぐ" in read(hers, photo=(io.BytesIO(empty.getvalue()), "a.jpg")).get_data(as_text=True)


@pytest.mark.parametrize("text", ["https://elsewhere.example/C/REZ6JM7G", "うめ", "12345678901"])
def test_another_sites_code_leads_nowhere(hers, text):
    answer = read(hers, code=text)
    assert answer.status_code == 422 and "elsewhere" not in str(answer.location)


def test_photos_are_counted(hers, monkeypatch):
    monkeypatch.setattr("app.cards.reader.PHOTOS", 2)
    codes = [read(hers, photo=(io.BytesIO(b"nothing"), "a.jpg")).status_code for _ in range(3)]
    assert codes == [422, 422, 429]


def test_the_reader_may_use_the_camera_and_the_card_may_not(hers):
    assert "media-src" in hers.get("/tsk/card/reader").headers["Content-Security-Policy"]
    assert "media-src" not in hers.get("/tsk/card").headers["Content-Security-Policy"]


# --- paper --------------------------------------------------------------------------------------------------


def test_the_office_lays_out_cards_marks_them_and_they_go_to_the_end(office, ume, at):
    sora = factories.membership(ume.region, at=at, name="試田 そら")
    page = office.get("/tsk/cards").get_data(as_text=True)
    assert page.index("試田 そら") and "まだ 紙の会員証がない人" in page
    chosen = {"membership": [ume.member.id, sora.id], "proof": proof(office, "/tsk/cards"), "key": uuid7()}
    there = office.post("/tsk/cards", data=chosen).location
    assert office.post("/tsk/cards", data=chosen).location == there
    sheet = office.get(there)
    cards = db.session.scalars(sa.select(Card).where(Card.ended_at.is_(None))).all()
    assert {ume.read(text, at).membership.id for text in texts(sheet)} == {ume.member.id, sora.id}
    assert {ume.read(text, at).way for text in texts(sheet)} == {"card"}
    data = {"card": [card.id for card in cards], "proof": proof(office, there), "key": uuid7()}
    assert office.post("/tsk/cards/printed", data=data).status_code == 303
    page = office.get("/tsk/cards").get_data(as_text=True)
    assert page.index("紙の会員証がある人") < page.index("試田 そら")


def test_nobody_chosen_is_told(office, ume):
    answer = office.post("/tsk/cards", data={"proof": proof(office, "/tsk/cards"), "key": uuid7()})
    assert answer.status_code == 422 and "えらんでください" in answer.get_data(as_text=True)


def test_a_lost_card_is_ended_and_made_anew(office, ume, at):
    path = f"/tsk/cards/{ume.card.id}"
    old = ume.printed
    field = {"proof": proof(office, path), "key": uuid7()}
    first = office.post(f"{path}/replacement", data=field).location
    assert office.post(f"{path}/replacement", data=field).location == first != path
    with pytest.raises(Exception, match="card_ended"):
        ume.read(old, at)
    assert office.post(f"{first}/end", data=field).status_code == 303
    page = office.get(first).get_data(as_text=True)
    assert "もう 使えません" in page and "なくした" in page
    assert office.get(f"{path}?x=1").status_code == 200


def test_a_card_printed_again_next_year_is_the_same(office, ume, clock):
    before = texts(office.get(f"/tsk/cards/sheet?card={ume.card.id}"))
    at = clock.move(days=400)
    clerk = factories.membership(ume.region, at=at)
    with transaction():
        members.give_duty(membership=clerk, role="steward", starts_on=at.date(), ends_on=at.date() + timedelta(days=9))
    factories.sign_in(office, clerk.member_id, at=at)
    assert texts(office.get(f"/tsk/cards/sheet?card={ume.card.id}")) == before


def test_only_the_office_and_stewards_print(hers, ume):
    for path in ("/tsk/cards", f"/tsk/cards/sheet?card={ume.card.id}", f"/tsk/cards/{ume.card.id}"):
        assert hers.get(path).status_code == 403
