"""Templates are compiled once for each language, with what they always say."""

from __future__ import annotations

import pytest
from flask_babel import force_locale
from jinja2 import DictLoader

from app.web import layout

MARKS = """{% macro knot(state='closed', size=30) %}<svg width="{{ size }}">{{ state }}</svg>{% endmacro %}"""
PAGE = """{% from "components/marks.html" import knot %}{% extends "base.html" %}
{% block main %}{{ _('あり') }} {{ knot('open', 40) }} {{ knot(state) }} {{ told(_('なし')) }}{% endblock %}"""


@pytest.fixture
def templates(app):
    files = {
        "components/marks.html": MARKS,
        "base.html": "{{ _('つづき') }}: {% block main %}{% endblock %}",
        "page": PAGE,
    }
    made = layout.Templates(app, loader=DictLoader(files), autoescape=True)
    made.globals |= {"_": layout.translated, "told": lambda text: text}
    return made


def shown(app, templates, language):
    with app.test_request_context("/"), force_locale(language):
        return templates.get_or_select_template("page").render(state="<b>")


def test_each_language_has_its_own_sentences_also_in_what_a_page_extends(app, templates):
    drawn = '<svg width="40">open</svg> <svg width="30">&lt;b&gt;</svg>'
    assert shown(app, templates, "ja") == f"つづき: あり {drawn} なし"
    english = [str(layout_text(app, text)) for text in ("つづき", "あり", "なし")]
    assert shown(app, templates, "en") == f"{english[0]}: {english[1]} {drawn} {english[2]}"
    assert shown(app, templates, "ja") == f"つづき: あり {drawn} なし"


def layout_text(app, text):
    with app.test_request_context("/"), force_locale("en"):
        return layout.translated(text)


def test_what_stands_there_as_it_is_is_looked_up_once(app, templates, monkeypatch):
    first = shown(app, templates, "en")
    monkeypatch.setattr(layout, "_catalogue", None)
    assert shown(app, templates, "en") == first


def test_a_name_that_is_no_drawn_mark_is_called_each_time(app, templates):
    calls = []
    templates.globals["told"] = lambda text: calls.append(text) or "x"
    shown(app, templates, "ja"), shown(app, templates, "ja")
    assert calls == ["なし", "なし"]


def test_a_sentence_keeps_its_per_cent_sign(app):
    made = layout.Templates(
        app, loader=DictLoader({"page": "{{ _('100%%') }} {{ _('%(n)s枚', n=3) }}"}), autoescape=True
    )
    made.globals["_"] = layout.translated
    with app.test_request_context("/"), force_locale("ja"):
        assert made.get_or_select_template("page").render() == "100% 3枚"
