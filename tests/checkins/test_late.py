"""What reaches the door late: let in, sent to the host, or told why not."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.checkins import closing, service
from app.checkins.by_phone import late, late_desk, rotating
from app.checkins.models import CheckIn, LateArrival, LateUpload
from app.checkins.rules import Party
from app.db import db, transaction, uuid7
from app.errors import Conflict, Missing, Refused
from app.issuing.models import Earning
from app.ledger import proof
from app.ledger import queries as ledger
from tests import factories

QUARTER = timedelta(minutes=15)


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def host(place, at):
    return factories.membership(place.region, at=at)


@pytest.fixture
def una(place, at):
    return factories.membership(place.region, at=at, name="見本 うめ", yomi="みほん うめ")


@pytest.fixture
def event(place, host, at):
    return factories.event(place.region, host, at=at, door="rotating", coins=2)


@pytest.fixture
def by_poster(place, host, at):
    return factories.event(place.region, host, at=at)


def receive(place, event, at, *, step=None, **rest):
    who = {name: rest.pop(name) for name in late.service.Who.__annotations__ if name in rest}
    if "membership" not in who:
        who.setdefault("visit", uuid7())
    form = {"key": uuid7(), "by": "visitor", "replayed": True, "device": uuid7()} | rest
    form |= {"code": rotating.code(event, step)} if step is not None else {}
    with transaction():
        read = late.service.at_the_door(place.region, event.id, form["key"], who)
        return late.receive(late.Knock(place.region, read, at=at, who=who, **form))


def desk(act, place, event, row, at, **rest):
    with transaction():
        return act(region=place.region, event_id=event.id, late_id=row.id, by="membership:1", at=at, **rest)


def admit(place, event, row, at):
    return desk(late_desk.admit, place, event, row, at, key=uuid7())


def rows(model):
    db.session.expire_all()
    return db.session.scalars(sa.select(model).order_by(model.at)).all()


def the_late():
    (row,) = rows(LateArrival)
    return row


def balance(place, member, at):
    return ledger.balance(place.region.id, member.account_id, at.date()).available


# --- in time --------------------------------------------------------------------------------------------------


def test_a_quarter_of_an_hour_counts_from_the_step(place, event, at):
    """Whatever the phone's clock says."""
    step = rotating.step_at(at)
    lying = at + timedelta(days=3)
    received = receive(place, event, at + QUARTER, step=step, device_at=lying)
    assert (received.state, received.number) == ("done", 1)
    (arrival,) = rows(CheckIn)
    assert (arrival.way, arrival.at, arrival.device_at) == ("outbox", at + QUARTER, lying)


@pytest.mark.parametrize("phone_says", [timedelta(0), timedelta(minutes=14), timedelta(minutes=20)])
def test_later_it_is_the_hosts_matter_whatever_the_phone_says(place, event, at, phone_says):
    received = receive(
        place, event, at + QUARTER + timedelta(seconds=1), step=rotating.step_at(at), device_at=at + phone_says
    )
    assert (received.state, received.reason) == ("late", "delay")
    assert rows(CheckIn) == []
    assert the_late().said_at == at


def test_a_device_may_be_late_once_for_a_gathering(place, event, host, at):
    phone, step = "visit:one", rotating.step_at(at)
    later = at + timedelta(minutes=5)
    assert receive(place, event, later, step=step, device=phone).state == "done"
    assert receive(place, event, later, step=step, device=phone).reason == "delay"
    assert receive(place, event, later, step=step, device="visit:two").state == "done"
    other = factories.event(place.region, host, at=at, door="rotating")
    assert receive(place, other, later, step=step, device=phone).state == "done"
    assert len(rows(LateUpload)) == 3


def test_a_living_code_from_the_outbox_is_not_late(place, event, at):
    phone, step = "visit:one", rotating.step_at(at)
    for _ in range(3):
        assert receive(place, event, at, step=step, device=phone).state == "done"
    assert rows(LateUpload) == []


