"""The ballot as people meet it: each method without JavaScript, the receipt, changing one's mind, other doors."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from app.credentials.models import Credential
from app.db import db, transaction, uuid7
from app.votes import casting
from app.votes.ballots import forms
from app.votes.by_hand import proxies
from app.votes.models import Ballot, NamedBallot, UsedLine
from tests import factories
from tests.ledger.world import statements, without_begin
from tests.votes import boxes

COSTS = {"ベンチ": 180_000, "屋根": 120_000, "花": 30_000}
SENT = {  # method: what its form sends, what lies in the box
    "yes_no": ({"choice": "no"}, '"no"'),
    "consent": ({"choice": "objection", "objection": " 夜は うるさい "}, '{"objection":"夜は うるさい"}'),
    "choose_one": ({"choice": "2"}, '"すぎ"'),
    "approval": ({"choice": ["3", "1"]}, '["ひのき","くり"]'),
    "schulze": ({"rank_2": "1", "rank_1": "2", "rank_4": "2"}, '["すぎ",["ひのき","けやき"]]'),
    "irv": ({"rank_2": "1", "rank_1": "2"}, '["すぎ","ひのき"]'),
    "stv": ({"rank_4": "1", "rank_3": "3"}, '["けやき","くり"]'),
    "score": ({"score_1": "5", "score_3": "0"}, '{"くり":0,"ひのき":5}'),
    "star": ({"score_2": "３"}, '{"すぎ":3}'),
    "equal_shares": ({"choice": ["1", "2"]}, '["ベンチ","屋根"]'),
    "greedy": ({"choice": "3"}, '["花"]'),
}
BLANK = {name: {"choice": "0"} for name in SENT} | {
    "yes_no": {"choice": "abstain"},
    "consent": {"choice": "stand_aside"},
}
MISSING = {"ひとつ えらんでください。", "白票", "点を つけてください", "番号を つけてください"}


def options_of(method):
    if method in ("yes_no", "consent"):
        return None
    return COSTS if method in ("equal_shares", "greedy") else boxes.OPTIONS


@pytest.fixture
def village(region, people, client, at):
    """Opens votes of any method; the client's browser is the first of twelve."""
    factories.sign_in(client, people[0].member_id, at=at)

    def make(method="yes_no", **fields):
        if method in ("equal_shares", "greedy"):
            fields = {"budget_yen": 300_000} | fields
        return boxes.opened(region, people[-1], at=at, method=method, options=options_of(method), **fields)

    return make


@pytest.fixture
def send(client):
    """Fills in the ballot at `path` as a browser would, key and all, and answers what comes back."""

    def fill(path, data=None, **options):
        page = client.get(path).text
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
        action = unescape(re.search(r'id="votes-ballot-\d+"[^>]*action="([^"]+)"', page)[1])
        return client.post(action, data=hidden | (data or {}), **options)

    return fill


def path_of(vote, more=""):
    return f"/tsk/votes/{vote.id}{more}"


def in_the_box(vote):
    db.session.expire_all()
    return db.session.scalars(select(Ballot.choice).where(Ballot.vote_id == vote.id)).all()


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(response.text)).split())


# --- casting --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", SENT)
def test_each_method_from_form_to_box_and_back_onto_the_form(village, send, client, method):
    vote = village(method)
    data, kept = SENT[method]
    answer = send(path_of(vote), data)
    assert (answer.status_code, answer.location) == (303, path_of(vote, "/receipt"))
    assert in_the_box(vote) == [kept]

    receipt = client.get(answer.location)
    assert "投票を うけとりました" in words(receipt)
    assert 'role="status"' in receipt.text
    assert "まだ 変えられます" in words(receipt)
    shown = client.get(path_of(vote, "?change=1")).text
    assert "こたえを かえる" in shown
    options = [] if options_of(method) is None else list(boxes.queries.options(vote))
    marks = forms.marked(vote, options, json.loads(kept))
    for value in marks.picked:
        assert re.search(rf'value="{value}" checked', shown)
    for number, place in marks.ranks.items():
        part = shown.split(f'id="rank-{number}"')[1].split("</select>")[0]
        assert f'value="{place}" selected' in part
    for number, points in marks.scores.items():
        assert f'name="score_{number}" value="{points}" checked' in shown


