"""みんなのあゆみ and the month's report: sums to the minute, people counted and not named, small numbers not told."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.hours import service as hours
from app.hours.models import HoursEntry
from app.members.models import Membership
from app.records import own, service, together
from tests.client import Client
from tests.records.conftest import TODAY, Hamlet

YEAR = (date(2026, 4, 1), date(2027, 3, 31))


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


def minutes(said: str) -> int:
    """12時間30分 as minutes."""
    found = re.fullmatch(r"(?:(\d+)時間)?(?:(\d+)分)?", said)
    assert found is not None, said
    return int(found[1] or 0) * 60 + int(found[2] or 0)


def sums_in(page: Any, head: str) -> list[int]:
    """All minutes in the table under this head, unpaid ones and paid ones."""
    table = next(one for one in re.findall(r"<table.*?</table>", page.text, re.DOTALL) if f">{head}</th>" in one)
    cells = re.findall(r'<(?:td class="n"|small)>(?:有償 )?([^<]*)', table)
    return [minutes(cell) for cell in cells if cell[:1].isdigit() and not cell.isdigit()]


def raw(first: date, last: date) -> int:
    """The confirmed minutes of the books, added up without any of our sums."""
    db.session.rollback()
    rows = db.session.execute(sa.select(HoursEntry.day, HoursEntry.minutes, HoursEntry.state)).all()
    return sum(one.minutes for one in rows if one.state == "confirmed" and first <= one.day <= last)


def busy(hamlet: Hamlet, people: int = 6) -> list[Membership]:
    """So many people in three fields, two projects and three months, with paid work, corrections and waiting ones."""
    grove, station = hamlet.project("百年の木"), hamlet.project("おしゃべり当番")
    everybody = [hamlet.member() for _ in range(people)]
    for number, who in enumerate(everybody):
        hamlet.worked(who, TODAY, 45 + 15 * number, field="environment", project_id=grove.id)
        hamlet.worked(
            who, TODAY - timedelta(days=40), 60, field="resources", project_id=station.id, paid=number % 2 == 0
        )
        hamlet.worked(who, date(2026, 4, 1), 15, field="welfare")
        hamlet.worked(who, TODAY, 600, state="waiting")
        hamlet.taken_back(hamlet.worked(who, TODAY, 105, field="education"))
    hamlet.worked(everybody[0], date(2026, 3, 31), 720)
    return everybody


def test_the_pages_are_the_books_to_the_minute(hamlet: Hamlet) -> None:
    busy(hamlet)
    client = hamlet.enter(hamlet.member())
    page, month = client.get("/tsk/record"), client.get("/tsk/record/2026-11")
    november = raw(date(2026, 11, 1), date(2026, 11, 30))
    for head in ("月", "分野", "プロジェクト"):
        assert sum(sums_in(page, head)) == raw(*YEAR) == 6 * 60 + 6 * 15 + november
    for head in ("分野", "プロジェクト"):
        for shown in (month, client.get("/tsk/record/2026-11/sheet")):
            assert sum(sums_in(shown, head)) == november
    assert "2026年11月 8時間15分 · 6人" in text(page) and "合計 8時間15分 · 6人" in text(month)
    assert "おしゃべり当番 3時間 有償 3時間 6" in text(page) and "プロジェクトの外 1時間30分 6" in text(page)
    assert "教育 0時間 0" in text(page)


def test_what_goes_through_the_services_is_what_is_reported(hamlet: Hamlet) -> None:
    """Logged, confirmed by another one, corrected: the report follows."""
    who, other = hamlet.member(), hamlet.member()
    facts = {"region": hamlet.region, "membership": who, "day": TODAY, "with_membership": other, "at": hamlet.at}
    with transaction():
        first = hours.log(**facts, key=uuid7(), minutes=90, what="せんてい", field="environment")
        second = hours.log(**facts, key=uuid7(), minutes=30, what="そうじ", field="environment")
    assert together.total(hamlet.region, YEAR, whole=True).minutes == 0
    with transaction():
        both = [first.id, second.id]
        hours.confirm(region=hamlet.region, entry_ids=both, confirmer=other, roles={"member"}, at=hamlet.at)
    assert together.total(hamlet.region, YEAR, whole=True) == together.Sum(120, 0, 1)
    with transaction():
        how = {"roles": {"steward"}, "minutes": None, "reason": "まちがい", "key": uuid7(), "at": hamlet.at}
        hours.correct(region=hamlet.region, entry_id=first.id, by=hamlet.second, **how)
    assert together.total(hamlet.region, YEAR, whole=True) == together.Sum(30, 0, 1)
    assert sum(bar.minutes for bar in own.months(who, 2026)) == raw(*YEAR) == 30


def test_a_stranger_reads_no_number_of_fewer_than_five(hamlet: Hamlet, client: Client) -> None:
    six = busy(hamlet, 6)
    few = hamlet.project("三人だけの会")
    for who in six[:3]:
        hamlet.worked(who, date(2026, 8, 1), 255, field="energy", project_id=few.id)
    member = hamlet.enter(hamlet.member())
    stranger = text(client.get("/tsk/record"))
    assert "三人だけの会 5人より少ない" in stranger and "エネルギー 5人より少ない" in stranger
    assert "12時間45分" not in stranger and "3人" not in stranger
    assert "三人だけの会 12時間45分 3" in text(member.get("/tsk/record"))
    assert "5人より少ない" not in text(member.get("/tsk/record"))
    for head in ("月", "分野", "プロジェクト"):
        left = raw(*YEAR) - sum(sums_in(client.get("/tsk/record"), head))
        assert left > 3 * 255, f"{head}: what is not told is not that of the few alone"


def test_no_report_of_a_month_tells_what_the_year_hides(hamlet: Hamlet, client: Client) -> None:
    """August is of three people, so the next smallest month is not told either: not in the year, nor by itself."""
    six = busy(hamlet, 6)
    for who in six[:3]:
        hamlet.worked(who, date(2026, 8, 1), 255, field="energy")
    hidden = [bar.first for bar in together.months(hamlet.region, 2026, whole=False) if bar.hidden]
    assert date(2026, 8, 1) in hidden and len(hidden) == 2
    for first in hidden:
        for sheet in ("", "/sheet"):
            assert "合計 5人より少ない" in text(client.get(f"/tsk/record/{first:%Y-%m}{sheet}"))
    told = text(client.get("/tsk/record/2026-11"))
    assert "合計 8時間15分 · 6人 月の くわしい数は、会員だけが 見られます。" in told
    assert "環境" not in told and "百年の木" not in told and "無償" not in told
    assert "有償" not in text(client.get("/tsk/record"))


def test_a_provisional_one_is_a_stranger_here_and_an_officer_is_not(hamlet: Hamlet) -> None:
    hamlet.worked(hamlet.member(), TODAY, 60)
    newcomer = hamlet.enter(hamlet.member(standing="provisional"))
    officer = hamlet.enter(hamlet.member(kind="municipality"), "officer")
    assert "5人より少ない" in text(newcomer.get("/tsk/record"))
    assert "2026年度 1時間 · 1人" in text(officer.get("/tsk/record"))


def test_people_are_counted_once_and_not_named(hamlet: Hamlet, client: Client) -> None:
    everybody = busy(hamlet)
    for who in everybody:
        hamlet.worked(who, TODAY, 15)
    hamlet.taken_back(hamlet.worked(hamlet.member(), TODAY, 60))
    page = text(hamlet.enter(everybody[0]).get("/tsk/record"))
    assert re.search(r"2026年度 \S+ · 6人", page)
    for who in everybody:
        assert who.name not in page and str(who.number) not in page and who.name not in text(client.get("/tsk/record"))


def test_an_empty_year_and_an_empty_month_say_so(hamlet: Hamlet, client: Client) -> None:
    assert "この年度の 活動時間は まだ ありません。 行事を見る" in text(client.get("/tsk/record"))
    assert "この月の 活動時間は まだ ありません。 みんなのあゆみ" in text(client.get("/tsk/record/2026-12"))
    for odd in ("2026-13", "26-11", "x", "2026-11-28"):
        assert client.get(f"/tsk/record/{odd}").status_code == 404
        assert client.get(f"/tsk/record/{odd}/sheet").status_code == 404


def test_past_years_can_be_chosen(hamlet: Hamlet, client: Client) -> None:
    with transaction():
        db.session.merge(hamlet.region).created_at = hamlet.at - timedelta(days=900)
    for _ in range(5):
        hamlet.worked(hamlet.member(), date(2025, 4, 1), 60)
    said = text(client.get("/tsk/record?year=2025"))
    assert "2026年度 2025年度 2024年度" in said and "2025年度 5時間 · 5人" in said


def test_other_regions_hours_are_others(hamlet: Hamlet, client: Client) -> None:
    from tests import factories

    factories.world("ows", at=hamlet.at)
    busy(hamlet)
    assert "まだ ありません" in text(client.get("/ows/record"))


def test_thanks_are_counted_and_few_of_them_told_to_members_alone(hamlet: Hamlet, client: Client) -> None:
    everybody = busy(hamlet)
    member = hamlet.enter(everybody[0])
    assert "ありがとうカードが" not in text(member.get("/tsk/record"))
    for who in everybody[:5]:
        hamlet.thank(who, "重いものを ありがとう")
    hamlet.thank(everybody[0], "去年の ことば", at=hamlet.at - timedelta(days=400))
    assert "ありがとうカードが 5まい とどきました。" in text(member.get("/tsk/record"))
    assert "ありがとうカードが" not in text(client.get("/tsk/record"))
    hamlet.thank(everybody[5], "花を ありがとう")
    assert "ありがとうカードが 6まい とどきました。" in text(client.get("/tsk/record"))
    assert "重いものを" not in text(member.get("/tsk/record"))


# --- names --------------------------------------------------------------------------------------------------


def reach(hamlet: Hamlet, who: Membership, activities: int = 10) -> None:
    for number in range(activities):
        hamlet.worked(who, TODAY - timedelta(days=number), 15)


def consent(hamlet: Hamlet, who: Membership, given: bool = True, part: str = "board") -> None:
    with transaction():
        (service.agree if given else service.withdraw)(membership=who, part=part, at=hamlet.at)


def test_a_name_needs_consent_and_the_last_step_and_goes_at_once(hamlet: Hamlet) -> None:
    hamlet.ladder()
    named, silent, early, gone = (
        hamlet.member(name=name) for name in ("名前 ある", "名前 かくす", "名前 はやい", "名前 やめた")
    )
    for who, number in ((named, 10), (silent, 12), (early, 9), (gone, 10)):
        reach(hamlet, who, number)
    hamlet.taken_back(hamlet.worked(early, TODAY, 60))
    for who in (named, early, gone):
        consent(hamlet, who)
    consent(hamlet, silent, part="evidence")
    client = hamlet.enter(hamlet.member())
    assert "名前 やめた" in text(client.get("/tsk/record/board"))
    consent(hamlet, gone, given=False)
    said = text(client.get("/tsk/record/board"))
    assert "名前 ある さん" in said
    assert not [name for name in ("名前 かくす", "名前 はやい", "名前 やめた") if name in said]
    assert "回" not in said.replace("10回の活動に とどき", "") and "時間" not in said


def test_a_name_stays_on_the_board_whatever_is_put_right_later(hamlet: Hamlet) -> None:
    hamlet.ladder()
    who, early = hamlet.member(name="名前 のこる"), hamlet.member(name="名前 まだ")
    reach(hamlet, who, 9)
    reach(hamlet, early, 8)
    last, wrong = hamlet.worked(who, TODAY, 30), hamlet.worked(early, TODAY, 30)
    for one in (who, early):
        consent(hamlet, one)
    hamlet.at += timedelta(hours=1)
    for row in (last, wrong):
        hamlet.taken_back(row)
    hamlet.at += timedelta(hours=1)
    hamlet.worked(early, TODAY, 30)  # the tenth ever confirmed, the ninth that stands
    names, more = together.board(hamlet.region)
    assert [one.id for one in names] == [who.id] and more is None


def test_names_are_for_members_and_paged(hamlet: Hamlet, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "PAGE", 2)
    assert together.board(hamlet.region) == ([], None)
    hamlet.ladder()
    for _ in range(3):
        reach(hamlet, hamlet.member())
        consent(hamlet, hamlet.people[-1])
    names, more = together.board(hamlet.region)
    rest, end = together.board(hamlet.region, after=more)
    assert [one.id for one in names + rest] == [one.id for one in hamlet.people] and end is None
    assert client.get("/tsk/record/board").status_code == 303
    assert hamlet.enter(hamlet.member(standing="provisional")).get("/tsk/record/board").status_code == 403
    member = hamlet.enter(hamlet.member())
    assert "もっと見る" in text(member.get("/tsk/record/board"))
    assert hamlet.people[2].name in text(member.get(f"/tsk/record/board?after={more}"))


def test_whoever_left_is_named_no_more(hamlet: Hamlet) -> None:
    hamlet.ladder()
    who = hamlet.member()
    reach(hamlet, who)
    consent(hamlet, who)
    assert [one.id for one in together.board(hamlet.region)[0]] == [who.id]
    with transaction():
        db.session.get_one(Membership, who.id).standing = "ended"
    assert together.board(hamlet.region) == ([], None)
