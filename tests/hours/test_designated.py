"""Which gatherings count for ふるさと住民登録: said by a duty holder, in the third step or on the gathering's page."""

from __future__ import annotations

import pytest

from app.db import db, transaction, uuid7
from app.events import service as events
from app.events.models import Event
from app.series import reuse
from tests import factories

WHO = {"audience": "open", "coins": "1", "designated": "1"}
TICK = 'name="designated"'


@pytest.fixture
def browser(app, place, at):
    def browser(who):
        client = app.test_client()
        factories.sign_in(client, who.member_id, at=at)
        return client

    return browser


@pytest.fixture
def draft(place):
    with transaction():
        values = {"title": "下草かり", "place": "梅林", "field": "environment", "key": uuid7(), "at": place.at}
        return events.draft(region=place.region, host=place.kaze, **values)


def again(event):
    return db.session.get_one(Event, event.id, populate_existing=True)


@pytest.mark.parametrize(("name", "counts"), [("yaku", True), ("jimu", True), ("kaze", False)])
def test_the_tick_is_for_duty_holders(browser, place, draft, name, counts):
    client = browser(getattr(place, name))
    page = client.get(f"/tsk/events/{draft.id}/draft/who")
    assert (TICK in page.text) is counts
    client.post(f"/tsk/events/{draft.id}/draft/who", data=WHO)
    assert again(draft).designated is counts
    if counts:
        assert f'{TICK} value="1" checked' in client.get(f"/tsk/events/{draft.id}/draft/who").text
        client.post(f"/tsk/events/{draft.id}/publication", data={**WHO, "designated": ""})
        assert again(draft).designated is False


def test_a_host_keeps_what_the_office_has_said(browser, place, draft):
    with transaction():
        events.designate(region=place.region, event_id=draft.id, designated=True)
    browser(place.kaze).post(f"/tsk/events/{draft.id}/publication", data={**WHO, "designated": ""})
    assert again(draft).designated is True


def test_the_office_says_it_of_any_gathering_and_takes_it_back(browser, place):
    event = place.gathering(place.kaze)
    office, page = browser(place.jimu), f"/tsk/events/{event.id}"
    address = f"/tsk/events/{event.id}/designation"
    for wanted in (True, False):
        assert address in office.get(page).text
        answer = office.post(address, data={"designated": "1" if wanted else ""})
        assert answer.status_code == 303 and again(event).designated is wanted
    assert address not in browser(place.kaze).get(page).text
    assert browser(place.kaze).post(address, data={"designated": "1"}).status_code == 403
    assert again(event).designated is False


def test_the_next_of_a_series_counts_too_but_nobodys_copy(place):
    event = place.gathering(place.kaze, designated=True)
    with transaction():
        next_one = events.repeat(region=place.region, event=event, starts_at=event.ends_at, key=uuid7(), at=place.at)
        copied = reuse.copy(region=place.region, event_id=event.id, host=place.sora, key=uuid7(), at=place.at)
        assert (next_one.designated, copied.designated) == (True, False)
