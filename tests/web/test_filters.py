from datetime import UTC, date, datetime, timedelta

import pytest

from app.web import filters

pytestmark = pytest.mark.once
AT = datetime(2026, 12, 5, 1, 0, tzinfo=UTC)  # 午前10時 in Japan


@pytest.fixture
def reading(app):
    """Reads as somebody of a language does: `reading("en")`."""

    def read(language):
        for context in (app.app_context(), app.test_request_context(headers={"Cookie": f"language={language}"})):
            context.push()
            opened.append(context)

    opened = []
    yield read
    for context in reversed(opened):
        context.pop()


@pytest.mark.parametrize(
    ("shown", "ja", "en"),
    [
        (lambda: filters.day(AT), "12月5日(土)", "Sat 5 Dec"),
        (lambda: filters.day_long(AT), "2026年12月5日(土)", "Sat 5 Dec 2026"),
        (lambda: filters.day(date(2027, 3, 31)), "3月31日(水)", "Wed 31 Mar"),
        (lambda: filters.time(AT), "午前10時", "10:00 am"),
        (lambda: filters.time(AT + timedelta(hours=2)), "正午", "noon"),
        (lambda: filters.time(AT - timedelta(hours=10)), "午前0時", "12:00 am"),
        (lambda: filters.period(AT, AT + timedelta(hours=2)), "午前10時から 正午まで", "10:00 am to noon"),
        (lambda: filters.period(AT, AT + timedelta(minutes=90)), "午前10時から 11時30分まで", "10:00 am to 11:30 am"),
        (lambda: filters.period(AT, AT + timedelta(days=1)), "一日中", "All day"),
        (lambda: filters.coins(1), "1枚", "1 coin"),
        (lambda: filters.coins(1200), "1,200枚", "1,200 coins"),
        (lambda: filters.hours(90), "1時間30分", "1 h 30 min"),
        (lambda: filters.seal_day(AT), "8.12.5", "8.12.5"),
        (lambda: filters.code4("REZ6JM7G"), "REZ6 JM7G", "REZ6 JM7G"),
        (lambda: filters.digits3("418207"), "418 207", "418 207"),
    ],
)
def test_both_languages(reading, shown, ja, en):
    reading("ja")
    assert shown() == ja
    reading("en")
    assert shown() == en


def test_a_late_evening_in_utc_is_the_next_day_in_japan(reading):
    reading("ja")
    assert filters.day(datetime(2026, 12, 4, 15, 0, tzinfo=UTC)) == "12月5日(土)"


def test_what_people_wrote_is_escaped_and_marked(reading):
    reading("en")
    assert filters.own_words("<b>梅") == '<span lang="ja" data-hx-ignore>&lt;b&gt;梅</span>'
    assert filters.own_words("Zoë") == "<span data-hx-ignore>Zoë</span>"


def test_readings_are_shown_where_they_are_wanted(reading):
    from flask import g

    reading("ja")
    assert filters.ruby("{受付|うけつけ}する") == "受付する"
    g.furigana = True
    assert filters.ruby("{受付|うけつけ}<") == "<ruby>受付<rp>(</rp><rt>うけつけ</rt><rp>)</rp></ruby>&lt;"
