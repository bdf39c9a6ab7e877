"""The office's lists come in parts: nobody is left out in silence."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.cards import queries, service
from app.db import transaction
from app.members import service as members
from app.members.models import Membership
from app.members.rules import card_number
from app.regions.models import Region
from tests import factories
from tests.client import Client

MANY = 205
WAITING = re.compile(r'name="membership" value="(\d+)"')
PRINTED = re.compile(r'<a class="rows-row" href="/tsk/cards/(\d+)"')


@pytest.fixture
def region(app: Any, at: datetime) -> Region:
    return factories.world(at=at).region


@pytest.fixture
def crowd(region: Region, at: datetime) -> list[Membership]:
    """In the order of the list: everybody's よみ is somebody else's too."""
    with transaction():
        return [
            members.join(
                region=region,
                member=members.open_member(at=at),
                kind="resident",
                at=at,
                name=f"見本 {n}郎",
                yomi=f"みほん {n // 5:03}",
                number=card_number(region.code, 1000 + n),
            )
            for n in range(MANY)
        ]


@pytest.fixture
def office(app: Any, region: Region, at: datetime) -> Client:
    """A browser of somebody with the office's duty and no number of their own."""
    clerk = factories.membership(region, at=at, number=None)
    with transaction():
        members.give_duty(membership=clerk, role="office", starts_on=at.date(), ends_on=at.date() + timedelta(days=365))
    browser: Client = app.test_client()
    factories.sign_in(browser, clerk.member_id, at=at)
    return browser


def link(page: str, words: str) -> str:
    found = re.search(rf'href="([^"]+)">{words}</a>', page)
    assert found is not None, words
    return found[1].replace("&amp;", "&").partition("#")[0]


def test_two_hundred_and_five_without_a_card_come_in_two_parts(office: Client, crowd: list[Membership]) -> None:
    first = office.get("/tsk/cards").text
    second = office.get(link(first, "つぎの 200人")).text
    shown = [[int(id) for id in WAITING.findall(page)] for page in (first, second)]
    assert [len(part) for part in shown] == [200, 5]
    assert shown[0] + shown[1] == [one.id for one in crowd]
    assert "はじめへ" not in first and "つぎの 200人" not in second
    assert [int(id) for id in WAITING.findall(office.get(link(second, "はじめへ")).text)] == shown[0]


def test_whoever_gets_a_card_meanwhile_shifts_nobody(
    office: Client, crowd: list[Membership], region: Region, at: datetime
) -> None:
    following = link(office.get("/tsk/cards").text, "つぎの 200人")
    print_cards(region, crowd[150:200], at)
    assert [int(id) for id in WAITING.findall(office.get(following).text)] == [one.id for one in crowd[200:]]


def test_printed_cards_come_in_parts_too_the_latest_first(
    office: Client, crowd: list[Membership], region: Region, at: datetime
) -> None:
    early = print_cards(region, crowd[:100], at - timedelta(days=1))
    late = print_cards(region, crowd[100:], at)
    first = office.get("/tsk/cards").text
    second = office.get(link(first, "つぎの 200人")).text
    shown = [int(id) for page in (first, second) for id in PRINTED.findall(page)]
    assert shown == late + early
    assert office.get(link(second, "はじめへ")).text.count("rows-row") == first.count("rows-row")


def test_the_two_lists_move_apart(
    office: Client, crowd: list[Membership], region: Region, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST", 2)
    print_cards(region, crowd[:5], at)
    waiting = crowd[6].id
    page = office.get(f"/tsk/cards?waiting={waiting}").text
    further = re.search(r'href="([^"]+)#cards-printed">つぎの 2人', page)
    assert further is not None
    both = office.get(further[1].replace("&amp;", "&")).text
    assert [int(id) for id in WAITING.findall(both)] == [one.id for one in crowd[7:9]]
    assert len(PRINTED.findall(both)) == 2


@pytest.mark.parametrize("odd", ["x", "-1", "0", "9" * 40, "1&waiting=2"])
def test_odd_places_begin_at_the_beginning(office: Client, crowd: list[Membership], odd: str) -> None:
    page = office.get(f"/tsk/cards?waiting={odd}")
    assert page.status_code == 200 and int(WAITING.findall(page.text)[0]) == crowd[0].id


def test_another_regions_member_is_no_place(office: Client, crowd: list[Membership], at: datetime) -> None:
    stranger = factories.membership(factories.world("ows", at=at).region, at=at, yomi="わかやま")
    page = office.get(f"/tsk/cards?waiting={stranger.id}&printed={stranger.id}").text
    assert int(WAITING.findall(page)[0]) == crowd[0].id


def print_cards(region: Region, people: list[Membership], at: datetime) -> list[int]:
    """Their cards' ids, in the order of the list."""
    with transaction():
        cards = [service.ensure(region=region, membership=one, by="test", at=at).id for one in people]
        service.mark_printed(region=region, card_ids=cards, at=at)
    return cards
