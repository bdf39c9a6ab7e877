"""A visitor takes a place on a small phone, waits where it is full, moves up, and gives the place back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def event(sample: Any, title: str) -> Any:
    return next(one for one in sample.tsk["events"] if one["title"].startswith(title))


def keep(page: Any, name: str) -> None:
    """A picture of the whole page, where SHOTS names a folder to keep it in."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.journey
def test_a_visitor_waits_and_moves_up(sample, phones):
    full = event(sample, "梅林の下草かり")
    host = sample.enter(phones(sample.server), "TSK-0002-1")
    host.goto(f"/tsk/events/{full['id']}/sign-ups")
    keep(host, "list")

    visitor = phones(sample.server, javascript=False)
    visitor.goto(full["poster_url"])
    button = visitor.get_by_role("button", name="キャンセル待ちに 入る")
    keep(visitor, "full")
    assert button.bounding_box()["y"] + button.bounding_box()["height"] <= 640
    button.tap()
    expect(visitor.get_by_role("status")).to_contain_text("キャンセル待ちです")
    keep(visitor, "waiting")

    host.get_by_text("定員を かえる").first.tap()
    host.get_by_label("定員").fill("40")
    host.get_by_role("button", name="定員を かえる").tap()
    expect(host.get_by_role("status").first).to_contain_text("定員を かえました")

    visitor.goto(full["poster_url"])
    expect(visitor.get_by_role("status").first).to_contain_text("キャンセル待ちから 入れました")
    keep(visitor, "promoted")
    visitor.goto("/tsk")
    expect(visitor.get_by_text("席が空きました")).to_be_visible()
    keep(visitor, "home")
    visitor.get_by_role("link", name="席が空きました").tap()
    expect(visitor.get_by_role("status")).to_contain_text("申しこみました")
    keep(visitor, "own")
    visitor.get_by_text("申しこみを やめる").tap()
    visitor.get_by_role("button", name="はい、やめます").tap()
    expect(visitor.get_by_role("status").first).to_contain_text("申しこみを やめました")


def test_called_off_in_one_tap_and_called_one_by_one(sample, phones):
    soon = event(sample, "スマホと紙で")
    visitor = phones(sample.server)
    visitor.goto(soon["poster_url"])
    visitor.get_by_text("いっしょに来る人").tap()
    visitor.get_by_label("子ども").fill("1")
    keep(visitor, "form")
    visitor.get_by_role("button", name="申しこむ").tap()
    expect(visitor.get_by_text("おとな 1人 · 子ども 1人")).to_be_visible()

    host = sample.enter(phones(sample.server), "TSK-0002-1")
    host.goto(f"/tsk/events/{soon['id']}/cancellation")
    keep(host, "cancellation")
    host.get_by_role("button", name="雨のため").tap()
    expect(host.get_by_role("heading", name="電話する人")).to_be_visible()
    host.get_by_role("button", name="見本 うめ").tap()
    expect(host.get_by_text("電話しました").first).to_be_visible()
    keep(host, "calls")
    host.goto(f"/tsk/events/{soon['id']}/postponement")
    expect(host.get_by_text("もう 中止になっています")).to_be_visible()
    visitor.reload()
    expect(visitor.get_by_role("heading", name="中止になりました")).to_be_visible()
    keep(visitor, "off")
    host.goto(f"/tsk/events/{event(sample, 'もちつき')['id']}/postponement")
    keep(host, "postponement")
    host.get_by_role("button", name="雪のため").tap()
    expect(host.get_by_text("延期になりました")).to_be_visible()
    keep(host, "postponed")
    host.goto(f"/tsk/events/{event(sample, 'もちつき')['id']}/sign-ups/invitations?q=みほん")
    keep(host, "invitations")
    host.goto(f"/tsk/events/{event(sample, '梅林の下草かり')['id']}/sign-ups/paper")
    keep(host, "paper")
