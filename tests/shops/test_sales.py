"""What a shop gave: the day, the month, the file; and that all of it is what the ledger moved."""

from __future__ import annotations

import csv
import io
import itertools
import re
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app import clock as app_clock
from app.db import db, transaction, uuid7
from app.ledger.models import Operation, Transfer
from app.shops import rules, sales
from app.shops.counter import paper_slips
from app.shops.models import Offer, Shop
from app.web.tables import BOM, FORMULAS, as_csv
from tests.client import Client
from tests.shops.factories import Valley, jst, proof, text

NOVEMBER = date(2026, 11, 1)
_serial = itertools.count(1000)


def moved(valley: Valley, shop: Shop, first: date) -> int:
    """What the ledger brought to the shop in the month, less what it took away again."""
    db.session.rollback()
    inside = (Operation.at >= month_begins(valley, first)) & (
        Operation.at < month_begins(valley, rules.next_month(first))
    )
    total = 0
    for column, sign in ((Transfer.to_id, 1), (Transfer.from_id, -1)):
        query = sa.select(sa.func.coalesce(sa.func.sum(Transfer.amount), 0)).where(column == shop.account_id, inside)
        total += sign * int(db.session.scalar(query.join(Operation, Operation.seq == Transfer.operation_seq)) or 0)
    return total


def month_begins(valley: Valley, first: date) -> datetime:
    return app_clock.instant(valley.region, datetime(first.year, first.month, 1))


def sold(valley: Valley, shop: Shop, offer: Offer, at: datetime) -> Any:
    who = valley.member(20, number=f"TSK-{next(_serial):04}-0")
    return valley.confirm(shop, valley.ask(who, offer, at).digits, at)


def test_a_month_is_what_the_ledger_moved_also_across_its_edges(valley: Valley, shop: Shop, tea: Offer) -> None:
    market = valley.shop("見本ふれあい市")
    sweet = valley.offer(market, "見本あめ", 1)
    edge = jst(2026, 11, 30, 23, 58)
    sold(valley, shop, tea, valley.at)
    valley.reverse(shop, sold(valley, shop, tea, valley.at + timedelta(minutes=1)), valley.at + timedelta(minutes=5))
    valley.reverse(shop, sold(valley, shop, tea, edge), edge + timedelta(minutes=5))
    sold(valley, market, sweet, valley.at)
    november = sales.month(region=valley.region, first=NOVEMBER, shop_id=shop.id)
    december = sales.month(region=valley.region, first=date(2026, 12, 1), shop_id=shop.id)
    assert [entry.coins for entry in november.entries] == [3, 3, -3, 3]
    assert (november.given, november.undone, november.coins) == (1, 1, 6)
    assert (december.undone, december.coins) == (1, -3)
    for first, sheet in ((NOVEMBER, november), (date(2026, 12, 1), december)):
        assert sheet.coins == moved(valley, shop, first)
        other = sales.month(region=valley.region, first=first, shop_id=market.id)
        assert other.coins == moved(valley, market, first)


def test_the_months_to_choose_from_begin_when_the_shop_opened(valley: Valley, shop: Shop) -> None:
    assert sales.months(shop=shop, region=valley.region, today=date(2026, 11, 28)) == [NOVEMBER]
    later = sales.months(shop=shop, region=valley.region, today=date(2027, 2, 3))
    assert later == [date(2027, 2, 1), date(2027, 1, 1), date(2026, 12, 1), NOVEMBER]


def slip(valley: Valley, shop: Shop, offer: Offer, at: datetime, days: int = 3) -> Any:
    with transaction():
        line = {"number": "TSK-0005-9", "offer_id": offer.id, "key": uuid7(), "by": "till:1"}
        day = app_clock.local_day(valley.region, at) - timedelta(days=days)
        return paper_slips.enter(region=valley.region, shop=shop, noted_on=day, at=at, **line)


