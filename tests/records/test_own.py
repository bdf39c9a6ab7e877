"""わたしのあゆみ: mine alone; what others see needs my consent, and ends with it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.checkins import closing
from app.checkins import service as checkins
from app.db import db, transaction, uuid7
from app.records import own
from app.records.models import Consent
from tests import factories
from tests.client import Client
from tests.records.conftest import TODAY, Hamlet

MINE = "/tsk/my-record"


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


def switch(client: Client, part: str, given: bool) -> Any:
    return client.post(f"{MINE}/consents", data={"part": part, "given": str(int(given)), "key": uuid7()})


def arrive(hamlet: Hamlet, who: Any, *, end: bool = False, days_ago: int = 0) -> Any:
    at = hamlet.at - timedelta(days=days_ago)
    event = factories.event(hamlet.region, hamlet.second, at=at)
    with transaction():
        here = {"region": hamlet.region, "event_id": event.id, "key": uuid7(), "way": "poster", "at": at}
        made = checkins.check_in(**here, by=f"membership:{who.id}", membership=who)
    if end:
        with transaction():
            closing.close(
                region=hamlet.region, event_id=event.id, by=f"membership:{hamlet.second.id}", at=event.ends_at
            )
    return made


def test_an_empty_record_shows_the_way_to_the_first_seal(hamlet: Hamlet) -> None:
    for standing in ("active", "provisional"):
        said = text(hamlet.enter(hamlet.member(standing=standing)).get(MINE))
        assert "はじめの印は、つぎの行事で。 行事を見る" in said and "見えるのは あなただけ" in said


def test_seals_stand_in_the_order_of_arrival_filled_when_it_is_over(hamlet: Hamlet) -> None:
    who = hamlet.member()
    first = arrive(hamlet, who, end=True, days_ago=1)
    second = arrive(hamlet, who)
    page = hamlet.enter(who).get(MINE).text
    assert re.findall(r'class="seal (seal-\w+)', page) == ["seal-filled", "seal-outline"]
    assert first.id < second.id and page.index("8.11.27") < page.index("8.11.28")
    with transaction():
        checkins.undo(region=hamlet.region, check_in_id=second.id, by="x", at=hamlet.at)
    assert hamlet.enter(who).get(MINE).text.count('class="seal ') == 1


def test_seals_are_paged_backwards(hamlet: Hamlet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "SEALS", 2)
    who = hamlet.member()
    rows = [arrive(hamlet, who) for _ in range(3)]
    last, more = own.seals(who)
    assert [one.check_in.id for one in last] == [rows[1].id, rows[2].id] and more == rows[1].id
    rest, end = own.seals(who, before=more)
    assert [one.check_in.id for one in rest] == [rows[0].id] and end is None
    assert "まえの印を 見る" in hamlet.enter(who).get(MINE).text


def test_hours_in_words_with_bars_and_their_table(hamlet: Hamlet) -> None:
    who = hamlet.member()
    hamlet.worked(who, TODAY, 90)
    hamlet.worked(who, date(2026, 4, 1), 660, paid=True)
    hamlet.worked(who, date(2026, 3, 31), 15)
    hamlet.worked(who, TODAY, 45, state="waiting")
    hamlet.taken_back(hamlet.worked(who, TODAY, 120))
    page = hamlet.enter(who).get(MINE)
    said = text(page)
    assert "ことし 12時間30分" in said
    assert "2026年11月 1時間30分" in said and "2026年4月 0時間 有償 11時間" in said
    assert page.text.count('class="bars-free"') == 2 and page.text.count('class="bars-paid"') == 1
    assert "2026年3月" not in said and "style=" not in page.text


def test_thanks_are_cards_and_what_was_put_away_is_not_there(hamlet: Hamlet) -> None:
    who = hamlet.member()
    hamlet.thank(who, "重いものを ありがとう")
    hamlet.thank(who, "もう見ない", hidden_at=hamlet.at)
    said = text(hamlet.enter(who).get(MINE))
    assert "重いものを ありがとう 二番 かくに · 2026年11月28日(土)" in said and "もう見ない" not in said


def test_the_ladder_counts_activities_and_does_not_fall_with_the_year(hamlet: Hamlet) -> None:
    hamlet.ladder()
    who = hamlet.member()
    for days in (0, 300, 800):
        hamlet.worked(who, TODAY - timedelta(days=days))
    hamlet.taken_back(hamlet.worked(who))
    page = hamlet.enter(who).get(MINE)
    assert page.text.count("cord-tied") == 2
    assert "ふるさと住民の証明 3回 · とどきました 行事を ひらける あと 2回の活動で" in text(page)
    assert [rung.missing for rung in own.ladder(hamlet.region, who)] == [0, 0, 2, 7]


def test_a_step_that_was_reached_is_not_lost_by_a_correction(hamlet: Hamlet) -> None:
    hamlet.ladder()
    who = hamlet.member()
    rows = [hamlet.worked(who, TODAY - timedelta(days=number)) for number in range(5)]
    hamlet.at += timedelta(hours=1)
    for row in rows[:2]:
        hamlet.taken_back(row)
    assert [(rung.reached, rung.missing) for rung in own.ladder(hamlet.region, who)] == [
        *((True, 0), (True, 0), (True, 0)),
        (False, 7),
    ]


def test_nobody_else_reads_it_by_any_address(hamlet: Hamlet) -> None:
    """No address names a person: everybody is shown their own, whatever they add to it."""
    who, other = hamlet.member(), hamlet.member()
    hamlet.worked(who, TODAY, 405)
    hamlet.thank(who, "ひみつの ありがとう")
    browsers = [hamlet.enter(other), hamlet.enter(hamlet.member(), "steward"), hamlet.enter(hamlet.member(), "office")]
    for client in browsers:
        for page in (MINE, f"{MINE}/booklet"):
            for more in ("", f"?membership={who.id}", f"?membership_id={who.id}&id={who.id}", "?before=999999"):
                answer = client.get(page + more)
                assert answer.status_code == 200
                assert "6時間45分" not in text(answer) and "ひみつ" not in text(answer)
    assert "6時間45分" in text(hamlet.enter(who).get(MINE))


def test_strangers_and_officers_have_no_record(hamlet: Hamlet, client: Client) -> None:
    officer = hamlet.enter(hamlet.member(kind="municipality"), "officer")
    for page in (MINE, f"{MINE}/booklet"):
        assert client.get(page).status_code == 303 and officer.get(page).status_code == 403
    assert switch(client, "board", True).status_code == 401 and switch(officer, "board", True).status_code == 403


# --- consent ------------------------------------------------------------------------------------------------


def test_each_part_has_its_own_switch_and_works_at_once(hamlet: Hamlet) -> None:
    who = hamlet.member()
    client = hamlet.enter(who)
    assert own.consents(who) == set()
    for given, wanted in (
        (True, {"evidence"}),
        (True, {"evidence"}),
        (False, set()),
        (False, set()),
        (True, {"evidence"}),
    ):
        assert switch(client, "evidence", given).status_code == 303
        db.session.rollback()
        assert own.consents(who) == wanted
        word = "見せています" if wanted else "見せていません"
        assert text(client.get(MINE)).count(word) >= 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Consent)) == 1


def test_what_was_said_is_told(hamlet: Hamlet) -> None:
    client = hamlet.enter(hamlet.member())
    for part, given, said in (
        ("board", True, "名前を のせることに しました。"),
        ("board", False, "名前を のせるのを やめました。もう 見えません。"),
        ("evidence", True, "証明の一覧に のることに しました。"),
        ("evidence", False, "証明の一覧から はずれました。もう 見えません。"),
    ):
        switch(client, part, given)
        assert said in text(client.get(MINE))
    assert client.post(f"{MINE}/consents", data={"part": "all", "given": "1"}).status_code == 303


# --- the booklet --------------------------------------------------------------------------------------------


def test_the_booklet_has_eight_pages_in_their_order(hamlet: Hamlet) -> None:
    hamlet.ladder()
    who = hamlet.member(name="見本 うめ")
    arrive(hamlet, who)
    hamlet.worked(who, TODAY, 90, field="environment")
    hamlet.thank(who, "重いものを ありがとう")
    page = hamlet.enter(who).get(f"{MINE}/booklet")
    assert re.findall(r'class="leaf leaf-(\d)"', page.text) == list("12345678")
    said = text(page)
    for words in ("令和8年度（2026年度）", "見本 うめ さん", "1時間30分", "環境 1時間30分", "重いものを ありがとう"):
        assert words in said


def test_last_years_booklet_tells_of_last_year(hamlet: Hamlet) -> None:
    with transaction():
        hamlet.region.created_at = hamlet.at - timedelta(days=400)
        db.session.merge(hamlet.region)
    who = hamlet.member()
    hamlet.worked(who, date(2026, 3, 31), 75)
    hamlet.thank(who, "ことしの ことば")
    client = hamlet.enter(who)
    assert "1時間15分" in text(client.get(f"{MINE}/booklet?year=2025"))
    assert "ことしの ことば" not in text(client.get(f"{MINE}/booklet?year=2025"))
    for odd in ("", "2024", "x", "2027"):
        assert "令和8年度（2026年度）" in text(client.get(f"{MINE}/booklet?year={odd}"))
