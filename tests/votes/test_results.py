"""What came out, told: dark until the hour, then the same numbers on phone, wall, paper and table, for every method."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from fractions import Fraction
from html import unescape

import pytest
from sqlalchemy import update

from app.db import db, transaction, uuid7
from app.votes import casting
from app.votes.by_hand.models import PaperCount
from app.votes.models import Vote, VoteResult
from app.votes.showing import figures, shares, shown
from tests import factories
from tests.votes import boxes

COSTS = {"ベンチ": 180, "屋根": 120, "花": 30}
METHODS = {  # method: choices that come in turn
    "yes_no": ["yes", "yes", "no", "abstain"],
    "consent": ["consent", "stand_aside", {"objection": "夜は うるさい"}],
    "choose_one": ["ひのき", "すぎ", "ひのき", "abstain"],
    "approval": [["ひのき", "くり"], ["くり"], []],
    "schulze": [["ひのき", "すぎ"], ["すぎ", "くり", "ひのき"], ["くり", "けやき"]],
    "irv": [["ひのき", "すぎ"], ["すぎ", "ひのき"], ["くり", "すぎ"], ["けやき", "くり"]],
    "stv": [["ひのき", "すぎ"], ["すぎ", "くり"], ["ひのき", "くり"], ["けやき"]],
    "score": [{"ひのき": 5, "すぎ": 2}, {"くり": 4}],
    "star": [{"ひのき": 5, "すぎ": 2}, {"くり": 4, "すぎ": 5}],
    "equal_shares": [["ベンチ", "花"], ["屋根"], ["花", "屋根"]],
    "greedy": [["ベンチ", "花"], ["屋根"], ["花", "屋根"]],
}
BAR = re.compile(r'<div class="counted-head"><b>(.*?)</b>\s*<span><b class="counted-number">(.*?)</b>', re.DOTALL)
NOTE = re.compile(r'<small class="counted-note num">([^<]+)</small>')


def text(markup):
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(markup)).split())


def numbers(page):
    """Every (answer, number) of a page, and the paper and phone beside them."""
    return [(text(name), text(number)) for name, number in BAR.findall(page)], NOTE.findall(page)


@pytest.fixture
def opened(region, steward, at, clock):
    """Lets twelve (or more) people vote in turn, and opens the box at its hour."""

    def make(method="yes_no", choices=None, people=12, reveal=True, **fields):
        voters = boxes.village(region, people, at=at)
        options = (
            None
            if method in ("yes_no", "consent")
            else COSTS
            if method in ("equal_shares", "greedy")
            else boxes.OPTIONS
        )
        fields = ({"budget_yen": 200} if options is COSTS else {}) | ({"seats": 2} if method == "stv" else {}) | fields
        vote = boxes.opened(region, steward, at=at, method=method, options=options, **fields)
        boxes.cast_all(region, vote, voters, choices or METHODS[method], at=at)
        if reveal:
            clock.set(boxes.over(vote))
            assert boxes.settle(vote, clock.now())
        return vote

    return make


def path(vote, more=""):
    return f"/tsk/votes/{vote.id}{more}"


# --- one set of numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_phone_wall_and_paper_show_the_same_numbers_and_one_sentence(opened, client, method):
    vote = opened(method)
    pages = [client.get(path(vote, more)).text for more in ("", "/opening", "/result")]
    assert numbers(pages[0])[0]
    assert numbers(pages[0]) == numbers(pages[1]) == numbers(pages[2])
    for page in pages:
        assert "記録は正しいです（12人分を 数えなおして 同じでした）" in text(page)
        assert "みのるさんが 材料を さがします" in text(page) or vote.method in ("consent",)
        assert len(re.findall(r'class="verdict-words" role="status"', page)) == 1
        assert "投票率 92.3%（12 / 13人）" in text(page)
    assert client.get(path(vote, "/rounds")).status_code == 200


def test_the_numbers_are_those_of_the_published_count(opened, client):
    vote = opened("choose_one")
    bundle = client.get(path(vote, "/bundle.json")).get_json()
    shown_here = dict(numbers(client.get(path(vote)).text)[0])
    totals = bundle["counts"]["all"]["result"]["totals"]
    assert shown_here == {name: f"{number} 票" for name, number in totals.items()}


def test_a_record_that_was_changed_is_not_called_right(opened, client):
    vote = opened()
    row = db.session.get_one(VoteResult, vote.id)
    bundle = json.loads(row.bundle)
    bundle["counts"]["all"]["ballots"][0][0] += 1
    forged = VoteResult(sha256=row.sha256, bundle=json.dumps(bundle), result=row.result)
    assert shown.proof(row).ok is True
    assert shown.proof(forged).ok is False
    other = json.loads(row.result)
    other["counts"]["all"]["totals"]["yes"] += 1
    assert shown.proof(VoteResult(sha256=row.sha256, bundle=row.bundle, result=json.dumps(other))).ok is False


# --- dark until the hour --------------------------------------------------------------------------------------


def test_nothing_is_told_between_the_close_and_the_hour(opened, client, clock):
    vote = opened(reveal=False)
    clock.set(vote.closes_at + timedelta(minutes=1))
    boxes.settle(vote, clock.now())
    for more in ("", "/opening"):
        page = client.get(path(vote, more)).text
        assert "開票は 12月14日(月) 午前9時30分です" in text(page)
        assert not numbers(page)[0]
        assert "verdict" not in page
    for more in ("/result", "/rounds", "/bundle.json", "/table.csv", "/votes.pb", "/shares"):
        assert client.get(path(vote, more)).status_code == 404
    assert client.get(path(vote, "/opening?seen=closed")).status_code == 204


def test_at_the_hour_any_member_opens_it_and_before_it_nobody(opened, client, clock, region, at):
    vote = opened(reveal=False)
    member = factories.membership(region, at=at)
    factories.sign_in(client, member.member_id, at=at)
    clock.set(vote.reveals_at - timedelta(seconds=1))
    assert client.post(path(vote, "/opening")).status_code == 303
    assert "開票は" in text(client.get(path(vote)).text)
    clock.set(vote.reveals_at)
    page = client.get(path(vote)).text
    assert "いま ひらく" in text(page)
    assert client.get(path(vote, "/opening?seen=closed")).status_code == 200
    assert client.post(path(vote, "/opening"), data={"from": "wall"}).location == path(vote, "/opening")
    page = client.get(path(vote, "/opening")).text
    assert "賛成 6票、反対 3票で、とおりました。" in text(page)
    assert 'class="opening growing"' in page


def asks(page):
    """The address at which a dark page asks whether anything has changed."""
    return unescape(re.search(r'data-address="([^"]+)"', page)[1])


def test_the_wall_sees_that_a_vote_goes_on_longer(region, steward, people, client, clock, at):
    vote = boxes.opened(region, steward, at=at, quorum="participation", quorum_percent=50, extension_days=4)
    again = asks(client.get(path(vote, "/opening")).text)
    assert client.get(again).status_code == 204
    clock.set(vote.reveals_at)
    longer = client.get(again)
    assert longer.status_code == 200 and "12月17日" in text(longer.text)
    assert client.get(asks(longer.text)).status_code == 204


@pytest.mark.parametrize("more", ["", "/opening"])
def test_a_dark_page_sees_that_it_waits_for_something_else(opened, client, clock, monkeypatch, more):
    told = {"ties": "lots_witnessed", "effect": "choose", "method": "choose_one"}
    vote = opened(choices=list(boxes.OPTIONS[:2]), reveal=False, **told)
    clock.set(vote.reveals_at)
    boxes.settle(vote, clock.now())
    with monkeypatch.context() as change:
        change.setattr(shown.by_hand, "waits", lambda _vote: True)
        again = asks(client.get(path(vote, more)).text)
        assert client.get(again).status_code == 204
    lots = client.get(again)
    assert lots.status_code == 200 and "ふたりの立会人が くじを引くと" in text(lots.text)
    assert client.get(asks(lots.text)).status_code == 204


def test_the_bars_grow_for_ten_minutes_and_again_when_asked(opened, client, clock):
    vote = opened()
    assert "result-room growing" in client.get(path(vote)).text
    clock.move(minutes=11)
    assert "growing" not in client.get(path(vote)).text
    assert "opening growing" in client.get(path(vote, "/opening?again=1")).text


def test_paper_that_is_not_typed_in_keeps_it_dark_and_the_page_says_why(opened, client, region, steward, at, clock):
    vote = opened(reveal=False)
    with transaction():
        casting.use_line(region=region, vote_id=vote.id, membership_id=steward.id, at=at)
    clock.set(boxes.over(vote))
    page = text(client.get(path(vote)).text)
    assert "紙の投票を 数えています" in page


# --- paper and phone, groups ----------------------------------------------------------------------------------


@pytest.fixture
def on_paper(region, steward, at):
    """So many envelopes came in, and two people typed the same."""

    def put(vote, people, choice):
        with transaction():
            for one in people:
                casting.use_line(region=region, vote_id=vote.id, membership_id=one.id, at=at)
        pile = [(len(people), choice)]
        with transaction():
            casting.put_paper(region=region, vote=vote, part="resident", ballots=pile, at=at)
            who = {"first_by_id": steward.id, "second_by_id": people[0].id, "first_at": at, "accepted_at": at}
            told = {"key": uuid7(), "vote_id": vote.id, "part": "resident", "ballots": json.dumps(pile)}
            db.session.add(PaperCount(region_id=region.id, **told, **who))

    return put


@pytest.mark.parametrize(("papers", "apart"), [(9, False), (10, True)])
def test_paper_and_phone_stand_apart_from_ten_ballots(region, steward, client, at, clock, on_paper, papers, apart):
    people = boxes.village(region, 30, at=at)
    vote = boxes.opened(region, steward, at=at)
    on_paper(vote, people[:papers], "no")
    boxes.cast_all(region, vote, people[papers:], ["yes"], at=at)
    clock.set(boxes.over(vote))
    boxes.settle(vote, clock.now())
    found, notes = numbers(client.get(path(vote)).text)
    assert found == [("賛成", f"{30 - papers} 票"), ("反対", f"{papers} 票"), ("どちらでもない", "0 票")]
    told = [f"紙 0 · スマホ {30 - papers}", f"紙 {papers} · スマホ 0", "紙 0 · スマホ 0"]
    assert notes == (told if apart else [])
    assert f"うち 紙 {papers}" in text(client.get(path(vote)).text).replace("\u00a0", " ")


@pytest.mark.parametrize(("friends", "shown_apart"), [(9, False), (10, True), (0, False)])
def test_groups_are_shown_from_ten_ballots_each(region, steward, client, at, clock, friends, shown_apart):
    people = boxes.village(region, 12, at=at) + boxes.village(region, friends, at=at, kind="friend")
    vote = boxes.opened(region, steward, at=at)
    boxes.cast_all(region, vote, people, ["yes", "no"], at=at)
    clock.set(boxes.over(vote))
    boxes.settle(vote, clock.now())
    page = client.get(path(vote)).text
    assert ("グループごとに 見る" in text(page)) is shown_apart
    assert ("どのグループも 10票 あるときだけ" in text(page)) is not shown_apart
    if shown_apart:
        assert len(numbers(page)[0]) == 9  # all, residents, friends


def test_a_double_majority_shows_both_groups_and_needs_both(region, steward, client, at, clock):
    residents, friends = boxes.village(region, 12, at=at), boxes.village(region, 12, at=at, kind="friend")
    vote = boxes.opened(region, steward, at=at, electorate="double")
    boxes.cast_all(region, vote, residents, ["yes"], at=at)
    boxes.cast_all(region, vote, friends, ["no"], at=at)
    clock.set(boxes.over(vote))
    boxes.settle(vote, clock.now())
    page = client.get(path(vote)).text
    assert len(numbers(page)[0]) == 6
    assert "賛成 12票、反対 12票で、とおりませんでした。" in text(page)


# --- sentences ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "choices", "said"),
    [
        ({}, ["yes", "yes", "no"], "賛成 8票、反対 4票で、とおりました。"),
        ({}, ["yes", "no"], "賛成 6票、反対 6票で、とおりませんでした。"),
        ({"effect": "ask"}, ["yes", "no", "no"], "賛成 4票、反対 8票。反対が 多くなりました。"),
        ({"quorum": "approval", "quorum_percent": 60}, ["yes", "no"], "賛成した人は 6人でした。8人以上が 必要なので"),
        ({"quorum": "participation", "quorum_percent": 100}, ["yes"], "投票した人は 12人でした。13人以上が 必要なので"),
        ({"quorum": "objection", "objections": 3}, ["yes", "yes", "no"], "反対が 4人 あり、3人までを こえたので"),
        ({"method": "consent"}, ["consent"], "反対が なかったので、きまりました。"),
        ({"method": "consent"}, [{"objection": "夜は"}] + ["consent"] * 11, "わけの ある反対が 1人 あったので"),
        ({"method": "approval"}, [[]], "えらばれたものは ありませんでした。"),
        ({"method": "equal_shares"}, [["花", "屋根"]], "「花」「屋根」に、あわせて 150円を つかいます。"),
    ],
)
def test_the_result_in_one_sentence(opened, client, fields, choices, said):
    fields = dict(fields)
    vote = opened(fields.pop("method", "yes_no"), choices, **fields)
    assert said in text(re.search(r'class="verdict-words".*?</p>', client.get(path(vote)).text, re.DOTALL)[0]).replace(
        " 」", "」"
    ).replace("「 ", "「")


def test_a_tie_is_told_with_what_decided_it(opened, client):
    vote = opened("choose_one", ["ひのき", "すぎ"], public_value="12月14日の 日経平均")
    for more in ("", "/rounds"):
        said = text(client.get(path(vote, more)).text)
        assert "が 同じ数でした（1回目）" in said
        assert "前もって きめた みんなの知る数で くじを引きました" in said


def test_an_open_vote_names_everybody_to_members_only(opened, client, region, at):
    vote = opened(secrecy="open")
    assert "votes-named" not in client.get(path(vote)).text
    factories.sign_in(client, factories.membership(region, at=at).member_id, at=at)
    page = text(client.get(path(vote)).text)
    assert len(re.findall(r"見本 \d+郎 (?:賛成|反対|どちらでもない)", page)) == 12


# --- figures and shares, by hand ------------------------------------------------------------------------------


def test_numbers_read_exactly_until_they_are_too_long():
    assert [figures.exact(one) for one in (12, "51/2", "1/2", "123456/7891", 0)] == [
        "12",
        "25\u00a01/2",
        "1/2",
        "15.65",
        "0",
    ]


def test_what_paper_adds_to_each_number():
    piles = [[(3, ["ひのき", "すぎ"]), (2, [])], [(1, ["すぎ"])]]
    assert figures.paper_of("approval", piles) == {"ひのき": 3, "すぎ": 4}
    assert figures.paper_of("consent", [[(2, {"objection": "あ"}), (1, "consent")]]) == {"objection": 2, "consent": 1}
    assert figures.paper_of("score", [[(2, {"ひのき": 5})]]) == {"ひのき": 10}


def test_what_your_share_paid_for(opened, client):
    """Twelve share 200 yen: four want bench and flowers, four the roof, four flowers and roof."""
    vote = opened("equal_shares")
    count = json.loads(db.session.get_one(VoteResult, vote.id).result)["counts"]["all"]
    bought = shares.bought(count)
    for one in bought:  # what everybody's share paid for it, added up, is exactly what it costs
        assert sum(people * paid.paid.get(one.name, 0) for people, _names, paid in shares.patterns(count)) == one.cost
    told = shares.of_ballot(count, {"花", "屋根"})
    assert sum(told.paid.values()) + told.left == told.share == Fraction(str(count["share"]))
    assert shares.of_ballot(count, set()).left == told.share
    page = text(client.get(path(vote, "/shares?choice=2&choice=3")).text)
    assert "この えらび方なら" in page
    assert f"ひとりの 持ち分は {shares.round_yen(told.share)}円" in page
    assert sum(people for people, _ballot, _paid in shares.patterns(count)) == 12


def test_the_job_slept_and_the_vote_is_still_dark_not_wrong(opened, client, clock):
    vote = opened(reveal=False)
    clock.set(vote.reveals_at + timedelta(days=3))
    page = client.get(path(vote)).text
    assert "まもなく ひらきます" in text(page)
    assert not numbers(page)[0]
    with pytest.raises(Exception, match="frozen|append|changed"), transaction():
        db.session.execute(update(Vote).where(Vote.id == vote.id).values(question="べつの"))