def test_what_came_from_paper_is_summed_apart_on_all_three_lists(
    client: Client, valley: Valley, shop: Shop, tea: Offer
) -> None:
    valley.member(20)
    slip(valley, shop, tea, valley.at)
    slip(valley, shop, tea, valley.at, days=4)
    valley.reverse(shop, slip(valley, shop, tea, valley.at, days=5))
    staffed(client, valley, shop, tea)
    sheet = sales.month(region=valley.region, first=NOVEMBER, shop_id=shop.id)
    by_slip = [entry.coins for entry in sheet.entries if entry.sale.redemption.way == "paper"]
    assert sheet.slips == (2, 1, 6) and sum(by_slip) == 6 and sheet.coins == moved(valley, shop, NOVEMBER) == 9
    address = f"/tsk/shops/{shop.id}/sales"
    assert "3回 · あわせて 9枚 うち 紙のひかえは 2回 · 6枚 です。" in text(client.get(address))
    assert "あわせて 9 うち 紙のひかえ 6" in text(client.get(f"{address}/sheet"))
    rows = list(csv.DictReader(io.StringIO(client.get(f"{address}.csv").data.decode("utf-8-sig"), newline="")))
    assert sum(int(row["枚"]) for row in rows) == 9 and sum(int(row["うち紙のひかえ"]) for row in rows) == 6


def test_a_month_without_slips_says_nothing_of_them(client: Client, valley: Valley, shop: Shop, tea: Offer) -> None:
    staffed(client, valley, shop, tea)
    for page in ("sales", "sales/sheet"):
        assert "紙のひかえ" not in text(client.get(f"/tsk/shops/{shop.id}/{page}"))


# --- pages --------------------------------------------------------------------------------------------------


def staffed(client: Client, valley: Valley, shop: Shop, tea: Offer) -> Client:
    sold(valley, shop, tea, valley.at)
    valley.reverse(shop, sold(valley, shop, tea, valley.at + timedelta(minutes=2)), valley.at + timedelta(minutes=3))
    valley.sign_in(client, valley.staff(shop), fresh=True)
    return client


def test_the_month_on_screen_and_on_paper(client: Client, valley: Valley, shop: Shop, tea: Offer) -> None:
    staffed(client, valley, shop, tea)
    page = client.get(f"/tsk/shops/{shop.id}/sales?month=2026-11")
    assert "1回 · あわせて 3枚 とりけした 1回は 入っていません。" in text(page)
    assert "<s>ひげ茶 50g</s>" in page.text and "とりけし" in text(page) and "−3枚" in text(page)
    sheet = client.get(f"/tsk/shops/{shop.id}/sales/sheet?month=2026-11")
    assert "あわせて 3" in text(sheet) and "<s>3</s>" in sheet.text
    for odd in ("", "2026-13", "2027-01", "x", "1999-01"):
        assert "2026年11月" in text(client.get(f"/tsk/shops/{shop.id}/sales?month={odd}"))


def test_the_file_opens_in_a_spreadsheet(client: Client, valley: Valley, shop: Shop) -> None:
    staffed(client, valley, shop, valley.offer(shop, '=HYPERLINK("x")'))
    answer = client.get(f"/tsk/shops/{shop.id}/sales.csv?month=2026-11")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.data.startswith(b"\xef\xbb\xbf") and b"\r\n" in answer.data
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    assert rows[0][:5] == ["日づけ", "時刻", "種類", "品もの", "枚"]
    assert rows[1][:5] == ["2026-11-28", "09:30:00", "引き換え", '\'=HYPERLINK("x")', "3"]
    assert [row[2] for row in rows[1:]] == ["引き換え", "引き換え", "とりけし"]
    assert sum(int(row[4]) for row in rows[1:]) == moved(valley, shop, NOVEMBER) == 3


def test_only_the_shops_own_people_and_the_office_read_it(
    app: Any, client: Client, valley: Valley, shop: Shop, tea: Offer
) -> None:
    market = valley.shop("見本ふれあい市")
    staffed(client, valley, shop, tea)
    for page in ("staff", "sales", "sales.csv", "sales/sheet", "sticker", "paper-slips/pad", "sentence"):
        assert client.get(f"/tsk/shops/{shop.id}/{page}").status_code == 200, page
        assert client.get(f"/tsk/shops/{market.id}/{page}").status_code == 403, page


@given(
    st.lists(st.lists(st.text() | st.integers(-99, 99), min_size=2, max_size=4), max_size=4), st.sampled_from(FORMULAS)
)
def test_no_cell_is_computed_and_none_is_lost(rows: list[list[Any]], sign: str) -> None:
    rows = [*rows, [f"{sign}1+1", -3], [f" {sign}cmd", 0], [f'\n{sign}"a",b', 1]]
    data = as_csv(["品もの", "枚"], rows).decode()
    assert data.startswith(BOM) and data.endswith("\r\n")
    found = list(csv.reader(io.StringIO(data.removeprefix(BOM), newline="")))[1:]
    assert len(found) == len(rows)
    for row, cells in zip(rows, found, strict=True):
        for given_, cell in zip(row, cells, strict=True):
            if isinstance(given_, int):
                assert int(cell) == given_
            else:
                assert cell.removeprefix("'") == given_.removeprefix("'")
                assert not cell.lstrip().startswith(FORMULAS) and not cell.startswith(FORMULAS)


