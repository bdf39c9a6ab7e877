"""The desk on screen: envelopes, piles, proxies, help, and what is printed."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import g

from app.db import db, uuid7
from app.votes import queries as votes
from app.votes.by_hand import waiting
from app.votes.by_hand.models import Assistance, PaperCount, Proxy
from app.votes.models import Ballot
from tests import factories
from tests.by_hand import factories as made
from tests.ledger.world import statements, without_begin


def proof(page):
    return re.search(r'name="proof" value="([^"]+)"', page.text)[1]


@pytest.fixture
def desk(vote):
    return f"/tsk/votes/{vote.id}/paper"


@pytest.fixture
def office(phone, crowd):
    return phone(crowd.office)


@pytest.fixture
def steward(phone, crowd):
    return phone(crowd.steward)


def send(client, page, address, **form):
    """Post a form as the page at `page` gives it: with its hidden field."""
    told = {"proof": proof(client.get(page)), "key": uuid7(), **form}
    return client.post(address, data={name: value for name, value in told.items() if value is not None})


def arrived(client, answer):
    """The page that an act leads to."""
    assert answer.status_code == 303, answer.text[:3000]

    return client.get(answer.location).text


# --- envelopes ----------------------------------------------------------------------------------------------


def test_envelopes_by_number_or_yomi(office, crowd, vote, desk):
    first, second = crowd.people[:2]
    page = arrived(office, send(office, desk, f"{desk}/envelopes", who=first.number))
    assert "あわせて 1通です" in page and first.name in page
    page = arrived(office, send(office, desk, f"{desk}/envelopes", membership=str(second.id), who=""))
    assert "あわせて 2通です" in page
    again = arrived(office, send(office, desk, f"{desk}/envelopes", who=first.number))
    assert "もう 受けとっています" in again
    hits = office.get(f"{desk}?who=みほん", headers={"HX-Request": "true"}).text
    assert hits.lstrip().startswith("<div id") and "もう 封筒を 受けとっています" in hits
    unclear = send(office, desk, f"{desk}/envelopes", who="みほん")
    assert unclear.status_code == 422 and 'value="みほん"' in unclear.text


def test_an_envelope_after_the_phone_is_told_that_it_does_not_count(office, crowd, do, desk):
    who = crowd.people[0]
    do.phone(who)
    answer = send(office, desk, f"{desk}/envelopes", who=who.number)
    assert answer.status_code in (409, 422)
    assert "もう スマホで 投票しています。この紙は 数えません" in answer.text and who.name in answer.text


def test_a_wrong_envelope_is_taken_back(office, crowd, vote, desk):
    who = crowd.people[0]
    send(office, desk, f"{desk}/envelopes", who=who.number)
    undone = office.post(f"{desk}/envelopes/{who.id}/undoing", data={"key": uuid7()})
    assert "とりけしました" in arrived(office, undone)
    assert votes.used(vote, who) is None
    assert office.post(f"{desk}/envelopes/{who.id}/undoing", data={"key": uuid7()}).status_code == 303


def test_only_the_desk_with_a_fresh_passkey(phone, crowd, clock, desk, office, client):
    assert phone(crowd.people[0]).get(desk).status_code == 403
    assert client.get(desk).status_code == 303
    form = proof(office.get(desk))
    clock.move(minutes=31)
    stale = office.post(f"{desk}/envelopes", data={"who": crowd.people[0].number, "proof": form, "back": desk})
    assert stale.status_code == 303 and "passkeys" in stale.location


# --- piles --------------------------------------------------------------------------------------------------


@pytest.fixture
def counting(do, crowd):
    for who in (*crowd.people[:4], crowd.friends[0]):
        do.envelope(who)
    do.close()


@pytest.fixture
def desk_people(counting, phone, crowd, clock):
    """Both sign in again after the close."""

    def signed_in(client, membership):
        factories.sign_in(client, membership.member_id, at=clock.at)
        return client

    return [signed_in(phone(one), one) for one in (crowd.office, crowd.steward)]


def test_a_pile_is_typed_twice_and_nobody_sees_what_the_first_typed(desk_people, desk, vote):
    office, steward = desk_people
    new = f"{desk}/piles/new?part=resident"
    assert "束を 打つ" in office.get(desk).text
    typed = {"part": "resident", "n_1": "3", "n_2": "１", "n_3": "", "name": "あかい箱"}
    page = arrived(office, send(office, new, f"{desk}/piles", **typed))
    assert "もう1人を 待っています" in page and "あかい箱" in page
    pile = db.session.scalars(sa.select(PaperCount)).one()
    second = f"{desk}/piles/{pile.id}"
    seen = steward.get(second).text
    assert 'value="3"' not in seen and "あかい箱" in seen
    wrong = send(steward, second, second, n_1="2", n_2="2", n_3="")
    assert wrong.status_code == 409 and wrong.text.count("ここが もう1人と ちがいます") == 2
    assert 'value="2"' in wrong.text and db.session.query(Ballot).count() == 0
    right = arrived(steward, send(steward, second, second, n_1="3", n_2="1", n_3="0"))
    assert "2人の 数が 合いました" in right and db.session.query(Ballot).count() == 4


def test_whoever_typed_first_is_told_to_hand_over(desk_people, desk, crowd):
    office, _steward = desk_people
    send(office, f"{desk}/piles/new?part=friend", f"{desk}/piles", part="friend", n_1="1")
    pile = db.session.scalars(sa.select(PaperCount)).one()
    page = office.get(f"{desk}/piles/{pile.id}")
    assert "はじめに 打ったのは あなたです" in page.text and "たしかめて 数える" not in page.text
    sent = send(office, f"{desk}/piles/new?part=resident", f"{desk}/piles/{pile.id}", n_1="1")
    assert sent.status_code == 403
    dropped = office.post(f"{desk}/piles/{pile.id}/dropping", data={"key": uuid7()})
    assert "束を けしました" in arrived(office, dropped)


@pytest.mark.parametrize(("form", "said"), [
    ({"n_1": "9"}, "のこりは 4枚です"), ({}, "1枚も 打っていません"), ({"n_1": "三"}, "0 から 500"),
    ({"n_1": "4", "invalid": "1"}, "のこりは 4枚です"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_what_was_typed_stays(desk_people, desk, form, said):
    office, _steward = desk_people
    answer = send(office, f"{desk}/piles/new?part=resident", f"{desk}/piles", part="resident", **form)
    assert answer.status_code == 422 and said in answer.text
    assert all(f'value="{value}"' in answer.text for value in form.values())


def test_the_rest_is_declared_with_a_reason_by_two(desk_people, desk):
    office, steward = desk_people
    silent = send(office, desk, f"{desk}/rest", part="friend", reason=" ")
    assert silent.status_code == 422 and "わけを" in silent.text
    page = arrived(office, send(office, desk, f"{desk}/rest", part="friend", reason="白い紙でした"))
    assert "白い紙でした" in page
    pile = db.session.scalars(sa.select(PaperCount)).one()
    again = f"{desk}/piles/{pile.id}"
    assert "数えました" in arrived(steward, send(steward, again, again, invalid="1"))


def test_more_piles_ask_the_database_no_more(desk_people, desk):
    office, _steward = desk_people
    asked = []
    for client in desk_people:
        send(client, f"{desk}/piles/new?part=resident", f"{desk}/piles", part="resident", n_1="1")
        office.get(desk)
        with statements() as seen:
            assert office.get(desk).status_code == 200
        asked.append(len(without_begin(seen)))
    assert asked[0] == asked[1]


def test_a_pile_waits_on_the_home_of_the_other(desk_people, desk, place, crowd, app, clock):
    office, _steward = desk_people
    send(office, f"{desk}/piles/new?part=friend", f"{desk}/piles", part="friend", n_1="1")
    with app.test_request_context("/tsk"):
        g.region = place.region
        told = [waiting.lines(place.region, one, {"office"}, clock.at) for one in (crowd.office, crowd.steward)]
        assert [len(lines) for lines in told] == [0, 1] and told[1][0].href == desk
        assert waiting.lines(place.region, crowd.people[0], {"member"}, clock.at) == []


# --- ballot by ballot ---------------------------------------------------------------------------------------


def test_ballots_are_typed_with_quick_keys(place, crowd, clock, phone, at):
    vote = made.vote(place.region, crowd.office, at=at, method="schulze", electorate="residents")
    do = made.acts(place.region, vote, clock)
    for who in crowd.people[:3]:
        do.envelope(who)
    do.close()
    office, steward = phone(crowd.office), phone(crowd.steward)
    for client, who in ((office, crowd.office), (steward, crowd.steward)):
        factories.sign_in(client, who.member_id, at=clock.at)
    desk = f"/tsk/votes/{vote.id}/paper"
    new = f"{desk}/piles/new"
    line = office.get(f"{desk}/piles/line?b_2=3 1=2").text
    assert line.lstrip().startswith('<div id="by-hand-b_2"') and "花だん" in line and "屋根 = ベンチ" in line
    assert "番号は 1から 3まで" in office.get(f"{desk}/piles/line?b_2=7").text
    assert office.get(f"{desk}/piles/line?b_99=7").status_code == 404
    bad = send(office, new, f"{desk}/piles", part="resident", b_1="3 1", b_2="1 1")
    assert bad.status_code == 422 and "同じ番号が 2回" in bad.text and 'value="3 1"' in bad.text
    send(office, new, f"{desk}/piles", part="resident", b_1="3 1", b_2="2", b_3="0")
    pile = db.session.scalars(sa.select(PaperCount)).one()
    again = f"{desk}/piles/{pile.id}"
    differs = send(steward, again, again, b_1="2", b_2="0", b_3="1 3")
    assert differs.status_code == 409 and differs.text.count("ここが もう1人と") == 1
    assert "ここに ない 用紙" not in send(steward, again, again, b_1="0", b_2="31", b_3="2", b_4="2").text
    fewer = send(steward, again, again, b_1="0", b_2="31")
    assert fewer.status_code == 409 and "ここに ない 用紙も 打っています" in fewer.text
    assert "合いました" in arrived(steward, send(steward, again, again, b_1="0", b_2="31", b_4="2"))


# --- proxies ------------------------------------------------------------------------------------------------


def test_a_proxy_on_the_phone(phone, crowd, vote, do, place, app, clock):
    giver, holder = crowd.people[:2]
    mine, page = phone(giver), f"/tsk/votes/{vote.id}/proxy"
    unknown = send(mine, page, page, holder="TSK-9999-9")
    assert unknown.status_code == 422 and "TSK-9999-9" in unknown.text and "その番号の人は いません" in unknown.text
    told = arrived(mine, send(mine, page, page, holder=holder.number))
    assert holder.name in told and "委任を やめる" in told
    with app.test_request_context("/tsk"):
        g.region = place.region
        (line,) = waiting.lines(place.region, holder, {"member"}, clock.at)
    assert giver.name in line.text and line.href == page
    theirs = phone(holder)
    assert giver.name in theirs.get(page).text
    row = db.session.scalars(sa.select(Proxy)).one()
    assert phone(crowd.people[3]).post(f"/tsk/votes/proxies/{row.id}/revocation").status_code == 403
    ended = mine.post(f"/tsk/votes/proxies/{row.id}/revocation", data={"back": page})
    assert "委任を やめました" in arrived(mine, ended)
    send(mine, page, page, holder=holder.number)
    do.cast_for(giver, holder)
    assert "もう 投票しています" in mine.get(page).text


def test_a_proxy_on_paper_prints_its_confirmation(office, crowd, vote, desk):
    giver, holder = crowd.people[:2]
    page = f"{desk}/proxies"
    bad = send(office, page, page, giver=giver.number, holder="みほん")
    assert bad.status_code == 422 and "だれか わかりません" in bad.text and giver.number in bad.text
    slip = arrived(office, send(office, page, page, giver=giver.number, holder=holder.number))
    assert giver.name in slip and holder.name in slip and "委任を うけとりました" in slip
    assert holder.name in office.get(page).text


# --- help ---------------------------------------------------------------------------------------------------


def test_somebody_votes_on_a_helpers_device(office, crowd, vote):
    who, page = crowd.people[0], f"/tsk/votes/{vote.id}/assist"
    bad = send(office, page, page, card="TSK-9999-9", why="eyes")
    assert bad.status_code == 422 and "TSK-9999-9" in bad.text
    found = send(office, page, page, card=who.number, why="eyes")
    ballot = arrived(office, found)
    assert "ご本人ですか" in ballot and who.name in ballot
    key = re.search(r'name="key" value="([0-9a-f]{32})"', ballot)[1]
    action = re.search(r'action="([^"]+/assist/[^"]+)"', ballot)[1].replace("&amp;", "&")
    empty = send(office, found.location, action, key=key)
    assert empty.status_code == 422 and "ご本人ですか" in empty.text
    slip = arrived(office, send(office, found.location, action, key=key, choice="no"))
    assert "投票しました" in slip and who.name in slip and "反対" not in slip
    trace = db.session.scalars(sa.select(Assistance)).one()
    assert (trace.membership_id, trace.helper_id, trace.reason) == (who.id, crowd.office.id, "eyes")
    back = office.post(action, data={"key": key, "choice": "yes", "proof": proof(office.get(page))})
    assert back.status_code == 303
    assert db.session.scalars(sa.select(Ballot.choice)).all() == ['"no"']
    assert "手伝いの人" in send(office, page, page, card=who.number, why="eyes").text


def test_help_says_which_door_was_first(office, crowd, vote, do):
    who, page = crowd.people[0], f"/tsk/votes/{vote.id}/assist"
    do.envelope(who)
    assert send(office, page, page, card=who.number, why="eyes").status_code == 422
    assert send(office, page, page, card=crowd.office.number, why="eyes").status_code == 403


# --- what is printed ----------------------------------------------------------------------------------------


def test_each_group_has_its_ballot_and_the_circular_its_slips(office, vote, desk):
    for part, word in (("resident", "住民"), ("friend", "地域の外から関わる人")):
        sheet = office.get(f"{desk}/ballots?part={part}").text
        assert vote.question in sheet and word in sheet and f"{vote.code[:4]} {vote.code[4:]}" in sheet
        assert sheet.count('class="ballot-box"') == 3 and "名前を 書かないでください" in sheet
    assert office.get(f"{desk}/ballots?part=other").status_code == 404
    paper = office.get(f"{desk}/circular").text
    assert vote.question in paper and "回覧" in paper and paper.count('class="ballot-box"') == 6


def test_another_regions_vote_is_not_there(office, vote, at):
    other = factories.world("ows", at=at)
    people = made.people(other.region, at=at, residents=10, friends=0)
    theirs = made.vote(other.region, people[0], at=at)
    for path in ("paper", "paper/ballots", "paper/circular", "assist", "proxy", "paper/proxies"):
        assert office.get(f"/tsk/votes/{theirs.id}/{path}").status_code == 404


def test_a_draft_has_no_paper(office, place, crowd, at):
    draft = made.vote(place.region, crowd.office, at=at, is_open=False)
    assert office.get(f"/tsk/votes/{draft.id}/paper").status_code == 404
