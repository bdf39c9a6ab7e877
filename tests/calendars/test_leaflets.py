"""What hangs for weeks never lets anybody check in; sheets and link cards say what is public."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from app.calendars import leaflets, link_cards, pictures
from app.checkins.models import CheckIn
from app.db import db
from app.web.filters import code4
from tests import factories

STARTS = datetime(2026, 12, 5, 0, 0, tzinfo=UTC)


@pytest.fixture
def place(app, at):
    return factories.world(at=at, phone="0743-00-0000")


@pytest.fixture
def host(place, client, at):
    return factories.host_of(place, client, at=at)


@pytest.fixture
def event(place, host, at):
    """Open now."""
    return factories.event(place.region, host, at=at, title_en="Weeding")


def code_of(app, event):
    with app.test_request_context("/tsk"):
        return leaflets.code_of(event)


def follow(client, answer):
    while answer.status_code == 303:
        answer = client.get(answer.headers["Location"])
    return answer


STATES = {
    "open": {},
    "arrival": {"award": "arrival", "capacity": 30},
    "rotating": {"door": "rotating"},
    "upcoming": {"starts_at": STARTS},
    "full": {"capacity": 1, "taken": 1},
    "members": {"audience": "members"},
    "cancelled": {"cancelled_at": STARTS, "reason": "雨"},
    "postponed": {"postponed_to": STARTS, "reason": "雨"},
    "ended": {"starts_at": datetime(2026, 11, 20, tzinfo=UTC)},
}


@pytest.mark.parametrize("name", STATES)
def test_a_leaflets_code_never_opens_the_door(app, client, place, host, at, name):
    """Scanned, typed, by a stranger or by a member, whatever the moment: no form leads to the door."""
    event = factories.event(place.region, host, at=at, **STATES[name])
    code = code_of(app, event)
    for reader in (app.test_client(), client):
        typed = reader.post("/n", data={"number": code4(code).lower()})
        for page in (reader.get(f"/C/{code}"), reader.get(f"/c/{code.lower()}"), typed):
            page = follow(reader, page)
            assert page.status_code == 200 and page.request.path == f"/tsk/events/{event.id}/notice"
            assert "/check-ins" not in page.text and "受付する" not in page.text and event.code not in page.text
    assert db.session.query(CheckIn).count() == 0


def test_a_leaflets_code_is_not_the_doors(app, client, event):
    code = code_of(app, event)
    page = client.get(f"/tsk/events/{event.id}/leaflet").text
    assert code4(code) in page and event.code not in page and f"{event.code[:4]} {event.code[4:]}" not in page
    assert page.count("<li>") == 8 and page.count("0743-00-0000") == 9 and 'class="qr"' in page
    other = f"{code[:4]}{'0' if code[4] != '0' else '1'}{code[5:]}"
    assert client.get(f"/C/{other}").status_code == 404
    assert client.post("/n", data={"number": other}).status_code == 422


def test_the_notice_says_when_where_and_how_to_come(app, event, at, place, host):
    coming = factories.event(place.region, host, at=at, starts_at=STARTS)
    page = app.test_client().get(f"/tsk/events/{coming.id}/notice").text
    assert "月ヶ瀬梅林" in page and f'action="/tsk/events/{coming.id}/sign-ups"' in page
    assert f"/tsk/events/{coming.id}/calendar.ics" in page
    assert f'value="http://localhost/tsk/events/{coming.id}/notice?openExternalBrowser=1"' in page
    now = app.test_client().get(f"/tsk/events/{event.id}/notice").text
    assert "入口の紙を 見てください" in now and "/check-ins" not in now


def test_only_hosts_print_leaflets_and_drafts_have_none(app, client, place, host, event, at):
    assert app.test_client().get(f"/tsk/events/{event.id}/leaflet").status_code == 303
    draft = factories.event(place.region, host, at=at, published_at=None)
    assert client.get(f"/tsk/events/{draft.id}/leaflet").status_code == 404
    assert client.get(f"/tsk/events/{draft.id}/notice").status_code == 404


def test_a_leaflet_of_what_does_not_take_place_says_so(client, place, host, at):
    event = factories.event(place.region, host, at=at, postponed_to=STARTS, reason="強風のため")
    page = client.get(f"/tsk/events/{event.id}/leaflet").text
    assert "延期" in page and "強風のため" in page and "12月5日(土) 午前9時" in page and 'class="qr"' not in page


# --- sheets -------------------------------------------------------------------------------------------------


def test_the_month_shows_what_takes_place_and_counts_the_rest(app, place, host, at):
    for hour in range(5):
        factories.event(place.region, host, at=at, starts_at=STARTS + timedelta(hours=hour))
    factories.event(place.region, host, at=at, starts_at=STARTS, cancelled_at=at, title="中止の会")
    factories.event(place.region, host, at=at, starts_at=STARTS, audience="invited", title="ないしょの会")
    page = app.test_client().get("/tsk/calendar/2026-12").text
    day = re.search(r"<td><div><b>5</b>(.*?)</td>", page, re.DOTALL)[1]
    assert day.count("梅林の下草かり") == 3 and "ほか 2" in day and "午前9時" in day
    assert "中止の会" not in page and "ないしょの会" not in page
    assert re.findall(r'<th scope="col">(.)</th>', page) == list("日月火水木金土")


@pytest.mark.parametrize("month", ["2026-13", "2020-01", "2030-01", "next", "2026-12-01"])
def test_there_are_no_other_months(client, place, month):
    assert client.get(f"/tsk/calendar/{month}").status_code == 404


def test_the_circular_has_the_next_six_with_their_leaflets_codes(app, place, host, at):
    events = [factories.event(place.region, host, at=at, starts_at=STARTS + timedelta(days=n)) for n in range(8)]
    page = app.test_client().get("/tsk/circular").text
    codes = [code_of(app, event) for event in events]
    assert [code4(code) in page for code in codes] == [True] * 6 + [False] * 2
    assert page.count('class="qr"') == 6 and all(event.code not in page for event in events)


# --- link cards ---------------------------------------------------------------------------------------------


def tags(page):
    return dict(re.findall(r'<meta (?:property|name)="((?:og|twitter):\w+)" content="([^"]*)">', page))


@pytest.mark.parametrize("address", ["/C/{code}", "/tsk/events/{id}", "/tsk/events/{id}/notice"])
def test_a_pasted_link_has_a_card(app, event, address):
    card = tags(app.test_client().get(address.format(code=event.code, id=event.id)).text)
    assert card["og:title"] == "梅林の下草かり" and card["twitter:card"] == "summary_large_image"
    assert card["og:description"] == "11月28日(土) 午前9時から 11時まで · 月ヶ瀬梅林"
    assert card["og:url"] == f"http://localhost/tsk/events/{event.id}/notice"
    assert event.code not in str(card) and event.key not in str(card)
    answer = app.test_client().get(card["og:image"].removeprefix("http://localhost"))
    assert answer.content_type == "image/png" and "immutable" in answer.headers["Cache-Control"]
    image = Image.open(BytesIO(answer.data))
    assert image.size == (1200, 630) and len(answer.data) < 100_000


def test_the_picture_is_drawn_once_and_a_change_gives_it_another_address(app, client, event, monkeypatch):
    image = tags(client.get(f"/tsk/events/{event.id}").text)["og:image"].removeprefix("http://localhost")
    first = client.get(image).data
    monkeypatch.setattr(pictures, "draw", lambda **_: pytest.fail("drawn twice"))
    assert client.get(image).data == first
    monkeypatch.undo()
    with factories.transaction():
        db.session.get(type(event), event.id).place = "ONOONO"
    moved = client.get(image)
    assert moved.status_code == 303 and moved.location != image and client.get(moved.location).data != first
    assert client.get(f"/tsk/events/{event.id}/pictures/../../secret.png").status_code == 404


def test_what_is_for_the_invited_has_no_card(app, place, host, at):
    event = factories.event(place.region, host, at=at, audience="invited")
    assert tags(app.test_client().get(f"/tsk/events/{event.id}").text) == {}
    assert app.test_client().get(f"/tsk/events/{event.id}/pictures/{'0' * 16}.png").status_code == 404


def test_without_japanese_letters_it_draws_latin_ones(monkeypatch):
    words = {
        "title": "梅林の下草かり", "place": "月ヶ瀬", "region_name": "月ヶ瀬", "title_latin": "Weeding " * 20,
        "place_latin": "Plum grove", "region_latin": "Tsukigase", "when": "2026-12-05 12:00", "accent": "umi",
        "mark": "cancelled",
    }  # fmt: skip
    japanese = pictures.draw(**words)
    pictures._font.cache_clear()
    monkeypatch.setattr(pictures, "japanese_font", lambda: None)
    latin = pictures.draw(**words)
    pictures._font.cache_clear()
    assert Image.open(BytesIO(latin)).size == (1200, 630)
    assert pictures._found() is None or latin != japanese


def test_two_who_draw_a_picture_at_once_keep_it_whole(app, place, event, tmp_path, monkeypatch):
    replace, write = Path.replace, Path.write_bytes

    def half(path, data):
        write(path, data[: len(data) // 2])
        raise OSError("stopped there")

    def meanwhile(draft, target):
        """Another thread is in the middle of drawing the same picture."""
        monkeypatch.setattr(Path, "replace", replace)
        monkeypatch.setattr(Path, "write_bytes", half)
        link_cards.kept(tmp_path, place.region, event)
        monkeypatch.setattr(Path, "write_bytes", write)
        return replace(draft, target)

    monkeypatch.setattr(Path, "replace", meanwhile)
    drawn = link_cards.kept(tmp_path, place.region, event)
    assert link_cards.kept(tmp_path, place.region, event) == drawn
