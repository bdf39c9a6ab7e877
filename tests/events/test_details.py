"""What the three steps ask besides: folded away, kept at each step, shown where it is needed."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.db import db
from app.events.models import Event
from tests import factories
from tests.events.test_views import WHAT, WHEN, key

MORE = {
    "bring": "軍手", "title_en": "Weeding", "place_en": "Plum grove", "bring_en": "Gloves", "project": "梅林をまもる",
    "project_link": "https://yui.example/plum?x=1",
}  # fmt: skip
WHO = {"audience": "invited", "capacity": "12", "coins": "arrival"}
ASKED = {"name_level": "contact", "door": "rotating", "question_1": "べんとうは", "question_2": "車で"}


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def host(place, client, at):
    return factories.host_of(place, client, at=at)


def begun(client, **more):
    client.post("/tsk/events", data=WHAT | more | {"key": key(client.get("/tsk/events/new"))})
    return only_event()


def only_event():
    db.session.expire_all()
    return db.session.scalars(select(Event)).one()


def visible(page):
    """Names of the fields outside the fold."""
    form = re.search(r'<form class="group" method="post" action="/tsk.*?</form>', page.text, re.DOTALL)[0]
    outside = re.sub(r"<details.*?</details>", "", form, flags=re.DOTALL)
    return set(re.findall(r'<(?:input|select)[^>]* name="(\w+)"', outside)) - {"key", "proof"}


def test_the_steps_show_no_more_fields_than_before(client, host):
    event = begun(client)
    steps = [client.get(f"/tsk/events/{event.id}/draft/{step}") for step in ("what", "when", "who")]
    assert [len(visible(step)) for step in steps] == [3, 3, 3]  # beginning and end are one question
    assert all("<details" in step.text and " open>" not in step.text for step in (steps[0], steps[2]))


def test_everything_is_kept_at_each_step_and_stands_there_again(client, host):
    event = begun(client, **MORE)
    assert {name: getattr(event, name) for name in MORE} == MORE
    what = client.get(f"/tsk/events/{event.id}/draft/what").text
    assert all(f'value="{value}"' in what for value in MORE.values()) and '<details class="fold" open>' in what
    client.post(f"/tsk/events/{event.id}/draft/when", data=WHEN | {"ends": "10:30"})
    put_aside = client.post(f"/tsk/events/{event.id}/draft/who", data=WHO | ASKED)
    assert put_aside.status_code == 303 and only_event().published_at is None
    who = client.get(f"/tsk/events/{event.id}/draft/who").text
    assert 'value="べんとうは"' in who and 'value="rotating" checked' in who and 'value="arrival" checked' in who
    assert 'value="invited" checked' in who and 'value="12"' in who and '<details class="fold" open>' in who
    client.post(f"/tsk/events/{event.id}/publication", data=WHO | ASKED)
    event = only_event()
    assert event.published_at is not None and {name: getattr(event, name) for name in ASKED} == ASKED
    assert (event.audience, event.capacity, event.coins, event.award) == ("invited", 12, 1, "arrival")


def test_publishing_twice_is_one(client, host):
    event = begun(client)
    client.post(f"/tsk/events/{event.id}/draft/when", data=WHEN)
    for _ in range(2):
        answer = client.post(f"/tsk/events/{event.id}/publication", data=WHO | ASKED)
        assert answer.location == f"/tsk/events/{event.id}"


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)", "ftp://yui.example/", "//yui.example", "yui.example", "https://", "http:///x",
        "https://user:word@yui.example/", "https://yui.example/a b", "https://yui.example/\"onclick=", "https://[::1",
        "https://yui.example:99999/", "data:text/html,x", "HTTPS:yui.example",
    ],
)  # fmt: skip
def test_a_project_link_is_an_address_of_the_web(client, host, link):
    event = begun(client)
    answer = client.post(f"/tsk/events/{event.id}/draft/what", data=WHAT | {"project_link": link})
    assert answer.status_code == 422 and "アドレスを 書いてください" in answer.text
    assert '<details class="fold" open>' in answer.text and only_event().project_link == ""


@pytest.mark.parametrize("link", ["http://yui.example", "HTTPS://Yui.Example/梅?x=1#y", "https://yui.example:8443/"])
def test_a_good_link_is_kept(client, host, link):
    event = begun(client)
    assert client.post(f"/tsk/events/{event.id}/draft/what", data=WHAT | {"project_link": link}).status_code == 303
    assert only_event().project_link == link


def test_field_and_project_stand_among_the_facts(client, app, place, host, at):
    event = factories.event(place.region, host, at=at, project="梅林をまもる", project_link="https://yui.example/plum")
    page = app.test_client().get(f"/C/{event.code}").text
    assert "環境" in page and '<a class="link" href="https://yui.example/plum" rel="noopener noreferrer">' in page


def test_english_words_stand_on_english_pages(client, app, place, host, at):
    event = factories.event(place.region, host, at=at, title_en="Weeding", place_en="Plum grove", bring_en="Gloves")
    reader = app.test_client()
    reader.set_cookie("language", "en")
    page = reader.get(f"/C/{event.code}").text
    assert "Weeding" in page and "Plum grove" in page


def test_the_poster_of_a_changing_code_leads_to_the_screen(client, place, host, at):
    event = factories.event(place.region, host, at=at, door="rotating")
    poster = client.get(f"/tsk/events/{event.id}/poster").text
    assert "会場の画面の コードも うつす" in poster and "「受付する」を おす" not in poster


@pytest.mark.parametrize(("changes", "word"), [("cancelled_at", "中止"), ("postponed_to", "延期")])
def test_the_poster_of_what_does_not_take_place_says_that_instead(client, place, host, at, changes, word):
    event = factories.event(place.region, host, at=at, reason="大雨のため", **{changes: at})
    poster = client.get(f"/tsk/events/{event.id}/poster").text
    assert f'"poster-word">{word}<' in poster and "大雨のため" in poster
    assert 'class="qr"' not in poster and event.code[:4] not in poster and "受付する" not in poster