@pytest.mark.parametrize("method", SENT)
def test_nothing_chosen_is_said_beside_the_ballot_and_a_blank_one_counts(village, send, client, method):
    vote = village(method)
    refused = send(path_of(vote))
    assert refused.status_code == 422
    said = re.search(r'id="ballot-problem" role="alert">([^<]+)<', refused.text)[1]
    assert any(part in said for part in MISSING)
    assert re.search(r'aria-describedby="ballot-problem"[^>]*autofocus|<fieldset class="points"', refused.text)
    assert in_the_box(vote) == []
    assert send(path_of(vote), BLANK[method]).status_code == 303
    assert len(in_the_box(vote)) == 1


@pytest.mark.parametrize(
    ("method", "data", "said"),
    [
        ("approval", {"choice": ["0", "1"]}, "白票と ほかの こたえの どちらか"),
        ("approval", {"choice": ["9"]}, "ひとつ えらんでください"),
        ("irv", {"rank_1": "1", "rank_2": "1"}, "同じ番号が あります"),
        ("score", {"score_1": "6"}, ""),
        ("choose_one", {"choice": "17"}, "ひとつ えらんでください"),
        ("consent", {"choice": "objection"}, ""),
    ],
)
def test_what_is_wrong_is_told_and_what_was_marked_stays(village, send, method, data, said):
    vote = village(method)
    answer = send(path_of(vote), data)
    assert answer.status_code == 422
    assert said in words(answer)
    assert in_the_box(vote) == []
    if method == "irv":
        assert answer.text.count("selected>1番") == 2


def test_no_more_names_than_the_rule_allows(village, send, client):
    vote = village("approval", rule={"limit": 2})
    assert "2つまで" in words(client.get(path_of(vote)))
    assert send(path_of(vote), {"choice": ["1", "2", "3"]}).status_code == 422
    assert send(path_of(vote), {"choice": ["1", "2"]}).status_code == 303


# --- once, and changed until the close ------------------------------------------------------------------------


def test_a_double_tap_two_tabs_and_a_changed_mind_are_one_ballot(village, client, send):
    vote = village()
    page = client.get(path_of(vote)).text
    other = client.get(path_of(vote)).text  # another tab, opened before anything was sent
    for shown, choice in ((page, "yes"), (page, "yes"), (other, "no")):
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown))
        assert client.post(path_of(vote, "/ballot"), data=hidden | {"choice": choice}).status_code == 303
    assert in_the_box(vote) == ['"no"']
    assert boxes.kept(vote) == (1, 1)


def test_the_phone_keeps_its_key_where_only_this_vote_is_asked_for_it(village, send, client, people, at):
    vote = village()
    answer = send(path_of(vote), {"choice": "yes"})
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("ballot-"))
    assert re.match(rf"ballot-{vote.id}-[0-9a-f]{{12}}=[0-9a-f]{{32}};", cookie)
    for part in ("HttpOnly", "SameSite=Lax", f"Path=/tsk/votes/{vote.id}"):
        assert part in cookie
    age = int(re.search(r"Max-Age=(\d+)", cookie)[1])
    assert timedelta(seconds=age) == vote.closes_at - at + timedelta(days=1)
    assert people[0].number not in cookie


def test_a_shared_machine_remembers_nothing(village, region, people, client, send, at):
    vote = village()
    row = factories.sign_in(client, people[1].member_id, at=at)
    with transaction():
        db.session.merge(row).shared = True
    answer = send(path_of(vote), {"choice": "yes"})
    assert not any("ballot-" in one for one in answer.headers.getlist("Set-Cookie"))
    receipt = words(client.get(answer.location))
    assert "この機械には 何も のこしません" in receipt
    assert "賛成" not in receipt
    assert "もう 投票しています" in words(client.get(path_of(vote)))


def test_another_phone_is_told_that_the_line_is_used(village, send, app, people, at):
    vote = village()
    send(path_of(vote), {"choice": "yes"})
    other = app.test_client()
    factories.sign_in(other, people[0].member_id, at=at)
    page = other.get(path_of(vote))
    assert "もう 投票しています" in words(page)
    assert "votes-ballot" not in page.text
    forged = other.post(path_of(vote, "/ballot"), data=hidden_of(other, vote) | {"key": "f" * 32, "choice": "no"})
    assert forged.status_code == 422
    assert in_the_box(vote) == ['"yes"']


