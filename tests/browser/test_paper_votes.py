"""Paper votes by keyboard alone: envelopes, twenty ballots typed by two people; and the papers that are printed."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from app.credentials import service as credentials
from app.db import transaction
from app.members.rules import card_number
from tests import factories
from tests.browser.test_paper import A4, size_mm
from tests.by_hand import factories as made
from tests.conftest import AT
from tests.photographs import codes_in, pages_of, unread

pytestmark = pytest.mark.browser
SAID = ["1 3", "1", "2", "13", "0", "3", "2 3", "1", "1 2 3", "3", "1", "2", "2", "13", "1", "0", "3", "12", "1", "2"]
LONG = "月ヶ瀬の 六つの めぐるステーションに 屋根と イスを つけて、雨の日も お年よりが すわって 待てるように しますか"
LATER = timedelta(days=15)


def keep(page: Any, name: str) -> None:
    """A picture of the whole page, where SHOTS names a folder to keep it in."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def fits(page: Any) -> None:
    """Nothing leaves a phone's screen sideways."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def fill() -> dict[str, Any]:
    """Two duty holders, twenty residents who send paper, one who has voted by phone, a vote of each shape."""
    region = factories.world(at=AT).region
    region_people = [
        factories.membership(
            region, at=AT, name=f"見本 {n}子", yomi=f"みほん {n}こ", number=card_number("TSK", 500 + n)
        )
        for n in range(23)
    ]
    office, steward, *others = region_people
    for who, role in ((office, "office"), (steward, "steward")):
        made.duty(region, who, role, at=AT)
    factories.membership(region, at=AT, kind="friend", number=card_number("TSK", 600))
    told = {"question": "春の行事を えらんでください", "electorate": "residents"}
    vote = made.vote(region, office, at=AT, method="approval", **told)
    sums = made.vote(region, office, at=AT, question=LONG, secrecy="usual")
    found = {"vote": vote.id, "sums": sums.id, "numbers": [one.number for one in others], "region": region.id}
    found |= {"people": {"office": office.member_id, "steward": steward.member_id, "voter": others[20].member_id}}
    papers = {"consent": {}, "choose_one": {}, "schulze": {}, "score": {}, "equal_shares": {"budget_yen": 300_000}}
    for method, more in papers.items():
        names = [f"{n}番目の 長い 名前の えらぶもの" for n in range(1, 21 if method == "schulze" else 6)]
        other = made.vote(region, office, at=AT, method=method, question=LONG, options=names, about=LONG * 3, **more)
        found[method] = other.id
    with transaction():
        from app.votes import casting

        told = {"membership": others[20], "choice": ["屋根"], "key": "0" * 32, "at": AT}
        casting.cast(region=region, vote_id=vote.id, **told)
    return found


@pytest.fixture
def village(new_server, phones, inside):
    """Opens browsers for the duty holders, signed in a moment ago by the server's clock."""
    server = new_server(fill)

    def enter(who: str, at: Any = AT, **options: Any) -> Any:
        with inside(server), transaction():
            member_id = server.filled["people"][who]
            key = credentials.sign_in(member_id=member_id, way="passkey", at=at, fresh=True)[1]
        page = phones(server, **options)
        page.context.add_cookies([{"name": "yui", "value": key, "url": server.origin}])
        return page

    enter.server, enter.facts = server, server.filled
    return enter


def type_pile(page: Any, ballots: list[str]) -> None:
    """Twenty lines and the button, by keyboard alone."""
    page.wait_for_load_state("networkidle")  # until its module is there, Enter sends the form
    expect(page.locator("[name=b_1]")).to_be_focused()
    for text in ballots:
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("[name=invalid]")).to_be_focused()
    page.keyboard.press("Enter")
    while page.evaluate("document.activeElement.tagName") == "INPUT":
        page.keyboard.press("Enter")
    page.keyboard.press("Enter")


@pytest.mark.journey
def test_twenty_paper_ballots_typed_by_two_with_the_keyboard_alone(village):
    facts, server = village.facts, village.server
    desk = f"/tsk/votes/{facts['vote']}/paper"
    office = village("office")
    office.goto(desk)
    keep(office, "desk-empty")
    for count, number in enumerate(facts["numbers"][:20], 1):
        expect(office.locator("[name=who]")).to_be_focused()
        office.keyboard.type(number.removeprefix("TSK-"))
        office.keyboard.press("Enter")
        expect(office.locator("#toast")).to_contain_text(f"あわせて {count}通")
    office.keyboard.type(facts["numbers"][20])
    office.keyboard.press("Enter")
    expect(office.get_by_role("alert")).to_contain_text("もう スマホで 投票しています。この紙は 数えません")
    fits(office)
    keep(office, "desk-told")

    server.set_clock(AT + LATER)
    office, steward = (village(who, AT + LATER) for who in ("office", "steward"))
    office.goto(desk)
    keep(office, "desk-closed")
    office.get_by_role("link", name="束を 打つ").press("Enter")
    office.wait_for_url("**/piles/new**")
    keep(office, "pile-first")
    type_pile(office, SAID)
    expect(office.locator("#toast")).to_contain_text("束を 入れました")
    keep(office, "desk-pile")

    steward.goto("/tsk")
    steward.get_by_role("link", name="もう1人を 待っている").press("Enter")
    steward.get_by_role("link", name="もう1人として 打つ").press("Enter")
    steward.wait_for_url("**/piles/1")
    wrong = list(SAID)
    wrong[3] = "12"
    type_pile(steward, wrong)
    expect(steward.get_by_role("alert").first).to_contain_text("2人の 数が ちがいます")
    keep(steward, "pile-differs")
    line = steward.locator("[name=b_4]")
    expect(line).to_have_attribute("aria-invalid", "true")
    line.press("Control+A")
    steward.keyboard.type("3 1")
    steward.get_by_role("button", name="たしかめて 数える").press("Enter")
    expect(steward.locator("#toast")).to_contain_text("2人の 数が 合いました")
    expect(steward.get_by_text("ぜんぶ 数えました")).to_be_visible()
    fits(steward)
    keep(steward, "desk-counted")


