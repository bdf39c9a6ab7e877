from datetime import timedelta

import pytest

from app.checkins import service
from app.checkins.models import CheckIn
from app.db import db, transaction, uuid7
from tests import factories

VISIT = "a-phone-that-was-here-before-0123456789"


@pytest.fixture
def world(app, at):
    return factories.world(at=at)


@pytest.fixture
def host(world, client, at):
    return factories.host_of(world, client, at=at)


@pytest.fixture
def event(world, host, at):
    return factories.event(world.region, host, at=at)


def arrive(world, event, at, **who):
    with transaction():
        service.check_in(region=world.region, event_id=event.id, key=uuid7(), way="poster", by="visitor", at=at, **who)
    return db.session.query(CheckIn).order_by(CheckIn.id.desc()).first()


def slip(browser, event, row):
    return browser.get(f"/tsk/events/{event.id}/check-ins/{row.id}/slip")


def test_whoever_came_and_the_host_have_it_on_paper(app, world, client, host, event, at):
    ume = factories.membership(world.region, at=at, name="見本 うめ")
    factories.coins(world, ume, 6, at=at)
    hers = app.test_client()
    factories.sign_in(hers, ume.member_id, at=at)
    row = arrive(world, event, at, membership=ume)
    for browser in (hers, client):
        page = slip(browser, event, row).get_data(as_text=True)
        assert "見本 うめ" in page and "様" in page and "6枚" in page and "ありがとうございました" in page


def test_nobody_else_has(app, world, event, at):
    row = arrive(world, event, at, membership=factories.membership(world.region, at=at))
    other = app.test_client()
    assert slip(other, event, row).status_code == 404
    factories.sign_in(other, factories.membership(world.region, at=at).member_id, at=at)
    assert slip(other, event, row).status_code == 404


def test_a_guests_code_is_on_the_guests_own_slip_only(app, world, client, event, at):
    row = arrive(world, event, at, visit=VISIT, nickname="さくら")
    phone = app.test_client()
    phone.set_cookie("visit", VISIT)
    own, hosts = (slip(browser, event, row).get_data(as_text=True) for browser in (phone, client))
    assert "さくら" in own and "さくら" in hosts
    assert "うけとりの番号" in own and "うけとりの番号" not in hosts


def test_the_next_gathering_stands_on_it(world, client, host, event, at):
    later = factories.event(world.region, host, at=at, starts_at=at + timedelta(days=7))
    row = arrive(world, event, at, membership=host)
    assert f"{later.title}</b><br>12月5日(土)" in slip(client, event, row).get_data(as_text=True)


def test_an_undone_arrival_has_none(world, client, host, event, at):
    row = arrive(world, event, at, membership=host)
    with transaction():
        service.undo(region=world.region, check_in_id=row.id, by="visitor", at=at)
    assert slip(client, event, row).status_code == 404
