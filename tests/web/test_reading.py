"""The reading switch: what is pressed stays, and every page shows it."""

from __future__ import annotations

import pytest

from app.web.reading import CHOICES


def root(page: str) -> str:
    start = page.index("<html")
    return page[start : page.index(">", start) + 1]


def choose(client, **choice: str) -> str:
    answer = client.post("/language", data={"next": "/n", **choice})
    assert (answer.status_code, answer.location) == (303, "/n")
    return client.get("/n").get_data(as_text=True)


@pytest.mark.parametrize(
    ("choice", "shown"),
    [
        ({"size": "xl"}, 'data-size="xl"'),
        ({"theme": "sun"}, 'data-theme="sun"'),
        ({"theme": "dark"}, 'data-theme="dark"'),
        ({"furigana": "on"}, "data-furigana"),
        ({"language": "en"}, 'lang="en"'),
    ],
)
def test_what_was_pressed_stays(client, choice, shown):
    assert shown not in root(client.get("/n").get_data(as_text=True))
    assert shown in root(choose(client, **choice))
    assert shown in root(client.get("/sign-in").get_data(as_text=True))


def test_readings_stand_over_the_words_and_can_be_switched_off(client):
    assert "<ruby>" not in client.get("/n").get_data(as_text=True)
    assert "<ruby>番号<rp>(</rp><rt>ばんごう</rt>" in choose(client, furigana="on")
    assert "<ruby>" not in choose(client, furigana="off")


def test_english_has_no_readings_and_no_switch_for_them(client):
    page = choose(client, furigana="on", language="en")
    assert "<ruby>" not in page
    assert 'name="furigana"' not in page


def test_what_nobody_offers_is_not_kept(client):
    page = choose(client, theme="pink", size="xxl", furigana="maybe", language="tlh")
    assert root(page) == root(client.get("/n").get_data(as_text=True))
    assert all(value not in page for value in ("pink", "tlh"))


def test_one_button_for_each_choice(client):
    page = client.get("/n").get_data(as_text=True)
    for name, values in CHOICES.items():
        for value in values:
            assert f'name="{name}" value="{value}"' in page