def test_the_same_form_again_is_the_first_answer(place, event, at):
    key, visit, step = uuid7(), uuid7(), rotating.step_at(at)
    same = {"key": key, "visit": visit, "device": "visit:one", "step": step}
    later = at + timedelta(minutes=5)
    assert receive(place, event, later, **same).state == "done"
    assert receive(place, event, later, **same).state == "repeated"
    much_later = at + timedelta(minutes=40)
    assert receive(place, event, much_later, **same).state == "repeated"
    other = same | {"key": uuid7(), "visit": uuid7()}
    assert [receive(place, event, much_later, **other).state for _ in range(2)] == ["late", "late"]
    assert len(rows(CheckIn)) == len(rows(LateArrival)) == 1


def test_the_same_form_twice_at_once_is_one_arrival(place, event, at, monkeypatch):
    """The second looked before the first had written, and found its device's one late upload gone."""
    same = {"key": uuid7(), "visit": uuid7(), "device": "visit:one", "step": rotating.step_at(at)}
    later, looks = at + timedelta(minutes=5), [lambda knock: None, late._before]
    assert receive(place, event, later, **same).state == "done"
    monkeypatch.setattr(late, "_before", lambda knock: looks.pop(0)(knock))
    assert receive(place, event, later, **same).state == "repeated"
    assert (len(rows(CheckIn)), rows(LateArrival)) == (1, [])


def test_a_step_that_was_used_up_sends_late_ones_to_the_host(place, event, at):
    with transaction():
        place.region.arrivals_per_step = 1
    step, later = rotating.step_at(at), at + timedelta(minutes=5)
    assert receive(place, event, later, step=step).state == "done"
    assert receive(place, event, later, step=step).reason == "many"
    assert len(rows(CheckIn)) == 1
    db.session.refresh(event)
    assert (event.taken, event.last_number) == (1, 1)


def test_the_window_is_that_of_the_step(place, event, at):
    """Closed while the phone had no signal: it was there in time."""
    tap = event.checkin_until - timedelta(minutes=1)
    received = receive(place, event, event.checkin_until + timedelta(minutes=5), step=rotating.step_at(tap))
    assert received.state == "done"


def test_a_gathering_that_was_ended_meanwhile_is_the_hosts_matter(place, event, at):
    tap, end = at + timedelta(minutes=10), at + timedelta(minutes=11)
    with transaction():
        closing.close(region=place.region, event_id=event.id, by="membership:1", at=end)
    db.session.refresh(event)
    received = receive(place, event, end + timedelta(minutes=2), step=rotating.step_at(tap))
    assert (received.state, received.reason) == ("late", "closed")


def test_before_its_step_a_code_is_refused_also_late(place, event, at):
    with pytest.raises(Refused, match="code_early"):
        receive(place, event, at, step=rotating.step_at(at) + 3)


# --- without an outbox ----------------------------------------------------------------------------------------


def test_a_photo_sent_to_a_friend_a_quarter_of_an_hour_later_goes_to_the_host(place, event, at):
    received = receive(place, event, at + QUARTER + timedelta(seconds=15), step=rotating.step_at(at), replayed=False)
    assert (received.state, received.reason) == ("late", "old_code")
    assert rows(CheckIn) == []


def test_whoever_is_there_reads_the_screen_again(place, event, at):
    with pytest.raises(Refused, match="code_outlived"):
        receive(place, event, at + timedelta(minutes=5), step=rotating.step_at(at), replayed=False)
    with pytest.raises(Refused, match="code_wanted"):
        receive(place, event, at, replayed=False)


def test_the_bare_poster_of_such_a_door_lets_nobody_in_from_the_outbox_either(place, event, at):
    with pytest.raises(Refused, match="code_wanted"):
        receive(place, event, at, device_at=at)


# --- by the poster --------------------------------------------------------------------------------------------


def test_a_posters_window_is_judged_by_the_servers_time(place, by_poster, at):
    received = receive(place, by_poster, at, device_at=at - timedelta(hours=5))
    assert received.state == "done"
    assert rows(CheckIn)[0].device_at == at - timedelta(hours=5)


@pytest.mark.parametrize("door", ["window", "ended"])
def test_a_poster_after_the_door_was_shut_is_the_hosts_matter(place, by_poster, at, door):
    now = by_poster.checkin_until + timedelta(minutes=1) if door == "window" else at + timedelta(minutes=5)
    if door == "ended":
        with transaction():
            closing.close(region=place.region, event_id=by_poster.id, by="membership:1", at=at)
    received = receive(place, by_poster, now, device_at=at)
    assert (received.state, received.reason) == ("late", "closed")
    assert the_late().said_at == at