def hidden_of(client, vote):
    """A hidden field from another page of the same browser."""
    from app.web.security import FIELD

    page = client.get("/me").text
    return {FIELD: re.search(rf'name="{FIELD}" value="([^"]+)"', page)[1]}


def test_the_receipt_offers_a_passkey_until_there_is_one(village, send, client, people, at):
    vote = village()
    receipt = send(path_of(vote), {"choice": "yes"}).location
    assert "パスキーを つくると、スマホを かえても 投票できます" in words(client.get(receipt))
    made = {"credential_id": b"one", "public_key": b"k", "sign_count": 0, "device_type": "multi", "backed_up": True}
    with transaction():
        db.session.add(Credential(member_id=people[0].member_id, created_at=at, **made))
    assert "パスキーを つくると" not in words(client.get(receipt))


def test_the_receipt_on_paper_never_says_what_was_chosen(village, send, client, people):
    vote = village()
    key_page = client.get(path_of(vote, "/receipt/paper"))
    assert key_page.status_code == 303
    send(path_of(vote), {"choice": "no"})
    paper = client.get(path_of(vote, "/receipt/paper")).text
    assert "反対" not in paper
    assert people[0].number not in paper
    code = re.search(r'receipt-code">([^<]+)<', paper)[1].replace(" ", "")
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{12}", code)
    assert code not in " ".join(in_the_box(vote))


# --- other doors ----------------------------------------------------------------------------------------------


def test_paper_came_first_and_the_phone_says_so(village, region, people, client, at):
    vote = village()
    with transaction():
        casting.use_line(region=region, vote_id=vote.id, membership_id=people[0].id, at=at)
    page = client.get(path_of(vote))
    assert "もう 紙で 投票しています" in words(page)
    assert "votes-ballot" not in page.text


def test_whoever_is_not_on_the_roll_reads_when_they_will_be(village, region, client, at):
    vote = village()
    late = factories.membership(region, at=at)
    factories.sign_in(client, late.member_id, at=at)
    page = words(client.get(path_of(vote)))
    assert "この投票の名簿に、あなたは のっていません" in page
    assert "2026年11月28日" in page


def test_members_of_another_region_and_strangers_may_read_but_not_vote(village, app, at):
    vote = village()
    stranger = app.test_client()
    page = stranger.get(path_of(vote))
    assert "サインインして 投票する" in words(page)
    assert stranger.post(path_of(vote, "/ballot"), data={"choice": "yes"}).status_code in (303, 401, 403)
    owase = factories.world("ows", at=at).region
    away = factories.membership(owase, at=at)
    factories.sign_in(stranger, away.member_id, at=at)
    assert "名簿に、あなたは のっていません" in words(stranger.get(path_of(vote)))
    assert stranger.get(f"/ows/votes/{vote.id}").status_code == 404
    assert in_the_box(vote) == []


def test_a_proxy_votes_on_the_giver_s_line_and_keeps_its_own(village, region, people, client, send, at):
    vote, giver = village(), people[3]
    with transaction():
        proxies.give(region=region, giver_id=giver.id, holder_id=people[0].id, vote_id=vote.id, key=uuid7(), at=at)
    page = client.get(path_of(vote))
    assert "さんの分" in words(page)
    assert giver.name in words(page)
    where = path_of(vote, f"/for/{giver.id}")
    answer = send(where, {"choice": "no"})
    assert answer.location == f"{where}/receipt"
    assert "さんの分" in words(client.get(answer.location))
    assert send(where, {"choice": "yes"}).status_code == 303  # changed by the same phone
    assert send(path_of(vote), {"choice": "abstain"}).status_code == 303
    assert sorted(in_the_box(vote)) == ['"abstain"', '"yes"']
    ways = db.session.execute(select(UsedLine.membership_id, UsedLine.way).where(UsedLine.vote_id == vote.id))
    assert {row[0]: row[1] for row in ways} == {giver.id: "proxy", people[0].id: "phone"}
    assert client.get(path_of(vote, f"/for/{people[5].id}")).status_code == 404