def test_sums_without_javascript(village):
    facts, server = village.facts, village.server
    desk = f"/tsk/votes/{facts['sums']}/paper"
    office = village("office", javascript=False)
    for number in facts["numbers"][:3]:
        office.goto(desk)
        office.get_by_label("封筒の 名前").fill(number)
        office.get_by_role("button", name="封筒を 受けとる").click()
    office.get_by_role("button", name="とりけす").first.click()
    expect(office.get_by_role("status").first).to_contain_text("とりけしました")
    server.set_clock(AT + LATER)
    for who in ("office", "steward"):
        page = village(who, AT + LATER, javascript=False)
        page.goto(desk)
        page.get_by_role("link", name="束を 打つ" if who == "office" else "もう1人として 打つ").first.click()
        page.get_by_label("賛成").fill("２")
        fits(page)
        keep(page, f"sums-{who}")
        page.locator("main button.big").click()
        said = "束を 入れました" if who == "office" else "2人の 数が 合いました"
        expect(page.get_by_role("status").first).to_contain_text(said)


def test_help_and_proxies_on_a_phone(village, tmp_path):
    facts = village.facts
    office = village("office")
    office.goto(f"/tsk/votes/{facts['consent']}/assist")
    office.get_by_label("会員証の 番号").fill(facts["numbers"][0])
    office.get_by_text("字が 読みにくい").tap()
    fits(office)
    keep(office, "assist")
    office.get_by_role("button", name="つづける").tap()
    expect(office.get_by_text("ご本人ですか")).to_be_visible()
    office.get_by_text("みまもる", exact=True).tap()
    fits(office)
    keep(office, "assist-ballot")
    office.get_by_role("button", name="投票する").tap()
    office.wait_for_url("**/receipt")
    keep(office, "assist-receipt")
    paper = office.pdf(prefer_css_page_size=True, print_background=True)
    sheets = pages_of(paper)
    assert len(sheets) == 1 and size_mm(sheets[0]) == (105, 148)
    if folder := os.environ.get("SHOTS"):
        sheets[0].save(Path(folder) / "assist-receipt-paper.png")

    voter = village("voter")
    voter.goto(f"/tsk/votes/{facts['sums']}/proxy")
    voter.get_by_label("代わりに 投票する人").fill(facts["numbers"][1])
    voter.get_by_role("button", name="委任する").tap()
    expect(voter.get_by_text("委任しています")).to_be_visible()
    fits(voter)
    keep(voter, "proxy")
    office.goto(f"/tsk/votes/{facts['sums']}/paper/proxies")
    for name, number in (("giver", facts["numbers"][2]), ("holder", facts["numbers"][1])):
        office.locator(f"[name={name}]").fill(number)
    fits(office)
    keep(office, "paper-proxies")
    office.get_by_role("button", name="記録して 紙を 出す").tap()
    office.wait_for_url("**/slip")
    sheets = pages_of(office.pdf(prefer_css_page_size=True, print_background=True))
    assert len(sheets) == 1 and size_mm(sheets[0]) == (105, 148)
    if folder := os.environ.get("SHOTS"):
        sheets[0].save(Path(folder) / "proxy-slip.png")


@pytest.mark.once
def test_every_ballot_and_the_circular_are_one_a4_whose_code_reads(village):
    facts, server = village.facts, village.server
    office = village("office")
    papers = ("vote", "sums", "consent", "choose_one", "schulze", "score", "equal_shares")
    for name, sheet in [(one, "ballots") for one in papers] + [("sums", "circular"), ("schulze", "circular")]:
        office.goto(f"/tsk/votes/{facts[name]}/paper/{sheet}")
        sheets = pages_of(office.pdf(prefer_css_page_size=True, print_background=True))
        if folder := os.environ.get("SHOTS"):
            for number, one in enumerate(sheets):
                one.save(Path(folder) / f"{sheet}-{name}{number or ''}.png")
        assert len(sheets) == 1 and size_mm(sheets[0]) == A4, f"{sheet} {name}: {len(sheets)}"
        found = codes_in(sheets[0])
        assert len(found) == 1 and next(iter(found)).startswith(f"{server.origin.upper()}/C/")
        if sheet == "ballots":
            assert unread(sheets[0], found) == []
