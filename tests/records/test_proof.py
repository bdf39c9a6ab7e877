"""What the office hands on: consent decides who is on the list, the file is the page, the note shows its formula."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.members.models import Membership
from app.records import evidence, service
from app.regions.models import Region
from app.web.tables import BOM
from tests import factories
from tests.client import Client
from tests.records.conftest import TODAY, Hamlet
from tests.records.test_ours import YEAR, busy, raw, sums_in, text
from tests.shops.factories import proof

LIST = "/tsk/record/evidence"


def office(hamlet: Hamlet, *roles: str) -> Client:
    return hamlet.enter(hamlet.member(name="事務 のひと"), *(roles or ("office",)))


def designated(hamlet: Hamlet, who: Membership, number: int, *, day: date = TODAY) -> None:
    """So many activities of a designated project."""
    project = hamlet.project(designated=True)
    for _ in range(number):
        hamlet.worked(who, day, 60, project_id=project.id)


def consent(hamlet: Hamlet, who: Membership, given: bool = True) -> None:
    with transaction():
        (service.agree if given else service.withdraw)(membership=who, part="evidence", at=hamlet.at)


def file_of(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200 and answer.data.startswith(BOM.encode()) and b"\r\n" in answer.data
    assert answer.content_type == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_three_designated_activities_of_the_year_and_consent(hamlet: Hamlet) -> None:
    yes, no, two, old, plain = (hamlet.member(name=f"人物 {name}") for name in ("あり", "なし", "に", "むかし", "ほか"))
    for who, number in ((yes, 3), (no, 5), (two, 2)):
        designated(hamlet, who, number)
    designated(hamlet, old, 3, day=date(2026, 3, 31))
    ordinary = hamlet.project()
    for _ in range(4):
        hamlet.worked(plain, TODAY, 60, project_id=ordinary.id)
    for who in (yes, two, old, plain):
        consent(hamlet, who)
    client = office(hamlet)
    for page in (LIST, f"{LIST}/sheet"):
        said = text(client.get(page))
        assert "人物 あり" in said and "3回" in said
        assert not [name for name in ("なし", "に", "むかし", "ほか") if f"人物 {name}" in said], page
    head, *rows = file_of(client.get(f"{LIST}.csv"))
    assert head[:4] == ["年度", "会員番号", "お名前", "よみがな"]
    assert rows == [["2026", yes.number, "人物 あり", yes.yomi, "住民", "3", "2026-11-28"]]


def test_consent_taken_back_takes_the_name_off_at_once(hamlet: Hamlet) -> None:
    who = hamlet.member(name="人物 あり")
    designated(hamlet, who, 3)
    client = office(hamlet)
    for given in (True, False, True):
        consent(hamlet, who, given)
        for page in (LIST, f"{LIST}/sheet", f"{LIST}.csv"):
            assert ("人物 あり" in client.get(page).get_data(as_text=True)) == given, page


def test_what_was_taken_back_does_not_count(hamlet: Hamlet) -> None:
    who = hamlet.member()
    consent(hamlet, who)
    designated(hamlet, who, 2)
    project = hamlet.project(designated=True)
    hamlet.taken_back(hamlet.worked(who, TODAY, 60, project_id=project.id))
    assert evidence.list_of_year(hamlet.region, 2026) == []
    hamlet.worked(who, TODAY, 60, project_id=project.id)
    assert [one.times for one in evidence.list_of_year(hamlet.region, 2026)] == [3]


def test_the_list_is_the_offices_with_a_fresh_passkey(hamlet: Hamlet, client: Client) -> None:
    pages = (LIST, f"{LIST}/sheet", f"{LIST}.csv")
    officer = hamlet.enter(hamlet.member(kind="municipality"), "officer")
    for page in pages:
        assert client.get(page).status_code == 303
        assert officer.get(page).status_code == hamlet.enter(hamlet.member()).get(page).status_code == 403
        assert office(hamlet, "steward").get(page).status_code == 200
    stale: Client = hamlet.app.test_client()
    keeper = hamlet.member()
    hamlet.enter(keeper, "office")
    factories.sign_in(stale, keeper.member_id, at=hamlet.at, fresh=False)
    for page in pages:
        assert stale.get(page).headers["Location"].startswith("/passkeys/")


def test_the_file_of_hours_is_the_page_to_the_minute(hamlet: Hamlet) -> None:
    busy(hamlet)
    hamlet.worked(hamlet.people[0], TODAY, 60, project_id=hamlet.project('=HYPERLINK("x")', kind="friends").id)
    client = hamlet.enter(hamlet.member(kind="municipality"), "officer")
    head, *rows = file_of(client.get("/tsk/record/hours.csv"))
    assert head == ["月", "プロジェクト", "プロジェクトの種類", "分野", "無償か有償", "分", "記録の数", "人数"]
    page = client.get("/tsk/record")
    assert sum(int(row[5]) for row in rows) == sum(sums_in(page, "月")) == raw(*YEAR)
    assert ["2026-04", "", "", "福祉", "無償", "90", "6", "6"] in rows
    assert ["2026-10", "おしゃべり当番", "住民", "資源循環", "有償", "180", "3", "3"] in rows
    assert [row[1:3] for row in rows if "HYPERLINK" in row[1]] == [['\'=HYPERLINK("x")', "関係人口"]]
    paid = sum(int(row[5]) for row in rows if row[4] == "有償")
    assert paid == 180 and not [row for row in rows if row[3] == "教育"]


def test_the_file_is_japanese_for_every_reader(hamlet: Hamlet) -> None:
    busy(hamlet)
    client = office(hamlet)
    before = file_of(client.get("/tsk/record/hours.csv"))
    client.set_cookie("language", "en")
    assert file_of(client.get("/tsk/record/hours.csv")) == before


def test_members_and_strangers_get_no_file(hamlet: Hamlet, client: Client) -> None:
    member = hamlet.enter(hamlet.member())
    for page in ("/tsk/record/hours.csv", "/tsk/record/worth"):
        assert client.get(page).status_code == 303 and member.get(page).status_code == 403
        assert "わたす書類" not in text(member.get("/tsk/record"))


# --- worth --------------------------------------------------------------------------------------------------


def send(client: Client, yen: str, source: str = "") -> Any:
    data = {"yen": yen, "source": source, "key": uuid7(), "proof": proof(client)}
    return client.post("/tsk/record/worth/value", data=data)


def test_the_note_shows_its_formula_and_leaves_paid_hours_out(hamlet: Hamlet) -> None:
    who = hamlet.member()
    hamlet.worked(who, TODAY, 705)
    hamlet.worked(who, date(2026, 4, 1), 45)
    hamlet.worked(who, date(2026, 5, 1), 60, paid=True)
    client = office(hamlet)
    assert "1時間の金がくが まだ きまっていません。 1時間の金がくを きめる" in text(client.get("/tsk/record/worth"))
    assert send(client, "１，０５１".replace("，", ""), "県の最低賃金").status_code == 303
    said = text(client.get("/tsk/record/worth"))
    assert "1時間の金がくを かえました。" in said and "13,137円 推計" in said
    assert "12時間30分（750分） ÷ 60 × 1,051円 ＝ 13,137円" in said and "県の最低賃金" in said
    assert 750 * 1051 // 60 == 13_137


def test_the_number_needs_a_source_and_can_be_taken_away(hamlet: Hamlet) -> None:
    client = office(hamlet)
    wrong = send(client, "1000")
    assert wrong.status_code == 422 and "ここに 書いてください。" in text(wrong) and 'value="1000"' in wrong.text
    assert send(client, "0", "x").status_code == send(client, "千", "x").status_code == 422
    send(client, "1000", "見本")
    send(client, "", "")
    db.session.rollback()
    yen = sa.select(Region.hour_value_yen, Region.hour_value_source)
    assert tuple(db.session.execute(yen.execution_options(populate_existing=True)).one()) == (None, "")


def test_the_officer_reads_it_and_does_not_set_it(hamlet: Hamlet) -> None:
    officer = hamlet.enter(hamlet.member(kind="municipality"), "officer")
    page = officer.get("/tsk/record/worth")
    assert page.status_code == 200 and not re.search(r'href="[^"]*worth/value', page.text)
    assert officer.get("/tsk/record/worth/value").status_code == send(officer, "1000", "x").status_code == 403
