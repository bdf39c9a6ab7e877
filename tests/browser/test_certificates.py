"""Hours done far away become a certificate: confirmed by a resident, opened by a stranger, printed on one A4."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.certificates import service as certificates
from app.certificates.models import Certificate
from app.db import db, transaction, uuid7
from app.hours.models import HoursEntry
from app.members.models import Membership
from app.projects.models import Project
from app.regions.models import Region
from tests.conftest import AT
from tests.photographs import DPI, codes_in, pages_of

pytestmark = pytest.mark.browser
A4 = (210, 297)  # mm
SORA, RESIDENT, OFFICE = "TSK-0005-9", "TSK-0003-7", "TSK-0007-6"
LONG = "大和茶の 英語パンフレットと 茶畑の 案内板を みんなで つくりなおす とても 長い名前の 活動です"
LONG_EN = "Rewriting, with everybody, the English leaflet on Yamato tea and the boards of the fields"


def keep(page: Page, name: str) -> None:
    """A picture of the whole page, where SHOTS names a folder to keep it in."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def printed(page: Page, address: str, name: str) -> Any:
    """The only sheet that an address prints."""
    page.goto(address)
    paper = page.pdf(prefer_css_page_size=True)
    sheets = pages_of(paper)
    if folder := os.environ.get("SHOTS"):
        sheets[0].save(Path(folder) / f"{name}.png")
    assert len(sheets) == 1, f"{len(sheets)} pages"
    assert tuple(round(side / DPI * 25.4) for side in sheets[0].size) == A4
    return sheets[0]


def numbered(number: str) -> Membership:
    return db.session.scalars(sa.select(Membership).where(Membership.number == number)).one()


def log_from_home(page: Page) -> None:
    page.goto("/tsk/hours/new")
    page.get_by_label("何をしましたか").fill("うめさんの 話の 英訳")
    page.get_by_label("だれと").press_sequentially("かんな", delay=20)
    page.get_by_text("架空 かんな").tap()
    page.get_by_text("在宅・有償・もっと前の日").tap()
    page.get_by_text("在宅で", exact=True).tap()
    page.get_by_role("button", name="送る").tap()
    expect(page.get_by_role("status").first).to_contain_text("記録しました")


def confirm(page: Page) -> None:
    page.goto("/tsk/hours/to-confirm")
    page.get_by_role("button", name="を 確認する").tap()
    expect(page.get_by_role("status").filter(has_text="を 確認しました。")).to_be_visible()


@pytest.mark.journey
def test_from_hours_far_away_to_a_sheet_that_a_stranger_checks(sample, phones, inside):
    sora = sample.enter(phones(sample.server), SORA)
    log_from_home(sora)
    confirm(sample.enter(phones(sample.server), RESIDENT))
    with inside(sample.server):
        row = db.session.scalars(sa.select(HoursEntry).where(HoursEntry.what == "うめさんの 話の 英訳")).one()
        assert (row.state, row.place, row.confirmed_as) == ("confirmed", "remote", "named")
    sora.goto("/tsk/my-record")
    sora.get_by_role("link", name="活動証明を つくる").tap()  # 1
    expect(sora.get_by_role("radio", name="2026年度")).to_be_checked()
    keep(sora, "new")
    sora.get_by_role("button", name="つくる").dblclick()  # 2: nothing is typed, and a double tap makes one
    expect(sora.get_by_role("heading", name="活動証明書")).to_be_visible()
    keep(sora, "own")
    address = sora.get_by_role("link", name="A4に 印刷する").get_attribute("href")
    code = address.split("/")[-2]
    sora.goto("/tsk/certificates")
    assert sora.locator("#certificates-list > li").count() == 2  # with the one of the telling

    stranger = phones(sample.server)
    assert stranger.goto(f"/C/{code}").status == 200
    keep(stranger, "stranger")
    main = stranger.locator("main")
    for words in ("空想 そら", "住民の会員", "その他の 活動"):
        expect(main).to_contain_text(words)
    for name in ("かんな", "うめ"):
        expect(main).not_to_contain_text(name)
    stranger.get_by_role("link", name="たしかめる").tap()
    expect(stranger.get_by_role("heading", name="ほんものの 証明です")).to_be_visible()
    keep(stranger, "check")
    paper = printed(stranger, address, "sheet")
    assert {one.rpartition("/")[2] for one in codes_in(paper)} == {code}

    sora.goto(f"/C/{code}")
    sora.get_by_text("わたしだけ").tap()
    sora.get_by_role("button", name="かえる").tap()
    expect(sora.get_by_role("status").first).to_contain_text("いまは: わたしだけ")
    assert stranger.goto(f"/C/{code}").status == 404