def test_what_no_host_could_decide_is_refused(place, host, at):
    with pytest.raises(Refused, match="cancelled"):
        receive(place, factories.event(place.region, host, at=at, cancelled_at=at), at, device_at=at)
    with pytest.raises(Refused, match="too_early"):
        receive(place, factories.event(place.region, host, at=at, starts_at=at + timedelta(hours=3)), at)
    members = factories.event(place.region, host, at=at, audience="members", starts_at=at - timedelta(days=1))
    with pytest.raises(Refused, match="members_only"):
        receive(place, members, at, device_at=at)
    assert rows(LateArrival) == []


# --- the host decides -----------------------------------------------------------------------------------------


def make_late(place, event, at, **who):
    receive(place, event, at + timedelta(minutes=30), step=rotating.step_at(at), **who)
    return the_late()


def test_let_in_it_is_an_arrival_and_undone_it_can_be_let_in_again(place, event, at):
    phone = uuid7()
    row = make_late(place, event, at, visit=phone, nickname="そら")
    now = at + timedelta(minutes=31)
    arrival = admit(place, event, row, now)
    assert admit(place, event, row, now + timedelta(minutes=1)).repeated
    assert the_late().decided_at == now
    (made,) = rows(CheckIn)
    assert (made.nickname, made.way, made.device_at, made.number) == ("そら", "outbox", at, arrival.number)
    assert receive(place, event, now, visit=phone).state == "repeated"
    with transaction():
        service.undo(region=place.region, check_in_id=arrival.id, by="membership:1", at=now)
    assert not admit(place, event, row, now).repeated
    db.session.refresh(event)
    assert event.taken == 1


def test_after_the_end_it_is_paid_like_everybody(place, event, una, at):
    row = make_late(place, event, at, membership=una)
    end = at + timedelta(minutes=40)
    with transaction():
        closing.close(region=place.region, event_id=event.id, by="membership:1", at=end)
    assert balance(place, una, end) == 0
    admit(place, event, row, end)
    assert admit(place, event, row, end).repeated
    assert balance(place, una, end) == 2
    assert db.session.scalars(sa.select(Earning.amount)).all() == [2]
    assert proof.prove()["ok"]


def test_before_the_end_it_is_paid_at_the_end(place, event, una, at):
    admit(place, event, make_late(place, event, at, membership=una), at + timedelta(minutes=31))
    assert balance(place, una, at) == 0
    with transaction():
        closing.close(region=place.region, event_id=event.id, by="membership:1", at=at + timedelta(hours=1))
    assert balance(place, una, at) == 2


def test_the_days_cap_holds(place, host, una, at):
    for _ in range(2):
        event = factories.event(place.region, host, at=at, door="rotating", coins=2)
        with transaction():
            closing.close(region=place.region, event_id=event.id, by="membership:1", at=at)
        db.session.refresh(event)
        receive(place, event, at + timedelta(minutes=30), step=rotating.step_at(at), membership=una)
        admit(place, event, rows(LateArrival)[-1], at + timedelta(minutes=31))
    assert balance(place, una, at) == 2
    assert proof.prove()["ok"]


def test_a_full_house_grows_for_whoever_was_there(place, host, at):
    event = factories.event(place.region, host, at=at, door="rotating", capacity=1)
    receive(place, event, at, step=rotating.step_at(at))
    row = make_late(place, event, at)
    assert admit(place, event, row, at + timedelta(minutes=31)).capacity_raised
    db.session.refresh(event)
    assert (event.taken, event.capacity) == (2, 2)


def test_whoever_came_along_comes_in_too(place, event, at):
    party = Party(companions=3, children=2, names="はな")
    row = make_late(place, event, at, nickname="そら", party=party)
    assert (row.companions, row.children, row.companion_names) == (3, 2, "はな")
    admit(place, event, row, at + timedelta(minutes=31))
    (made,) = rows(CheckIn)
    assert (made.companions, made.children, made.companion_names) == (3, 2, "はな")
    db.session.refresh(event)
    assert event.taken == 4


