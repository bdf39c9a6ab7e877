"""The card in the hand: in the middle of the tabs on every page that has them, and a corner to feel on paper."""

from __future__ import annotations

import re

import pytest

from app.config import ROOT
from tests import factories


@pytest.fixture
def hers(ume, client, at):
    factories.sign_in(client, ume.member.member_id, at=at)
    return client


@pytest.mark.parametrize("path", ["/tsk", "/tsk/events", "/tsk/card", "/tsk/card/reader", "/tsk/shops", "/me"])
def test_the_third_of_five_tabs_shows_the_card(hers, path):
    tabs = re.search(r'<nav class="tabs".*?</nav>', hers.get(path).text, re.DOTALL)[0]
    addresses = re.findall(r'href="([^"]+)"', tabs)
    words = [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"<span>(.*?)</span>", tabs, re.DOTALL)]
    assert words == ["ホーム", "行事", "見せる", "つかう", "わたし"]
    assert addresses[2] == "/tsk/card"


def test_the_card_has_the_reader_as_its_second_tab(hers):
    page = hers.get("/tsk/card").text
    links = re.findall(r'href="(/tsk/card[^"]*)"[^>]*>(.*?)</a>', page, re.DOTALL)
    own = [(path, re.sub(r"<[^>]+>", "", words).strip()) for path, words in links]
    assert ("/tsk/card/reader", "よみとる") in own


def test_a_printed_card_says_where_its_corner_is_cut():
    """A dashed line across the upper right corner: fingers know by it which way up the card is."""
    style = (ROOT / "static" / "css" / "card-print.css").read_text()
    corner = re.search(r"\.paper-card::after \{([^}]*)\}", style)[1]
    assert "dashed" in corner and "rotate(45deg)" in corner and "right: 0" in corner
