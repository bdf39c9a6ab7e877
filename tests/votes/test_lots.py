"""Lots: two witnesses, each signed in as themselves, write down the same order; only then the vote is opened."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from flask import g

from app.db import db, transaction
from app.home.service import give_duties
from app.members.models import Household, Membership
from app.tally import Election
from app.votes import closing, queries
from app.votes.lots import rules, service, waiting
from app.votes.models import VoteLot
from tests import factories
from tests.votes import boxes

TWO = boxes.OPTIONS[:2]


@pytest.fixture
def tied(region, people, steward, at):
    """Six for each of two."""
    told = {"ties": "lots_witnessed", "effect": "choose", "method": "choose_one"}
    made = boxes.opened(region, steward, at=at, options=TWO, **told)
    boxes.cast_all(region, made, people, list(TWO), at=at)
    return made


def write(region, vote, who, drawn, *, at=None):
    with transaction():
        return service.witness(region=region, vote_id=vote.id, by=who, drawn=drawn, at=at or boxes.over(vote))


def text(page):
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(page)).split())


def hidden(page):
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


# --- what stands ----------------------------------------------------------------------------------------------


def test_a_tie_waits_until_two_witnesses_wrote_the_same_and_then_stands_in_the_log(region, people, tied):
    assert boxes.settle(tied, boxes.over(tied)) is None
    assert service.to_draw(tied, boxes.over(tied)) == list(TWO)
    assert write(region, tied, people[0], TWO) is None and queries.result(tied) is None
    assert write(region, tied, people[0], TWO[::-1]) is None, "one witness is not two, however often they write"
    assert queries.result(tied) is None
    lot = write(region, tied, people[1], TWO[::-1])
    assert (lot.first_by_id, lot.second_by_id) == (people[0].id, people[1].id)
    assert write(region, tied, people[2], TWO).drawn == lot.drawn, "what stands stays"
    result = json.loads(queries.result(tied).result)
    (tie,) = result["counts"]["all"]["ties"]
    assert tie["by"] == "lots drawn" and tie["chosen"] == [TWO[1]] and result["outcome"] == "chosen"


def test_two_who_disagree_open_nothing_and_are_told_where(region, people, tied):
    boxes.settle(tied, boxes.over(tied))
    write(region, tied, people[0], TWO)
    write(region, tied, people[1], TWO[::-1])
    assert queries.result(tied) is None
    assert service.seen(tied, people[1]) == service.Seen(list(TWO[::-1]), 1, 1)
    write(region, tied, people[1], TWO)
    assert queries.result(tied) is not None


def test_one_household_is_one_witness(region, people, tied, refused):
    boxes.settle(tied, boxes.over(tied))
    with transaction():
        house = Household(region_id=region.id)
        db.session.add(house)
        db.session.flush()
        for who in people[:2]:
            db.session.get_one(Membership, who.id).household_id = house.id
    write(region, tied, people[0], TWO)
    with refused("lots_household"):
        service.witness(region=region, vote_id=tied.id, by=people[1], drawn=TWO, at=boxes.over(tied))
    assert write(region, tied, people[2], TWO) is not None


def test_the_second_witness_is_told_at_home(app, region, people, tied):
    def told(who, role="office"):
        with app.test_request_context("/tsk"):
            g.region = region
            return [(line.href, line.count) for line in waiting.lines(region, who, {role}, boxes.over(tied))]

    boxes.settle(tied, boxes.over(tied))
    assert told(people[1]) == []
    write(region, tied, people[0], TWO)
    assert told(people[0]) == [] and told(people[1], "member") == []
    assert told(people[1]) == [(f"/tsk/votes/{tied.id}/lots", 1)]
    write(region, tied, people[1], TWO)
    assert told(people[1]) == [] and told(people[2]) == []


def test_names_that_are_missing_or_come_twice_are_no_order(region, people, tied, refused):
    boxes.settle(tied, boxes.over(tied))
    for drawn in (TWO[:1], (TWO[0], TWO[0]), (*TWO, "くり")):
        with refused("lots_names"):
            service.witness(region=region, vote_id=tied.id, by=people[0], drawn=drawn, at=boxes.over(tied))


def test_lots_are_drawn_only_for_a_tie_after_the_hour_with_all_paper_in(region, people, tied, refused, monkeypatch):
    told = {"region": region, "vote_id": tied.id, "by": people[0], "drawn": TWO}
    boxes.settle(tied, tied.closes_at)
    with refused("lots_not_needed"):
        service.witness(**told, at=tied.reveals_at - timedelta(minutes=1))
    monkeypatch.setattr(closing, "_paper_waits", lambda _vote: True)
    assert service.to_draw(tied, boxes.over(tied)) == []
    with refused("lots_not_needed"):
        service.witness(**told, at=boxes.over(tied))


@pytest.mark.parametrize(
    ("method", "choices", "drawn"),
    [
        ("irv", [["ひのき"], ["ひのき"], ["すぎ"], ["すぎ"], ["くり"], ["けやき"]], boxes.OPTIONS),
        ("equal_shares", [["ベンチ"], ["花"], ["屋根"], ["幕"]], ("ベンチ", "花", "屋根", "幕")),
        ("approval", [["ひのき"], ["ひのき"], ["すぎ"], ["くり"]], ("すぎ", "くり")),
    ],
)
def test_one_draw_settles_every_tie_of_the_vote(region, people, steward, at, method, choices, drawn):
    """Two of the lowest are tied, and whoever is left of them is tied again: nobody is called twice."""
    costs = {"ベンチ": 40, "花": 40, "屋根": 60, "幕": 60}
    told = {"method": method, "ties": "lots_witnessed", "effect": "choose"}
    told |= {"options": costs, "budget_yen": 100} if method == "equal_shares" else {"options": boxes.OPTIONS}
    vote = boxes.opened(region, steward, at=at, **told, seats=2 if method == "approval" else 1)
    boxes.cast_all(region, vote, people[: len(choices)], choices, at=at)
    boxes.settle(vote, boxes.over(vote))
    assert service.to_draw(vote, boxes.over(vote)) == list(drawn)
    for who in people[:2]:
        write(region, vote, who, drawn[::-1])
    assert queries.result(vote) is not None


def test_projects_that_only_lots_tell_apart():
    costs = {"A": 5, "B": 5, "C": 4, "D": 5, "E": 5}
    ballots = [[2, ["A", "B", "C"]], [1, ["D"]], [3, "abstain"]]
    election = Election(method="greedy", options="ABCDE", ballots=ballots, costs=costs, budget=9)
    assert rules.may_tie_later(election) == {"A", "B"}
    assert rules.first_difference("ABC", "ACB") == 2 and rules.first_difference("AB", "AB") is None


# --- the page -------------------------------------------------------------------------------------------------


@pytest.fixture
def witnesses(app, region, steward, people, clock, at):
    """Two stewards, each with a phone of their own; the second may not see what the first wrote."""
    clients = []
    for who in (steward, people[0]):
        with transaction():
            give_duties(region=region, membership=who, roles=("steward",), at=at)
        clients.append(app.test_client())
    return clients


def path(vote, more=""):
    return f"/tsk/votes/{vote.id}{more}"


def sign_in(clients, members, at):
    for client, who in zip(clients, members, strict=True):
        factories.sign_in(client, who.member_id, at=at)


def test_each_witness_writes_on_their_own_phone(tied, witnesses, steward, people, clock):
    first, second = witnesses
    where, form = path(tied, "/lots"), {"place_1": "2", "place_2": "1"}
    clock.set(tied.reveals_at - timedelta(minutes=1))
    boxes.settle(tied, clock.now())
    sign_in(witnesses, (steward, people[0]), clock.now())
    assert first.get(where).status_code == 404  # before the hour nobody knows of a tie
    clock.set(tied.reveals_at)
    boxes.settle(tied, clock.now())
    page = first.get(path(tied)).text
    assert "ふたりの立会人が くじを引くと ひらきます" in text(page) and f'href="{where}"' in page
    bad = first.post(where, data=hidden(first.get(where).text) | {"place_1": "2", "place_2": ""})
    assert bad.status_code == 422 and 'aria-describedby="field-place_2-problem"' in bad.text
    assert re.search(r'id="field-place_1".*?<option value="2" selected', bad.text, re.DOTALL), "what was chosen stays"
    twice = first.post(where, data=hidden(first.get(where).text) | {"place_1": "2", "place_2": "2"})
    assert twice.status_code == 422 and "引いた順に 1回ずつ" in text(twice.text)
    assert first.post(where, data=hidden(first.get(where).text) | form).headers["Location"].endswith("/lots")
    assert "あなたの 順番を 書きました" in text(first.get(where).text)
    page = second.get(where).text
    assert "もうひとりの立会人は 書きました" in text(page) and " selected" not in page, "what they wrote is not shown"
    second.post(where, data=hidden(page) | {"place_1": "1", "place_2": "2"})
    assert "1番目から ちがいます" in text(second.get(where).text)
    assert second.post(where, data=hidden(page) | form).headers["Location"].endswith(str(tied.id))
    shown = text(second.get(path(tied)).text)
    assert "ふたりの立会人が くじを引きました" in shown
    lot = db.session.get_one(VoteLot, tied.id)
    assert {lot.first_by_id, lot.second_by_id} == {steward.id, people[0].id}
    assert second.get(where).status_code == 404
    assert second.post(where, data=hidden(page) | form).status_code == 303, "the tap that came twice sees the result"


def test_lots_are_for_those_with_the_duty(tied, app, region, clock, at):
    clock.set(tied.reveals_at)
    boxes.settle(tied, clock.now())
    client = app.test_client()
    factories.sign_in(client, factories.membership(region, at=at).member_id, at=clock.now())
    assert client.get(path(tied, "/lots")).status_code == 403
    assert client.post(path(tied, "/lots"), data={"place_1": "1", "place_2": "2"}).status_code == 403
