"""Making gatherings from others, as a host meets it: few taps, nothing typed twice."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.clock import local_day
from app.db import db, transaction, uuid7
from app.events.models import Event, EventSeries, EventTemplate
from app.members import service as members
from app.series import service
from tests import factories


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def host(place, client, at):
    return factories.host_of(place, client, at=at)


@pytest.fixture
def ended(place, host, at):
    starts_at = datetime(2026, 11, 14, 1, 0, tzinfo=UTC)  # 午前10時 on a Saturday
    return factories.event(place.region, host, at=at, starts_at=starts_at, ended_at=starts_at, bring="軍手")


def with_duty(app, place, role, at):
    person = factories.membership(place.region, at=at)
    with transaction():
        today = local_day(place.region, at)
        members.give_duty(membership=person, role=role, starts_on=today, ends_on=today + timedelta(days=9))
    client = app.test_client()
    factories.sign_in(client, person.member_id, at=at)
    return client


def pressed(page, text):
    """The form whose button says `text`: its address and hidden fields."""
    forms = re.findall(r"<form[^>]*>.*?</form>", page.text, re.DOTALL)
    form = next(one for one in forms if text in re.sub(r"<[^>]*>", "", one))
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    return re.search(r'action="([^"]*)"', form)[1], hidden


def tap(client, page, text, **fields):
    address, hidden = pressed(page, text)
    return client.post(address, data=hidden | fields)


def last_event():
    db.session.expire_all()
    return db.session.scalars(select(Event).order_by(Event.id.desc())).first()


@pytest.mark.parametrize("start", ["/tsk/events/{id}", "/tsk/events/new"])
def test_an_earlier_gathering_once_more_in_three_taps(client, host, ended, start):
    """もういちど · つぎへ · 知らせる, from its page or from the list."""
    draft = tap(client, client.get(start.format(id=ended.id)), "もういちど")
    page = client.get(draft.location)
    assert draft.location.endswith("/draft/when") and 'value="2026-12-05"' in page.text and 'value="10:00"' in page.text
    typed = {"day": "2026-12-05", "begins": "10:00", "ends": "12:00"}
    who = client.get(tap(client, page, "つぎへ", **typed).location)
    tap(client, who, "行事を知らせる", audience="open", capacity="", coins="1", name_level="none", door="poster")
    again = last_event()
    assert again.published_at is not None and (again.title, again.bring) == (ended.title, "軍手")


def test_only_hosts_copy(app, place, ended, at):
    stranger = app.test_client()
    factories.sign_in(stranger, factories.membership(place.region, at=at).member_id, at=at)
    assert "もういちど" not in stranger.get(f"/tsk/events/{ended.id}").text
    assert stranger.post(f"/tsk/events/{ended.id}/copies", data={"key": uuid7()}).status_code == 403


def test_a_draft_is_not_copied(client, place, host, at):
    draft = factories.event(place.region, host, at=at, published_at=None)
    assert client.post(f"/tsk/events/{draft.id}/copies", data={"key": uuid7()}).status_code == 404


def test_the_usual_gatherings_are_kept_by_steward_and_office(app, client, place, host, ended, at):
    assert client.post(f"/tsk/events/{ended.id}/templates", data={"key": uuid7()}).status_code == 403
    for role in ("steward", "office"):
        desk = with_duty(app, place, role, at)
        page = desk.get(tap(desk, desk.get(f"/tsk/events/{ended.id}"), "いつもの会にする").location)
        assert "いつもの会から つくる" in page.text
    assert db.session.scalars(select(EventTemplate.name)).all() == [ended.title]
    draft = tap(client, client.get("/tsk/events/new"), "つくる")
    assert 'value="10:00"' in client.get(draft.location).text
    assert last_event().host_id == host.id
    assert "いつもの会から はずす" not in client.get("/tsk/events/new").text
    tap(desk, desk.get("/tsk/events/new"), "はい、はずします")
    assert "いつもの会から つくる" not in client.get("/tsk/events/new").text


def test_a_series_in_one_form_and_one_page(app, client, place, host, at):
    starts_at = datetime(2026, 12, 12, 0, 0, tzinfo=UTC)
    event = factories.event(place.region, host, at=at, starts_at=starts_at)
    form = client.get(f"/tsk/events/{event.id}/series")
    assert '<option value="2" selected>毎月 第2' in form.text and '<option value="5" selected>土曜日' in form.text
    begun = tap(client, form, "くりかえす", week="2", weekday="5", until="")
    page = client.get(begun.location)
    assert "毎月 第2 土曜日" in page.text
    assert all(day in page.text for day in ("2026年12月12日(土)", "2027年1月9日(土)", "2027年5月8日(土)"))
    assert client.get(f"/tsk/events/{event.id}/series").location == begun.location
    listed = app.test_client().get("/tsk/events").text
    assert listed.count("梅林の下草かり") == 3


def test_exceptions_and_the_end_on_the_page(client, place, host, at):
    event = factories.event(place.region, host, at=at, starts_at=datetime(2026, 12, 12, tzinfo=UTC))
    with transaction():
        series = service.begin(
            region=place.region, event_id=event.id, week=2, weekday=5, until=None, key=uuid7(), at=at
        )
    where = f"/tsk/series/{series.id}"
    empty = client.post(f"{where}/exceptions", data={"day": "2027-05-08", "reason": " "})
    assert empty.status_code == 422 and "ここに 書いてください" in empty.text
    wrong = client.post(f"{where}/exceptions", data={"day": "2027-05-09", "reason": "田植え"})
    assert wrong.status_code == 422 and "くりかえしの日では ありません" in wrong.text and 'value="田植え"' in wrong.text
    assert client.post(f"{where}/exceptions", data={"day": "2027-05-08", "reason": "田植え"}).status_code == 303
    assert "田植え" in client.get(where).text
    assert tap(client, client.get(where), "休みを とりけす").status_code == 303
    assert "田植え" not in client.get(where).text
    assert (
        "3か月先まで もう できています"
        in client.get(tap(client, client.get(where), "3か月先まで つくる").location).text
    )
    tap(client, client.get(where), "はい、おわりにします")
    page = client.get(where).text
    assert "おわりました" in page and "休みにする" not in page
    assert db.session.scalars(select(EventSeries.ended_at)).one() is not None


@pytest.mark.parametrize(
    "data", [{"week": "6"}, {"weekday": "7"}, {"until": "someday"}, {"until": "2026-11-28"}, {"week": "-1"}]
)
def test_a_bad_series_form_says_so(client, place, host, at, data):
    event = factories.event(place.region, host, at=at)
    right = {"key": uuid7(), "week": "2", "weekday": "5", "until": ""}
    assert client.post(f"/tsk/events/{event.id}/series", data=right | data).status_code == 422


def test_a_series_is_its_hosts(app, place, host, at):
    event = factories.event(place.region, host, at=at)
    with transaction():
        series = service.begin(
            region=place.region, event_id=event.id, week=0, weekday=5, until=None, key=uuid7(), at=at
        )
    stranger = app.test_client()
    factories.sign_in(stranger, factories.membership(place.region, at=at).member_id, at=at)
    assert stranger.get(f"/tsk/series/{series.id}").status_code == 403
    assert stranger.post(f"/tsk/series/{series.id}/end").status_code == 403
    assert with_duty(app, place, "steward", at).get(f"/tsk/series/{series.id}").status_code == 200
    other = factories.world("ows", at=at)
    neighbour = app.test_client()
    factories.host_of(other, neighbour, at=at)
    assert neighbour.get(f"/ows/series/{series.id}").status_code == 404