def test_strangers_do_not_bury_the_list_and_members_are_always_taken(place, event, una, at, monkeypatch):
    monkeypatch.setattr(late, "LATE_GUESTS", 3)
    old, later = rotating.step_at(at), at + timedelta(minutes=30)

    def photo(**who):
        return receive(place, event, later, step=old, replayed=False, **who).reason

    assert [photo() for _ in range(3)] == ["old_code"] * 3
    with pytest.raises(Refused, match="late_list_full"):
        photo()
    assert photo(membership=una) == "old_code"
    desk(late_desk.dismiss, place, event, rows(LateArrival)[0], later)
    assert photo() == "old_code"


def test_turned_away_can_still_be_let_in(place, event, at):
    row = make_late(place, event, at)
    now = at + timedelta(minutes=31)
    desk(late_desk.dismiss, place, event, row, now)
    assert (the_late().decided_at, the_late().check_in_id) == (now, None)
    admit(place, event, row, now)
    with pytest.raises(Conflict, match="late_let_in"):
        desk(late_desk.dismiss, place, event, row, now)


def test_another_gatherings_row_is_not_there(place, event, by_poster, at):
    row = make_late(place, event, at)
    with pytest.raises(Missing):
        admit(place, by_poster, row, at)


def test_whoever_was_checked_in_by_name_meanwhile_stays_one(place, event, una, at):
    row = make_late(place, event, at, membership=una)
    with transaction():
        made = service.check_in(
            region=place.region, event_id=event.id, key=uuid7(), way="name", by="membership:1", at=at, membership=una
        )
    arrival = admit(place, event, row, at)
    assert (arrival.id, arrival.repeated) == (made.id, True)


# --- through the door -----------------------------------------------------------------------------------------


def post(client, event, headers=None, **fields):
    return client.post(f"/tsk/events/{event.id}/check-ins", data={"key": uuid7()} | fields, headers=headers)


def replay(client, event, **fields):
    answer = post(client, event, {"X-Outbox": "1"}, **fields)
    return answer.status_code, json.loads(answer.text)


def test_the_outbox_is_answered_in_words(client, by_poster, clock, at):
    key = uuid7()
    status, said = replay(client, by_poster, key=key, device_at=at.isoformat())
    assert (status, said["state"], said["url"]) == (200, "done", f"/C/{by_poster.code}")
    assert "受付番号 1" in said["text"]
    assert replay(client, by_poster, key=key)[1]["state"] == "repeated"
    assert rows(CheckIn)[0].device_at == at


def test_the_outbox_is_told_why_not(client, event, app, clock, at):
    status, said = replay(client, event, device_at="rubbish")
    assert (status, said["state"]) == (422, "refused")
    assert "画面" in said["text"]
    code = rotating.code(event, rotating.step_at(at))
    clock.move(minutes=20)
    status, said = replay(client, event, code=code)
    assert (status, said["state"]) == (409, "late")
    assert "主催の人" in said["text"]
    page = client.get(f"/C/{event.code}")
    assert "主催の人の名ぼに のっています" in page.text


def test_a_phones_clock_is_never_believed_to_be_ahead(client, by_poster, at):
    replay(client, by_poster, device_at=(at + timedelta(days=400)).isoformat())
    assert rows(CheckIn)[0].device_at == at


def test_the_host_sees_and_decides(client, app, place, event, host, at):
    row = make_late(place, event, at, nickname="そら")
    browser = app.test_client()
    factories.sign_in(browser, host.member_id, at=at)
    page = browser.get(f"/tsk/events/{event.id}/check-ins")
    assert "あとから とどいた受付" in page.text and "そら" in page.text
    proof_field = page.text.split('name="proof" value="')[1].split('"')[0]
    form = {"key": uuid7(), "proof": proof_field}
    address = f"/tsk/events/{event.id}/late-arrivals/{row.id}"
    assert browser.post(f"{address}/dismissal", data=form).status_code == 303
    assert browser.post(f"{address}/admission", data=form).status_code == 303
    assert len(rows(CheckIn)) == 1
    assert client.post(f"{address}/admission", data=form).status_code in (401, 403)
