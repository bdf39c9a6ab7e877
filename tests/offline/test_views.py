"""The worker's plan, the manifest, the icons, the page without signal; and whose an item is."""

from __future__ import annotations

import hashlib
import io
import json
import re

import pytest
from PIL import Image

from app.checkins.models import CheckIn
from app.config import ROOT
from app.db import db, uuid7
from app.offline import icons, worker
from app.offline.outbox import mark
from app.web import assets
from tests import factories
from tests.house.test_old_browsers import NEW_CALLS, PARSE
from tests.house.validator import node
from tests.races.people import person

PARTS = ("queue", "worker")


def plan(client) -> dict:
    found = re.match(r"self\.PLAN = (\{.*\});\n", client.get("/sw.js").text)
    assert found
    return json.loads(found[1])


# --- the worker ---------------------------------------------------------------------------------------------


def test_the_worker_stands_at_the_root_and_is_asked_for_each_time(client):
    answer = client.get("/sw.js")
    assert answer.content_type == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert client.get("/sw.js", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert not re.search(r"^(import|export) ", answer.text, re.MULTILINE)


def test_all_that_is_kept_is_there(client):
    kept = plan(client)
    assert [path for path, _ in kept["pages"]] == ["/card", "/offline"]
    for path in [path for path, _ in kept["pages"]] + kept["files"]:
        assert client.get(path).status_code == 200, path


@pytest.mark.parametrize(
    ("address", "page"),
    [("/tsk/card", "/card"), ("/card", "/card"), ("/tsk/card/reader", "/offline"), ("/", "/offline")],
)
def test_which_page_stands_for_which(client, address, page):
    assert next(path for path, places in plan(client)["pages"] if re.search(places, address)) == page


def test_a_kept_page_needs_no_file_that_is_not_kept(client):
    kept = plan(client)
    for path, _ in kept["pages"]:
        named = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', client.get(path).text))
        assert named <= set(kept["files"]), path


@pytest.mark.rules
@pytest.mark.parametrize("name", PARTS)
def test_the_parts_are_for_old_browsers_too(name):
    path = ROOT / "static" / "js" / "offline" / f"{name}.js"
    assert node("-e", PARSE, json.dumps([{"path": str(path), "year": 2020, "type": "module"}])) == ""
    assert [call for call in NEW_CALLS if re.search(call, path.read_text())] == []
    assert len(path.read_text().splitlines()) <= 120


@pytest.mark.rules
def test_joined_parts_are_scripts(tmp_path):
    """Two parts that use one name for different things would be no script any more."""
    asked = []
    for name, parts in assets.JOINED.items():
        joined = tmp_path / name
        joined.write_bytes(assets.join([ROOT / "static" / "js" / part for part in parts]))
        asked.append({"path": str(joined), "year": 2020, "type": "module"})
    (tmp_path / "sw.js").write_bytes(assets.join(worker.PARTS, is_module=False))
    asked.append({"path": str(tmp_path / "sw.js"), "year": 2020, "type": "script"})
    assert node("-e", PARSE, json.dumps(asked)) == ""


# --- on the first screen ------------------------------------------------------------------------------------


def test_the_manifest_is_one_for_all_regions(client):
    answer = client.get("/manifest.webmanifest")
    assert answer.content_type == "application/manifest+json"
    said = json.loads(answer.data)
    assert (said["id"], said["start_url"], said["scope"], said["display"]) == ("/", "/", "/", "standalone")
    for picture in said["icons"]:
        found = client.get(picture["src"])
        size = Image.open(io.BytesIO(found.data)).size
        assert f"{size[0]}x{size[1]}" == picture["sizes"]
    assert {(one["sizes"], one["purpose"]) for one in said["icons"]} >= {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }


@pytest.mark.parametrize("name", icons.SIZES)
def test_icons_are_the_same_each_time_and_fill_what_they_should(name):
    once = icons.drawn(name)
    icons.drawn.cache_clear()
    assert hashlib.sha256(icons.drawn(name)).digest() == hashlib.sha256(once).digest()
    picture = Image.open(io.BytesIO(once)).convert("RGBA")
    size, is_maskable = icons.SIZES[name]
    assert picture.getpixel((0, 0))[3] == (255 if is_maskable else 0)
    threads = [x for x in range(size) if picture.getpixel((x, size * 40 // 64))[:3] == (255, 255, 255)]
    assert not is_maskable or size * 0.1 < min(threads, default=size // 2)


# --- the page without signal --------------------------------------------------------------------------------


def test_the_page_without_signal_is_the_same_for_everybody(client, at):
    world = factories.world(at=at)
    one = person(world, at=at)
    strangers = client.get("/offline").text
    client.set_cookie("yui", one.cookie)
    assert client.get("/offline").text == strangers
    client.set_cookie("language", "en")
    assert 'lang="en"' in client.get("/offline").text


def test_the_page_without_signal_says_what_to_do_when_nothing_was_open(client):
    text = client.get("/offline").text
    assert "受付の紙に お名前を" in text and "8文字の番号" in text


def test_the_poster_s_page_has_no_manifest_and_one_module(client, at):
    world = factories.world(at=at)
    event = factories.event(world.region, factories.membership(world.region, at=at), at=at)
    text = client.get(f"/tsk/events/{event.id}").text
    assert "manifest" not in text and "htmx" not in text and "offline-install" not in text
    assert len(re.findall("<script", text)) == 1


# --- whose an item is ---------------------------------------------------------------------------------------


@pytest.fixture
def door(app, at):
    world = factories.world(at=at)
    host = factories.membership(world.region, at=at)
    event = factories.event(world.region, host, at=at)
    return world, f"/tsk/events/{event.id}/check-ins"


def replayed(client, path, *, sender="1", **form):
    form = {"key": uuid7(), "device_at": "2026-11-28T00:20:00.000Z"} | form
    return client.post(path, data=form, headers={"X-Outbox": sender})


def test_what_a_member_tapped_is_not_taken_from_anybody_else(client, door, at):
    world, path = door
    mine, other = person(world, at=at), person(world, at=at)
    whose = mark(mine.membership.member_id)
    nobody = replayed(client, path, whose=whose)
    assert (nobody.status_code, nobody.headers["X-Outbox"]) == (401, "1")
    client.set_cookie("yui", other.cookie)
    assert replayed(client, path, whose=whose).status_code == 401
    client.set_cookie("yui", mine.cookie)
    answer = replayed(client, path, whose=whose)
    assert (answer.status_code, answer.json["state"]) == (200, "done")


def test_a_mark_that_is_none_is_somebody_else_s(client, door):
    assert replayed(client, door[1], whose="うめ").status_code == 401


def test_what_a_guest_tapped_arrives_as_whoever_is_signed_in_by_then(client, door, at):
    world, path = door
    one = person(world, at=at)
    client.set_cookie("yui", one.cookie)
    assert replayed(client, path, whose="").json["state"] == "done"
    assert db.session.query(CheckIn.membership_id).scalar() == one.membership.id


def test_the_mark_tells_nobody_who_it_is(app):
    assert mark(1) == mark(1) != mark(2)
    assert len({mark(number)[:2] for number in range(50)}) > 20


def test_our_answers_can_be_told_from_those_of_a_gateway(client, door):
    _, path = door
    assert replayed(client, path).headers["X-Outbox"] == "1"
    assert replayed(client, "/tsk/events/999/check-ins").headers["X-Outbox"] == "1"
    assert "X-Outbox" not in client.post(path, data={"key": uuid7()}).headers


def test_a_tap_with_signal_is_an_ordinary_check_in(client, door, at):
    _, path = door
    answer = replayed(client, path, sender="tap")
    assert (answer.status_code, answer.json["state"]) == (200, "done")
    assert db.session.query(CheckIn.way).scalar() == "poster"


def test_a_repeated_item_is_the_first_one(client, door):
    _, path = door
    key = uuid7()
    first, second = replayed(client, path, key=key), replayed(client, path, key=key)
    assert (first.json["state"], second.json["state"]) == ("done", "repeated")
    assert first.json["url"] == second.json["url"]


def test_a_refusal_is_one_sentence(client, door):
    _, path = door
    answer = replayed(client, path, nickname="あ" * 21)
    assert (answer.status_code, answer.json["state"]) == (422, "refused")
    assert "20文字" in answer.json["text"]