@pytest.fixture
def busy(sample: Any, inside: Any) -> Iterator[None]:
    """A year with more projects, longer names and more paid work than a sheet has room for."""
    with inside(sample.server):
        who, second, lead = numbered(SORA), numbered(RESIDENT), numbered("TSK-0002-1")
        with transaction():
            for number in range(14):
                project = Project(
                    region_id=who.region_id, key=uuid7(), title=f"{LONG[:57]}{number}", title_en=f"{LONG_EN} {number}",
                    lead_id=lead.id, created_at=AT, active_at=AT,
                )  # fmt: skip
                db.session.add(project)
                db.session.flush()
                for day in (3 * number, 100 + number):
                    _work(who, second, project, day)
    yield


def _work(who: Membership, second: Membership, project: Project, day: int) -> None:
    key = uuid7()
    facts = {"state": "confirmed", "confirmed_by_id": second.id, "confirmed_at": AT, "way": "phone", "created_at": AT}
    facts |= {"what": "英訳", "minutes": 615, "paid": day % 2 == 0, "confirmed_as": "steward" if day % 3 else "named"}
    db.session.add(
        HoursEntry(
            region_id=who.region_id, membership_id=who.id, project_id=project.id, key=key, activity=f"hours:{key}",
            day=AT.date() - timedelta(days=day), **facts,
        )
    )  # fmt: skip


def revoke(sample: Any, inside: Any, code: str) -> None:
    with inside(sample.server):
        region = db.session.scalars(sa.select(Region).where(Region.slug == "tsk")).one()
        made = db.session.scalars(sa.select(Certificate).where(Certificate.code == code)).one()
        with transaction():
            told = {"by": numbered(OFFICE), "key": uuid7(), "reason": "まちがい", "at": AT}
            certificates.revoke(region=region, certificate_id=made.id, **told)


def make(page: Page) -> str:
    page.goto("/tsk/certificates/new")
    page.get_by_role("button", name="つくる").click()
    return page.get_by_role("link", name="A4に 印刷する").get_attribute("href")


@pytest.mark.once
@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_longest_year_prints_one_a4_in_both_languages(sample, phones, inside, busy, language):
    page = sample.enter(phones(sample.server), SORA)
    address = make(page)
    code = address.split("/")[-2]
    page.context.add_cookies([{"name": "language", "value": language, "url": sample.server.origin}])
    printed(page, address, f"longest-{language}")
    expect(page.locator(".certificate-ja")).to_contain_text("ほかの")
    expect(page.locator(".certificate-en")).to_contain_text("other activities")
    revoke(sample, inside, code)
    printed(page, address, f"longest-revoked-{language}")
    expect(page.locator(".certificate-en")).to_contain_text("has been revoked")
    page.set_viewport_size({"width": 320, "height": 568})
    page.goto(f"/C/{code}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    keep(page, f"longest-page-{language}")


@pytest.mark.once
def test_without_javascript_too_and_the_office_revokes_in_two_steps(sample, phones):
    sora = sample.enter(phones(sample.server, javascript=False), SORA)
    code = make(sora).split("/")[-2]
    office = sample.enter(phones(sample.server, javascript=False), OFFICE)
    office.goto("/tsk/certificates/all")
    office.locator(f"main a[href$='{code}']").click()
    office.get_by_role("link", name="この証明を とりけす").click()
    office.get_by_label("わけ").fill("日が ちがいました")
    office.get_by_role("button", name="つぎへ").click()
    expect(office.get_by_role("heading", name="ほんとうに とりけしますか")).to_be_visible()
    keep(office, "sure")
    office.get_by_role("button", name="この証明を とりけす").click()
    expect(office.get_by_role("status").first).to_contain_text("を とりけしました。")
    sora.goto(f"/C/{code}")
    expect(sora.locator("main")).to_contain_text("この証明は とりけされました")
    keep(sora, "revoked")