def test_a_reason_that_is_too_long_is_told_and_not_cut(village, send):
    vote = village(secrecy="open")
    answer = send(path_of(vote), {"choice": "no", "reason": "遠" * 401})
    assert answer.status_code == 422 and "遠" * 401 in answer.text and "400" in words(answer)
    assert db.session.scalars(select(NamedBallot)).all() == []


def test_an_open_vote_says_so_and_keeps_name_and_reason(village, client, send):
    vote = village(secrecy="open")
    assert "名前と こたえが 会員に 見えます" in words(client.get(path_of(vote)))
    send(path_of(vote), {"choice": "no", "reason": "とおいから"})
    row = db.session.scalars(select(NamedBallot)).one()
    assert (row.choice, row.reason) == ('"no"', "とおいから")
    assert "とおいから" in client.get(path_of(vote, "?change=1")).text
    assert boxes.kept(vote) == (1, 0)


# --- what every vote says -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("effect", "badge"), [("ask", "きく"), ("choose", "えらぶ"), ("decide", "きめる")])
def test_badge_decider_first_steps_method_and_quorum_stand_on_the_page(village, client, effect, badge):
    vote = village(effect=effect, quorum="approval", quorum_percent=40)
    page = client.get(path_of(vote))
    assert f'effect-{effect}">{badge}<' in page.text
    said = words(page)
    for part in ("さいごに 決める人： 運営会議", "みのるさんが 材料を さがします"):
        assert part in said
    assert "賛成が 5人以上（名簿 12人の 40%）" in said
    assert "賛成が 反対より 多ければ とおります" in said
    assert "同じ数のときは、とおりません" in said


def test_what_the_operator_could_still_do_is_said_plainly(village, client):
    said = words(client.get(path_of(village())))
    assert "まもれないことも あります" in said
    assert "機械を あずかる人が" in said


def test_the_list_marks_what_waits_for_me(village, client, send, at, clock):
    first, second = village(question="一つめ"), village(question="二つめ")
    send(path_of(first), {"choice": "yes"})
    page = client.get("/tsk/votes").text
    cards = {one.id: page.split(f'id="votes-card-{one.id}"')[1].split("</a>")[0] for one in (first, second)}
    assert "すみました" in cards[first.id]
    assert "まだです" in cards[second.id]
    assert f'href="/tsk/votes/{second.id}"' in client.get("/tsk").text  # home: one tap from the ballot


@pytest.mark.parametrize("address", ["/tsk/votes", "/tsk"])
def test_a_longer_list_asks_the_database_no_more(village, client, address):
    asked = []
    for _ in range(2):
        village()
        client.get(address)
        with statements() as seen:
            assert client.get(address).status_code == 200
        asked.append(len(without_begin(seen)))
    assert asked[0] == asked[1]


def test_a_printed_code_leads_to_the_vote(village, client):
    vote = village()
    assert client.get(f"/C/{vote.code}").location == path_of(vote)


def test_the_close_comes_between_reading_and_sending(village, client, clock):
    vote = village()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', client.get(path_of(vote)).text))
    clock.set(vote.closes_at)
    answer = client.post(path_of(vote, "/ballot"), data=hidden | {"choice": "yes"})
    assert answer.status_code == 422
    assert boxes.kept(vote) == (0, 0)


def test_the_form_without_its_field_or_key_is_refused(village, client):
    vote = village()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', client.get(path_of(vote)).text))
    assert client.post(path_of(vote, "/ballot"), data={"choice": "yes", "key": hidden["key"]}).status_code == 403
    assert client.post(path_of(vote, "/ballot"), data=hidden | {"choice": "yes", "key": "1"}).status_code == 422
    assert boxes.kept(vote) == (0, 0)


# --- on the proposal's page -----------------------------------------------------------------------------------


def test_a_proposal_shows_its_vote_with_badge_and_deadline(region, people, client, at):
    from tests.proposals import factories as proposals

    proposal = proposals.talking(region, people[1], people[2:8], at=at)
    vote = boxes.opened(region, people[-1], at=at, proposal_id=proposal.id, effect="ask", question="走らせますか")
    page = client.get(f"/tsk/proposals/{proposal.id}").text
    card = page.split(f'id="votes-card-{vote.id}"')[1].split("</a>")[0]
    assert 'effect-ask">きく<' in card
    assert "12月13日(日) 午前9時30分まで" in unescape(page)