# --- the day ------------------------------------------------------------------------------------------------


def test_the_day_is_shown_and_printed_before_the_till_closes(
    till: Client, valley: Valley, shop: Shop, tea: Offer
) -> None:
    sold(valley, shop, tea, valley.at)
    valley.reverse(shop, sold(valley, shop, tea, valley.at))
    for address in ("/till/closing", "/till/closing/sheet"):
        page = till.get(address)
        assert "1回 · あわせて 3枚" in text(page) and "<s>ひげ茶 50g</s>" in page.text, address
        assert "6けたの番号" in text(page) and "午前9時30分" in text(page)
    closed = till.post("/till/closing", data={"proof": proof(till)})
    assert "きょうは 1回で 3枚 でした。" in text(closed)
    assert "8文字を 入れてください" in text(till.get("/till"))


# --- lost tills and the sentence ----------------------------------------------------------------------------


def test_open_tills_are_listed_and_ended_at_once(
    app: Any, client: Client, valley: Valley, shop: Shop, clock: Any
) -> None:
    tablet, elsewhere = app.test_client(), app.test_client()
    lost = valley.till(tablet, shop)
    other = valley.till(elsewhere, valley.shop("見本ふれあい市"))
    valley.sign_in(client, valley.staff(shop), fresh=True)
    address = f"/tsk/shops/{shop.id}/staff"
    page = client.get(address)
    assert "いま ひらいている お店の画面" in text(page) and "11月28日(土) 午前9時30分から" in text(page)
    data = {"proof": proof(client, address)}
    assert client.post(f"/tsk/shops/{shop.id}/tills/{other.id}/end", data=data).status_code == 404
    for _ in range(2):
        assert client.post(f"/tsk/shops/{shop.id}/tills/{lost.id}/end", data=data).status_code == 303
    assert "8文字を 入れてください" in text(tablet.get("/till")) and "お客さま" in text(elsewhere.get("/till"))
    assert "いま ひらいている" not in text(client.get(address))


def test_a_till_that_has_outlived_its_day_is_not_listed(
    app: Any, client: Client, valley: Valley, shop: Shop, clock: Any
) -> None:
    valley.till(app.test_client(), shop)
    valley.sign_in(client, valley.staff(shop))
    clock.move(hours=14)
    assert "いま ひらいている" not in text(client.get(f"/tsk/shops/{shop.id}/staff"))


def test_the_shops_sentence_is_forty_characters_and_reaches_the_customer(
    app: Any, client: Client, valley: Valley, shop: Shop, tea: Offer
) -> None:
    valley.sign_in(client, valley.staff(shop), fresh=True)
    address = f"/tsk/shops/{shop.id}/sentence"
    data = {"proof": proof(client, address), "thanks": "ま" * 41, "thanks_en": ""}
    page = client.post(address, data=data)
    assert page.status_code == 422 and "40文字までで 書いてください。" in text(page) and "ま" * 41 in page.text
    said = {"thanks": "ま" * 40, "thanks_en": "See you soon"}
    assert client.post(address, data=data | said).status_code == 303
    phone, sora = app.test_client(), valley.member(5)
    valley.sign_in(phone, sora)
    asked = valley.ask(sora, tea)
    valley.confirm(shop, asked.digits)
    assert "ま" * 40 in text(phone.get(f"/tsk/shops/redemptions/{asked.id}"))
    phone.set_cookie("language", "en")
    assert "See you soon" in text(phone.get(f"/tsk/shops/redemptions/{asked.id}"))


def test_the_strip_says_how_many_minutes_are_left(
    till: Client, valley: Valley, shop: Shop, tea: Offer, clock: Any
) -> None:
    sold(valley, shop, tea, valley.at)
    assert re.search(r"とりけす あと 10分", text(till.get("/till")))
    clock.move(minutes=8, seconds=30)
    assert re.search(r"とりけす あと 2分", text(till.get("/till")))
