"""The day of the general meeting on screen: made, held, three numbers live, minutes signed and printed."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from app.assemblies import service
from app.assemblies.models import AgendaItem, Assembly
from app.db import db, uuid7
from app.events import service as gatherings
from app.votes.by_hand.models import Proxy
from app.votes.models import VoteClosure, VoteResult
from tests import factories


def proof(page):
    return re.search(r'name="proof" value="([^"]+)"', page.text)[1]


def send(client, page, address, **form):
    told = {"proof": proof(client.get(page)), "key": uuid7(), **form}
    return client.post(address, data=told)


def arrived(client, answer):
    assert answer.status_code == 303, answer.text[:3000]
    return client.get(answer.location).text


@pytest.fixture
def office(phone, crowd):
    return phone(crowd.office)


@pytest.fixture
def home(event):
    return f"/tsk/assemblies/{event.id}"


def test_a_meeting_is_made_and_its_agenda_put_in_order(office, event, draft, home):
    index = "/tsk/assemblies"
    assert "まだ 総会が ありません" in office.get(index).text
    assert send(office, index, index, event="x").status_code == 422
    assert send(office, index, index, event="999").status_code == 404
    page = arrived(office, send(office, index, index, event=str(event.id)))
    assert "まだ 議題が ありません" in page and event.title in office.get(index).text
    items = f"{home}/items"
    empty = send(office, home, items, kind="report", title=" ")
    assert empty.status_code == 422 and "ここに 書いてください" in empty.text
    assert send(office, home, items, kind="dance", title="おどり").status_code == 422
    assert send(office, home, items, kind="vote").status_code == 422
    arrived(office, send(office, home, items, kind="report", title="ふりかえり"))
    arrived(office, send(office, home, items, kind="vote", vote=str(draft.id)))
    page = arrived(office, send(office, home, items, kind="talk", title="来年のこと"))
    assert page.index("ふりかえり") < page.index(draft.question) < page.index("来年のこと")
    ids = {one.title: one.id for one in db.session.scalars(sa.select(AgendaItem))}
    moved = send(office, home, f"{items}/{ids['来年のこと']}/place", step="up")
    page = arrived(office, moved)
    assert page.index("来年のこと") < page.index(draft.question)
    assert send(office, home, f"{items}/{ids['来年のこと']}/place", step="sideways").status_code == 422
    gone = office.post(f"{items}/{ids['ふりかえり']}/removal", data={"key": uuid7()})
    assert "ふりかえり" not in arrived(office, gone)


def test_the_numbers_are_told_again_only_when_they_change(meeting, client, crowd, home):
    page = client.get(home).text
    address = re.search(r'data-hx-get="([^"]+/numbers[^"]+)"', page)[1].replace("&amp;", "&")
    assert client.get(address).status_code == 204
    meeting.come(crowd.people[0])
    changed = client.get(address)
    assert changed.status_code == 200 and changed.text.lstrip().startswith("<section id=")
    assert "<b>1</b><span>出席</span>" in changed.text
    address = re.search(r'data-hx-get="([^"]+)"', changed.text)[1].replace("&amp;", "&")
    assert client.get(address).status_code == 204
    screen = client.get(f"{home}/screen").text
    assert "<b>1</b><span>出席</span>" in screen and "まもなく はじまります" in screen
    part = client.get(f"{home}/screen", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith("<div id=") and "<html" not in part


def test_the_screen_counts_the_matters_as_the_page_does(meeting, client, home):
    """A matter that went leaves no gap in what people read, though the numbers of the rows have one."""
    meeting.run(service.remove_item, item_id=meeting.items[0].id)
    meeting.open()
    meeting.timed(service.take_up, item_id=meeting.items[2].id)
    assert "第2号" in client.get(f"{home}/screen").text


def test_the_screen_is_told_that_the_meeting_does_not_take_place(meeting, client, home):
    part = re.search(r'data-part="([^"]+)"', client.get(f"{home}/screen").text)[1].replace("&amp;", "&")
    headers = {"HX-Request": "true"}
    assert client.get(part, headers=headers).status_code == 204
    meeting.timed(gatherings.cancel, reason="大雨のため")
    told = client.get(part, headers=headers)
    assert told.status_code == 200 and "中止になりました" in told.text


def test_a_meeting_from_beginning_to_signatures(meeting, office, phone, crowd, draft, event, home):
    vote = meeting.items[1]
    early = office.post(f"{home}/items/{meeting.items[0].id}/beginning", data={"key": uuid7()})
    assert early.status_code == 422 and "総会を はじめる" in early.text
    meeting.come(crowd.people[0])
    assert "総会を はじめました" in arrived(office, office.post(f"{home}/opening", data={"key": uuid7()}))
    arrived(office, office.post(f"{home}/items/{meeting.items[0].id}/beginning", data={"key": uuid7()}))
    opened = arrived(office, office.post(f"{home}/items/{vote.id}/vote/opening", data={"key": uuid7()}))
    assert "投票中" in opened and "しめきって 開票する" in opened
    meeting.do.phone(crowd.people[0], "yes")
    assert draft.question in phone(crowd.people[0]).get(f"{home}/screen").text
    still = office.post(f"{home}/closing", data={"key": uuid7()})
    assert still.status_code == 422 and "しめきっていない 投票" in still.text
    shut = arrived(office, office.post(f"{home}/items/{vote.id}/vote/closing", data={"key": uuid7()}))
    assert "開票ずみ" in shut and db.session.query(VoteResult).count() == 1
    assert (row := db.session.query(VoteClosure).one()) and (row.present, row.written, row.proxies) == (1, 0, 0)
    over = arrived(office, office.post(f"{home}/closing", data={"key": uuid7()}))
    assert "議事録の 下書き" in over
    edit = f"{home}/minutes/edit"
    form = office.get(edit).text
    assert "出席 1人、書面 0人、委任 0人" in form and "賛成 1、反対 0" in form
    people = {"chair": crowd.office.number, "writer": "みほん", "signer_1": crowd.office.number}
    unclear = send(office, edit, f"{home}/minutes/people", **people)
    assert unclear.status_code == 422 and "だれか わかりません" in unclear.text
    people["writer"] = people["signer_2"] = crowd.steward.number
    assert "署名する人を きめました" in arrived(office, send(office, edit, f"{home}/minutes/people", **people))
    first = {"opening_words": "はじめた。", "closing_words": "おわった。"}
    written = send(office, edit, f"{home}/minutes", **first, **{f"item_{meeting.items[2].id}": "来年も つづける。"})
    assert "来年も つづける。" in arrived(office, written)
    page = f"{home}/minutes"
    for who in (crowd.office, crowd.steward):
        mine = phone(who)
        words = re.search(r'name="words" value="([0-9a-f]{64})"', mine.get(page).text)[1]
        signed = arrived(mine, send(mine, page, f"{page}/signature", words=words))
    assert "議事録 署名ずみ" in signed
    sheet = phone(crowd.people[0]).get(f"{page}/sheet").text
    assert "来年も つづける。" in sheet and sheet.count('class="minutes-line"') == 2 and crowd.steward.name in sheet
    assert office.get(f"{page}/edit").text.count("もう一度 署名して") == 1


def test_who_may_do_what(meeting, client, phone, crowd, home, event):
    member = phone(crowd.people[0])
    assert client.get("/tsk/assemblies").status_code == 200 and client.get(home).status_code == 200
    assert client.get(f"{home}/minutes").status_code == 303
    for path in ("opening", "closing", f"items/{meeting.items[0].id}/removal"):
        assert member.post(f"{home}/{path}", data={"key": uuid7()}).status_code == 403
    assert member.get(f"{home}/minutes").status_code == 200 and member.get(f"{home}/minutes/edit").status_code == 403
    assert "総会を はじめる" not in member.get(home).text
    assert db.session.get_one(Assembly, event.id).opened_at is None


def test_holding_it_wants_a_fresh_passkey(meeting, office, home, clock):
    clock.move(minutes=31)
    stale = office.post(f"{home}/opening", data={"back": home})
    assert stale.status_code == 303 and "passkeys" in stale.location


def test_a_proxy_for_the_whole_meeting(meeting, phone, crowd, office, home, event):
    giver, holder, other = crowd.people[:3]
    mine, page = phone(giver), f"{home}/proxy"
    assert send(mine, page, page, holder="みほん").status_code == 422
    told = arrived(mine, send(mine, page, page, holder=holder.number))
    assert holder.name in told and "委任しています" in told
    twice = send(mine, f"{home}/proxy", page, holder=other.number) if "proof" in told else None
    assert twice is None or twice.status_code == 409
    slip = arrived(office, send(office, f"{home}/proxies", f"{home}/proxies", giver=other.number, holder=holder.number))
    assert other.name in slip and event.title in slip
    row = db.session.scalars(sa.select(Proxy).where(Proxy.giver_id == giver.id)).one()
    ended = mine.post(f"/tsk/votes/proxies/{row.id}/revocation", data={"back": page})
    assert "代わりに 投票する人の 会員番号" in arrived(mine, ended)


def test_another_regions_meeting_is_not_there(meeting, office, at):
    other = factories.world("ows", at=at)
    host = factories.membership(other.region, at=at)
    event = factories.event(other.region, host, at=at)
    for path in ("", "/screen", "/numbers", "/minutes", "/minutes/edit", "/minutes/sheet", "/proxy", "/proxies"):
        assert office.get(f"/tsk/assemblies/{event.id}{path}").status_code == 404
