"""ふりがな: the right reading or none, on text alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.reading.furigana import KANJI, annotate
from app.web.reading.words import said

pytestmark = pytest.mark.rules

MARKED = re.compile(r"<ruby>(.*?)<rp>\(</rp><rt>(.*?)</rt><rp>\)</rp></ruby>")
BARE = re.compile(f"[{KANJI}]+[ぁ-ん]*")


def read(text: str) -> str:
    """行事[ぎょうじ]: what a page shows, on one line."""
    return MARKED.sub(r"\1[\2]", annotate(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("受付しました", "受付[うけつけ]しました"),
        ("受付番号 12", "受付番号[うけつけばんごう] 12"),
        ("だれも来ていません", "だれも来[き]ていません"),
        ("いっしょに来る人", "いっしょに来[く]る人[ひと]"),
        ("来られた方は", "来[こ]られた方[かた]は"),
        ("行事に行きます", "行事[ぎょうじ]に行[い]きます"),
        ("開いてください", "開[ひら]いてください"),
        ("LINE の中では", "LINE の中[なか]では"),
        ("じゅんび中です", "じゅんび中[ちゅう]です"),
        ("あと3人です", "あと3人[にん]です"),
        ("1人 ふやしました", "1人[ひとり] ふやしました"),
        ("30人のうち", "30人[にん]のうち"),
        ("その人として", "その人[ひと]として"),
        ("12月5日(土) 午前10時", "12月[がつ]5日[いつか](土[ど]) 午前[ごぜん]10時[じ]"),
        ("11月28日(日)", "11月[がつ]28日[にち](日[にち])"),
        ("1日に 2枚まで", "1日[にち]に 2枚[まい]まで"),
        ("新しい日のページ", "新[あたら]しい日[ひ]のページ"),
        ("あと 9分58秒", "あと 9分[ふん]58秒[びょう]"),
        ("10分まで", "10分[ぷん]まで"),
        ("あとの分は", "あとの分[ぶん]は"),
        ("3か月先まで", "3か月[げつ]先[さき]まで"),
        ("12時間前までです", "12時間前[じかんまえ]までです"),
        ("2,000人", "2,000人[にん]"),
        ("人形", "人形"),  # half a word is not read
        ("蘖の会", "蘖の会[かい]"),
    ],
)
def test_words_are_read_as_they_are_spoken(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    "page",
    [
        "<title>受付</title>",
        '<option value="受付">受付</option>',
        "<textarea>受付</textarea>",
        '<script type="application/json">"受付"</script>',
        "<svg><text>受付</text></svg>",
        "<ruby>受付<rt>うけつけ</rt></ruby>",
        "<span data-hx-ignore>受付の<b>人</b></span>",
        '<img alt="受付" aria-label="受付">',
        "<!-- 受付 -->",
    ],
)
def test_only_our_own_text_is_touched(page):
    assert annotate(page) == page


def test_what_follows_a_bare_element_is_read_again():
    page = "<span data-hx-ignore>受付<span>人</span></span>受付<br><svg></svg>受付"
    assert read(page) == "<span data-hx-ignore>受付<span>人</span></span>受付[うけつけ]<br><svg></svg>受付[うけつけ]"


@given(st.text(alphabet="受付人日行来3 あのる<>b/a", max_size=30))
def test_nothing_but_readings_is_added(text):
    assert MARKED.sub(r"\1", annotate(text)) == text


def sentences() -> Iterator[str]:
    """Every Japanese sentence that pages say, a number standing in for what is filled in."""
    for message in said():
        for text in [message.id] if isinstance(message.id, str) else message.id:
            yield re.sub(r"%\(\w+\)s|%\(\w+\)d", "3", text)


def test_every_word_of_every_sentence_has_a_reading():
    unread = {}
    count = 0
    for sentence in sentences():
        count += 1
        left = MARKED.sub("", annotate(re.sub(r"\{[^|{}]+\|[^|{}]+\}", "", sentence)))
        if found := BARE.findall(left):
            unread[sentence] = found
    assert count > 500
    assert not unread, unread
