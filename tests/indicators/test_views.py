"""The fields in numbers: reading, writing, withdrawing, and who may."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.errors import Conflict, Missing
from app.indicators import service
from app.indicators.models import Indicator, IndicatorValue
from tests import factories
from tests.indicators.conftest import FACTS, Bench
from tests.shops.factories import proof

FORM = {
    "field": "resources", "name": "ごみの量", "unit": "kg", "decimals": "1", "about": "", "target": "12.5",
    "target_on": "2030-03-31", "name_en": "", "unit_en": "", "about_en": "",
}  # fmt: skip


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


def count(model: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def send(desk: Bench, address: str, **data: str) -> Any:
    return desk.client.post(address, data={"key": uuid7(), "proof": proof(desk.client)} | data)


def test_five_fields_stand_there_full_or_empty(desk: Bench, app: Any) -> None:
    desk.value(date(2020, 3, 31), 1234, estimated=True)
    said = text(app.test_client().get("/tsk/indicators"))
    for name in ("環境", "教育", "経済", "エネルギー", "資源循環"):
        assert name in said
    assert "二酸化炭素の排出" in said and "123.4 千t 推計" in said and "見本の統計" in said
    assert said.count("この分野の数は まだ ありません。") == 4 and "数えるものを ふやす" not in said


def test_the_last_number_is_that_of_the_latest_day_that_counts(desk: Bench) -> None:
    desk.value(date(2021, 3, 31), 100)
    wrong = desk.value(date(2022, 3, 31), 999)
    desk.value(date(2020, 3, 31), 90)
    with transaction():
        service.withdraw_value(region=desk.region, indicator_id=desk.indicator.id, value_id=wrong.id, at=desk.at)
    assert "10.0 千t" in text(desk.client.get("/tsk/indicators"))


def test_the_goal_has_baseline_target_line_and_table(desk: Bench) -> None:
    desk.value(date(2013, 3, 31), 2000)
    desk.value(date(2023, 3, 31), 1500)
    page = desk.client.get(desk.address)
    said = text(page)
    assert "はじめの数 200.0 千t" in said and "めざす数 0.0 千t · 2050年12月31日(土)" in said
    drawn = re.search(r"<svg class=\"trend\".*?</svg>", page.text, re.DOTALL)
    assert drawn is not None and drawn[0].count("<circle") == 3 and 'class="trend-goal"' in page.text
    assert "2013年3月31日 見本の統計 200.0 千t" in said and "2023年3月31日 見本の統計 150.0 千t" in said


def test_a_wrong_number_stays_to_be_seen_as_withdrawn(desk: Bench) -> None:
    row = desk.value(date(2020, 3, 31), 5)
    where = f"{desk.address}/values/{row.id}/withdrawal"
    assert send(desk, where).status_code == 303 == send(desk, where).status_code
    page = desk.client.get(desk.address)
    assert re.search(r"<s>0\.5 千t</s>\s*とりけし", page.text) and '<svg class="trend"' not in page.text


def test_adding_one_from_the_form_to_its_first_number(desk: Bench) -> None:
    form = FORM | {"key": uuid7(), "proof": proof(desk.client)}
    first = desk.client.post("/tsk/indicators", data=form)
    again = desk.client.post("/tsk/indicators", data=form)
    assert first.status_code == again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"] and count(Indicator) == 2
    value = {"value": "１２．３", "day": "2026-11-01", "source": "めぐるステーションの はかり", "key": uuid7()}
    for _ in range(2):
        answer = send(desk, f"{first.headers['Location']}/values", **value)
        assert answer.status_code == 303
    assert count(IndicatorValue) == 1
    assert "数を 書きました。" in text(desk.client.get(first.headers["Location"]))
    assert db.session.scalars(sa.select(IndicatorValue.value)).one() == 123


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "ここに 書いてください。"),
        ({"name": "二酸化炭素の排出"}, "その名前は もうあります。ほかの名前を 書いてください。"),
        ({"target": "1.25"}, "数を 書いてください。点のあとは 1けたまでです。"),
        ({"target_on": ""}, "日にちを えらんでください。"),
        ({"field": "x"}, "ひとつ えらんでください。"),
        ({"decimals": "7"}, "ひとつ えらんでください。"),
    ],
)
def test_a_bad_form_comes_back_with_what_was_typed(desk: Bench, wrong: dict[str, str], sentence: str) -> None:
    answer = send(desk, "/tsk/indicators", **FORM | wrong)
    assert answer.status_code == 422 and sentence in text(answer) and 'value="kg"' in answer.text
    assert count(Indicator) == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"value": "たくさん"}, "数を 書いてください。点のあとは 1けたまでです。"),
        ({"day": "2026-11-29"}, "きょうまでの 日にちを えらんでください。"),
        ({"source": ""}, "ここに 書いてください。"),
    ],
)
def test_a_bad_number_comes_back(desk: Bench, wrong: dict[str, str], sentence: str) -> None:
    answer = send(desk, f"{desk.address}/values", **{"value": "1.5", "day": "2026-11-28", "source": "統計"} | wrong)
    assert answer.status_code == 422 and sentence in text(answer) and count(IndicatorValue) == 0


def test_what_stands_about_it_changes_but_not_how_numbers_are_written(desk: Bench) -> None:
    desk.value(date(2020, 3, 31), 15)
    shown = desk.client.get(f"{desk.address}/facts")
    assert 'value="0.0"' in shown.text and 'name="decimals"' not in shown.text
    answer = send(desk, f"{desk.address}/facts", **FORM | {"target": "", "target_on": "", "decimals": "3"})
    assert answer.status_code == 303
    page = text(desk.client.get(desk.address))
    assert "ごみの量" in page and "1.5 kg" in page and "めざす数" not in page
    wrong = send(desk, f"{desk.address}/facts", **FORM | {"name": ""})
    assert wrong.status_code == 422 and "ここに 書いてください。" in text(wrong)


def test_what_is_withdrawn_is_shown_no_more(desk: Bench) -> None:
    assert send(desk, f"{desk.address}/withdrawal").status_code == 303
    assert desk.client.get(desk.address).status_code == 404
    assert "二酸化炭素の排出" not in text(desk.client.get("/tsk/indicators"))
    assert send(desk, f"{desk.address}/values", value="1", day="2026-11-01", source="x").status_code == 404
    assert send(desk, f"{desk.address}/facts", **FORM).status_code == 404


def test_only_the_office_writes(desk: Bench, app: Any) -> None:
    stranger, member = app.test_client(), app.test_client()
    factories.sign_in(member, factories.membership(desk.region, at=desk.at).member_id, at=desk.at)
    for client, status in ((stranger, 303), (member, 403)):
        for page in ("/tsk/indicators/new", f"{desk.address}/facts", f"{desk.address}/values/new"):
            assert client.get(page).status_code == status, page
        for page in ("/tsk/indicators", f"{desk.address}/values", f"{desk.address}/withdrawal"):
            assert client.post(page, data={"key": uuid7()}).status_code in (401, 403), page
        assert client.get(desk.address).status_code == 200
    for page in ("/tsk/indicators/new", f"{desk.address}/facts", f"{desk.address}/values/new"):
        assert desk.client.get(page).status_code == 200


def test_histories_are_paged(desk: Bench) -> None:
    for number in range(52):
        desk.value(date(2020, 1, 1), number)
    first = desk.client.get(desk.address)
    assert first.text.count("<tr>") == 51 and "もっと見る" in first.text
    last = re.search(r"before=(\d+)", first.text)
    assert last is not None
    rest = desk.client.get(f"{desk.address}?before={last[1]}")
    assert rest.text.count("<tr>") == 3


def test_other_regions_have_others(desk: Bench) -> None:
    other = factories.world("ows", at=desk.at).region
    row = desk.value(date(2020, 3, 31), 5)
    assert desk.client.get(f"/ows/indicators/{desk.indicator.id}").status_code == 404
    with transaction():
        same_name = service.add(region=other, facts=FACTS, at=desk.at)
    for where in ({"region": other, "indicator_id": same_name.id}, {"region": desk.region, "indicator_id": 0}):
        with pytest.raises(Missing), transaction():
            service.withdraw_value(**where, value_id=row.id, at=desk.at)
    with pytest.raises(Conflict), transaction():
        again = {"day": row.day, "value": 1, "estimated": False, "source": "x", "by_id": row.entered_by_id}
        service.record(region=other, indicator_id=same_name.id, key=row.key, at=desk.at, **again)


def test_an_empty_one_says_what_to_do(desk: Bench, app: Any) -> None:
    assert "数は まだ ありません。 数を 書く" in text(desk.client.get(desk.address))
    assert "数は まだ ありません。 五つの分野の 数" in text(app.test_client().get(desk.address))
