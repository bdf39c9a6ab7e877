"""Parts of pages are kept under all that they depend on, and know nothing of whoever reads them."""

from __future__ import annotations

from collections import namedtuple

import pytest
from flask_babel import force_locale
from jinja2 import DictLoader

from app.db import db, transaction
from app.events import service as events
from app.events.models import Event
from app.web import layout
from app.web.keeping.parts import part
from tests import factories

Place = namedtuple("Place", ("name", "time_zone"))
FILES = {
    "page": "{{ part('part', number=number) }}",
    "part": "{{ _('あり') }} {{ number }} {{ region.name }}{{ drawn() }}{{ request }}{{ actor }}{{ csrf_field }}",
}


@pytest.fixture
def drawn(app, monkeypatch):
    """A page's text for a number, a region and a language; and how often its part was rendered."""
    monkeypatch.setattr(layout, "FOR_EVERYBODY", ("_", "drawn"))
    templates, calls = layout.Templates(app, loader=DictLoader(FILES), autoescape=True), []
    templates.globals |= {"_": layout.translated, "part": part, "drawn": lambda: calls.append(1) or ""}
    templates.globals |= {"request": "!", "g": "!", "csrf_field": "!"}

    def show(number, region, language="ja"):
        with app.test_request_context("/"), force_locale(language):
            page = templates.get_or_select_template("page")
            return page.render(number=number, region=region, actor="!"), len(calls)

    return show


def test_a_part_is_rendered_once_for_all_that_it_depends_on(drawn):
    here, there = Place("月ヶ瀬", "Asia/Tokyo"), Place("べつの谷", "Asia/Tokyo")
    assert drawn(1, here) == drawn(1, here) == ("あり 1 月ヶ瀬", 1)
    assert drawn(2, here) == ("あり 2 月ヶ瀬", 2)
    assert drawn(1, there) == ("あり 1 べつの谷", 3)
    english, times = drawn(1, here, "en")
    assert english != "あり 1 月ヶ瀬" and times == 4
    assert drawn(1, here) == ("あり 1 月ヶ瀬", 4)


def test_what_is_given_is_escaped_and_what_is_typed_stays_text(drawn):
    assert drawn("<b>", Place("谷", "Asia/Tokyo"))[0] == "あり &lt;b&gt; 谷"


@pytest.fixture
def serving(new_app, at):
    app = new_app(TESTING="0")
    with app.app_context():
        world = factories.world(at=at)
        event = factories.event(world.region, factories.membership(world.region, at=at), at=at)
        db.session.remove()
        yield app, world.region, event.id, event.code
        db.session.remove()


def read(app, path, language="ja"):
    host = app.extensions["config"].host
    answer = app.test_client().get(path, base_url=f"http://{host}", headers={"Accept-Language": language})
    return answer.status_code, answer.text


def test_a_change_stands_on_the_page_at_once(serving):
    app, _region, event_id, code = serving
    assert "あたらしい会" not in read(app, f"/C/{code}")[1]
    with transaction():
        db.session.get(Event, event_id).title = "あたらしい会"
    db.session.remove()
    assert "<h1" in read(app, f"/C/{code}")[1] and "あたらしい会</h1>" in read(app, f"/C/{code}")[1]
    assert "data-accent" in read(app, f"/C/{code}", "en")[1]


def test_a_withdrawn_code_leads_nowhere_at_once(serving):
    app, region, event_id, code = serving
    with transaction():
        db.session.get(Event, event_id).published_at = None
    assert read(app, f"/C/{code}")[0] == 404  # nobody but its host sees a draft
    with transaction():
        events.discard(region=region, event_id=event_id)
    db.session.remove()
    assert read(app, f"/C/{code}")[0] == 404
    assert code not in app.extensions["kept_codes"]
