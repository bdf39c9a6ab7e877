"""A general meeting from the agenda to the printed minutes: one votes by phone, one on paper, one by proxy."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from app.checkins import service as checkins
from app.credentials import service as credentials
from app.db import transaction, uuid7
from app.members.rules import card_number
from tests import factories
from tests.browser.test_paper import A4, size_mm
from tests.browser.test_paper_votes import fits, keep
from tests.by_hand import factories as made
from tests.conftest import AT
from tests.photographs import pages_of

pytestmark = pytest.mark.browser


def fill() -> dict[str, Any]:
    """A gathering of this hour, a vote in draft that ends with it, thirteen who may vote."""
    region = factories.world(at=AT).region
    people = [
        factories.membership(
            region, at=AT, name=f"見本 {n}子", yomi=f"みほん {n}こ", number=card_number("TSK", 500 + n)
        )
        for n in range(13)
    ]
    office, steward, phone, paper, giver = people[:5]
    for who, role in ((office, "office"), (steward, "steward")):
        made.duty(region, who, role, at=AT)
    event = factories.event(region, office, at=AT, title="月ヶ瀬 総会")
    times = {"opens_at": AT, "closes_at": AT + timedelta(hours=2), "reveals_at": AT + timedelta(hours=2)}
    told = {"quorum": "attendance", "quorum_percent": 20, "question": "来年の 予算の案を みとめますか", **times}
    vote = made.vote(region, office, at=AT, is_open=False, electorate="residents", **told)
    names = ("office", "steward", "phone", "paper", "giver")
    return {
        "region": region.id, "event": event.id, "vote": vote.id,
        "people": {name: (who.id, who.member_id, who.number) for name, who in zip(names, people[:5], strict=True)},
    }  # fmt: skip


@pytest.fixture
def hall(new_server, phones, inside):
    """Opens a browser for somebody, and lets people in at the door."""
    server = new_server(fill)

    def enter(who: str, **options: Any) -> Any:
        with inside(server), transaction():
            key = credentials.sign_in(member_id=server.filled["people"][who][1], way="passkey", at=AT, fresh=True)[1]
        page = phones(server, **options)
        page.context.add_cookies([{"name": "yui", "value": key, "url": server.origin}])
        return page

    def come(who: str) -> None:
        with inside(server), transaction():
            from app.db import db
            from app.members.models import Membership
            from app.regions.models import Region

            member = db.session.get_one(Membership, server.filled["people"][who][0])
            region = db.session.get_one(Region, server.filled["region"])
            told = {"membership": member, "way": "name", "key": uuid7(), "by": "host", "at": AT}
            checkins.check_in(region=region, event_id=server.filled["event"], **told)

    enter.come, enter.facts = come, server.filled
    return enter


def push(page: Any, name: str, said: str) -> None:
    page.get_by_role("button", name=name).first.tap()
    expect(page.locator("#toast")).to_contain_text(said)


def three(page: Any, present: int, written: int, proxies: int) -> None:
    """The three numbers come by themselves, within a few seconds."""
    heads = page.locator(".heads b")
    for at, number in enumerate((present, written, proxies)):
        expect(heads.nth(at)).to_have_text(str(number))


FIRST_WORDS = re.compile(  # the clock goes on while they press
    r"2026年11月28日\(土\) 午前9時[0-9]+分、月ヶ瀬梅林で はじめた。"
    r"出席 0人、書面 0人、委任 0人、あわせて 0人（名簿 13人）。"
)


def prepare(office: Any) -> None:
    """From a gathering to a meeting with its agenda, the vote first."""
    office.goto("/tsk/assemblies")
    keep(office, "assemblies")
    push(office, "総会の日に する", "議題を ならべてください")
    office.get_by_label("報告すること").fill("1年の ふりかえり")
    push(office, "報告を たす", "議題に 入れました")
    office.get_by_text("議題を たす").tap()
    push(office, "投票を たす", "議題に 入れました")
    push(office, "来年の 予算の案を みとめますか を 上へ", "順番を かえました")
    fits(office)
    keep(office, "assembly-planned")
    push(office, "総会を はじめる", "はじめました")


def let_somebody_vote(giver: Any, home: str, number: str) -> None:
    giver.goto(home)
    giver.get_by_role("link", name="委任する").click()
    giver.get_by_label("代わりに 投票する人").fill(number)
    giver.get_by_role("button", name="委任する").click()
    expect(giver.get_by_text("委任しています")).to_be_visible()
    keep(giver, "assembly-proxy")


def choose(phone: Any, answer: str) -> None:
    phone.get_by_text(answer, exact=True).tap()
    phone.get_by_role("button", name="投票する").tap()
    phone.wait_for_url("**/receipt")


def count_paper(first: Any, second: Any, desk: str) -> None:
    """One paper, typed by two."""
    for page, link, said in (
        (first, "束を 打つ", "束を 入れました"),
        (second, "もう1人として 打つ", "数が 合いました"),
    ):
        page.goto(desk)
        page.get_by_role("link", name=link).first.tap()
        page.get_by_label("賛成").fill("1")
        page.locator("main button.big").tap()
        expect(page.locator("#toast")).to_contain_text(said)


def agree(office: Any, steward: Any, home: str, people: dict[str, Any]) -> None:
    """Who led and wrote is named; both sign what they read."""
    office.goto(f"{home}/minutes/edit")
    fits(office)
    keep(office, "minutes-edit")
    expect(office.get_by_label("はじめ")).to_have_value(FIRST_WORDS)
    for name, who in (("chair", "office"), ("writer", "steward"), ("signer_1", "office"), ("signer_2", "steward")):
        office.locator(f"[name={name}]").fill(people[who][2])
    push(office, "この人たちに する", "署名する人を きめました")
    for page in (office, steward):
        page.goto(f"{home}/minutes")
        push(page, "署名する", "署名しました")
    fits(office)
    keep(steward, "minutes")


@pytest.mark.journey
def test_a_day_with_phone_paper_and_proxy_whose_minutes_print(hall):
    facts = hall.facts
    home, vote = f"/tsk/assemblies/{facts['event']}", f"/tsk/votes/{facts['vote']}"
    office, steward, phone = (hall(who) for who in ("office", "steward", "phone"))
    prepare(office)
    giver = hall("giver", javascript=False)
    let_somebody_vote(giver, home, facts["people"]["phone"][2])
    three(office, 0, 0, 0)
    hall.come("phone")
    three(office, 1, 0, 1)
    push(office, "投票を ひらく", "ひらきました")
    screen = hall("steward", viewport={"width": 1280, "height": 720}, is_mobile=False)
    screen.goto(f"{home}/screen")
    three(screen, 1, 0, 1)

    phone.goto(home)
    phone.get_by_role("link", name="投票する").tap()
    choose(phone, "賛成")
    phone.goto(vote)
    phone.get_by_role("link", name="見本 4子").first.tap()
    choose(phone, "反対")
    giver.goto(vote)
    expect(giver.get_by_text("もう 委任した人が 投票しています")).to_be_visible()

    steward.goto(f"{vote}/paper")
    steward.locator("[name=who]").fill(facts["people"]["paper"][2])
    push(steward, "封筒を 受けとる", "あわせて 1通")
    three(screen, 1, 1, 1)
    keep(screen, "assembly-screen")
    office.goto(home)
    fits(office)
    keep(office, "assembly-on")
    office.get_by_text("しめきる", exact=True).tap()
    expect(office.get_by_text("名簿 13人のうち 3人が 投票しました")).to_be_visible()
    push(office, "しめきって 開票する", "しめきりました")
    expect(office.get_by_text("紙を 数えています")).to_be_visible()
    count_paper(steward, office, f"{vote}/paper")
    office.goto(home)
    expect(office.get_by_text("開票ずみ")).to_be_visible()
    office.get_by_text("総会の おわり").tap()
    push(office, "総会を おわる", "議事録の 下書き")
    agree(office, steward, home, facts["people"])

    steward.get_by_role("link", name="印刷する").tap()
    steward.wait_for_url("**/sheet")
    expect(steward.get_by_text("賛成 2、反対 1、どちらでもない 0").first).to_be_visible()
    sheets = pages_of(steward.pdf(prefer_css_page_size=True, print_background=True))
    assert len(sheets) == 1 and size_mm(sheets[0]) == A4
    if folder := os.environ.get("SHOTS"):
        sheets[0].save(Path(folder) / "minutes-sheet.png")
