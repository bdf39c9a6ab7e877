"""What comes out: quorums at their edges, double majorities, groups, consent, money; and a bundle that says it all."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from app.db import db, transaction
from app.projects.models import BudgetRequest
from app.projects.money import service as money
from app.proposals import stages
from app.tally import bundle as published
from app.votes import casting, closing, counting
from app.votes.models import VoteResult
from tests.projects import factories as projects
from tests.votes import boxes
from tests.votes.boxes import OPTIONS


def came_out(vote):
    row = boxes.settle(vote, boxes.over(vote))
    found = json.loads(row.result)
    checked = published.verify(json.loads(row.bundle))
    assert checked.ok, [line.text for line in checked.lines if not line.ok]
    assert row.sha256 == json.loads(row.bundle)["sha256"]
    return row, found


# --- quorums --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quorum", "choices", "outcome"),
    [
        ("approval", ["yes"] * 4, "passed"),
        ("approval", ["yes"] * 3, "no_quorum"),
        ("approval", ["yes"] * 3 + ["abstain"] * 7, "no_quorum"),
        ("approval", ["yes"] * 4 + ["no"] * 4, "failed"),
        ("approval", ["yes"] * 5 + ["no"] * 4, "passed"),
        ("participation", ["yes"] * 3 + ["abstain"], "passed"),
        ("participation", ["yes"] * 3, "no_quorum"),
        ("participation", ["yes", "no", "no", "abstain"], "failed"),
        ("none", ["yes"], "passed"),
        ("none", ["abstain"], "failed"),
        ("none", [], "failed"),
        ("objection", ["no"] * 2, "passed"),
        ("objection", ["no"] * 3 + ["yes"] * 5, "failed"),
    ],
)
def test_of_ten_on_the_roll_forty_per_cent_is_four(region, at, quorum, choices, outcome):
    people = boxes.village(region, 10, at=at)
    asked = {"quorum": quorum, "quorum_percent": 40, "objections": 2}
    vote = boxes.opened(region, people[0], at=at, **asked)
    for who, choice in zip(people, choices, strict=False):
        boxes.cast(region, vote, who, choice, at=at)
    row, found = came_out(vote)
    assert row.outcome == outcome
    if quorum in ("approval", "participation"):
        told = found["counts"]["all"]["quorum"]
        assert (told["needed"], told["sign"]) == (4, ">=")


def test_attendance_is_three_numbers_of_the_assembly(region, people, steward, at, monkeypatch):
    monkeypatch.setattr(boxes.service, "_gathered", lambda _vote: True)
    for came, outcome in (((4, 1, 1), "passed"), ((4, 1, 0), "no_quorum")):
        vote = boxes.opened(region, steward, at=at, quorum="attendance", quorum_percent=50)
        boxes.cast_all(region, vote, people[:3], ["yes"], at=at)
        told = dict(zip(("present", "written", "proxies"), came, strict=True))
        monkeypatch.setattr(closing, "_heads", lambda _vote_id, told=told: told)
        with transaction():
            closing.close_by_hand(region=region, vote_id=vote.id, by="membership:1", at=at)
        row = db.session.get(VoteResult, vote.id)
        quorum = json.loads(row.result)["counts"]["all"]["quorum"]
        assert row.outcome == outcome and (quorum["present"], quorum["written"], quorum["proxy"]) == came


@pytest.mark.parametrize(
    ("threshold", "yes", "outcome"),
    [("1/2", 6, "failed"), ("1/2", 7, "passed"), ("2/3", 8, "failed"), ("2/3", 9, "passed")],
)
def test_exactly_the_threshold_is_not_enough(region, people, steward, at, threshold, yes, outcome):
    vote = boxes.opened(region, steward, at=at, threshold=threshold)
    boxes.cast_all(region, vote, people, ["yes"] * yes + ["no"] * (12 - yes), at=at)
    assert came_out(vote)[0].outcome == outcome


def test_a_question_that_asks_says_its_numbers_and_decides_nothing(region, people, steward, at):
    vote = boxes.opened(region, steward, at=at, effect="ask")
    boxes.cast_all(region, vote, people, ["yes", "yes", "no"], at=at)
    row, found = came_out(vote)
    assert (row.outcome, found["passed"]) == ("asked", None)
    assert found["counts"]["all"]["totals"] == {"yes": 8, "no": 4, "abstain": 0}


# --- groups ---------------------------------------------------------------------------------------------------


@pytest.fixture
def friends(region, people, at):
    return boxes.village(region, 12, at=at, kind="friend")


@pytest.mark.parametrize(
    ("of_residents", "of_friends", "outcome"),
    [("yes", "yes", "passed"), ("yes", "no", "failed"), ("no", "yes", "failed"), ("no", "no", "failed")],
)
def test_a_double_majority_wants_both(region, people, friends, steward, at, of_residents, of_friends, outcome):
    vote = boxes.opened(region, steward, at=at, electorate="double")
    boxes.cast_all(region, vote, people, [of_residents], at=at)
    boxes.cast_all(region, vote, friends[:10], [of_friends], at=at)
    row, found = came_out(vote)
    assert row.outcome == outcome and set(found["counts"]) == {"resident", "friend"}


def test_each_group_has_its_own_quorum_in_a_double_majority(region, people, friends, steward, at):
    """Eleven of twelve of each: of 24 together ten friends would do, of twelve they do not."""
    vote = boxes.opened(region, steward, at=at, electorate="double", quorum="participation", quorum_percent=90)
    boxes.cast_all(region, vote, people, ["yes"], at=at)
    boxes.cast_all(region, vote, friends[:10], ["yes"], at=at)
    assert came_out(vote)[0].outcome == "no_quorum"


def test_nine_ballots_of_a_group_are_never_shown_apart_and_a_double_majority_fails_by_them(
    region, people, friends, steward, at
):
    vote = boxes.opened(region, steward, at=at, electorate="double")
    boxes.cast_all(region, vote, people, ["yes"], at=at)
    boxes.cast_all(region, vote, friends[:9], ["no"], at=at)
    row, found = came_out(vote)
    assert row.outcome == "no_quorum" and found["small"] == ["friend"]
    assert set(found["counts"]) == {"all"} and not found["parts"] and found["ballots"] == {"all": 21}
    assert set(json.loads(row.bundle)["counts"]) == {"all"} and "friend" not in json.dumps(
        json.loads(row.bundle)["counts"]
    )


@pytest.mark.parametrize(("number", "shown"), [(10, True), (9, False), (1, False), (0, False)])
def test_groups_are_shown_from_ten_ballots_in_each(region, people, friends, steward, at, number, shown):
    """The rest would tell on few as well: twelve residents stay hidden beside nine friends."""
    vote = boxes.opened(region, steward, at=at)
    boxes.cast_all(region, vote, people, ["yes"], at=at)
    boxes.cast_all(region, vote, friends[:number], ["no"], at=at)
    row, found = came_out(vote)
    bundle = json.loads(row.bundle)
    assert set(found["parts"]) == set(bundle["parts"]) == ({"resident", "friend"} if shown else set())
    assert found["ballots"] == ({"resident": 12, "friend": 10} if shown else {"all": 12 + number})
    if shown:
        assert found["parts"]["friend"]["totals"] == {"yes": 0, "no": 10, "abstain": 0}


# --- ways -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "choices", "winner"),
    [
        ("choose_one", ["くり", "くり", "すぎ"], "くり"),
        ("approval", [["くり", "すぎ"], ["すぎ"], []], "すぎ"),
        ("schulze", [["すぎ", "くり"], ["すぎ"], ["くり", ["ひのき", "すぎ"]]], "すぎ"),
        ("irv", [["けやき"], ["けやき"], ["くり"]], "けやき"),
        ("stv", [["けやき"], ["けやき"], ["くり"]], "けやき"),
        ("score", [{"くり": 5}, {"すぎ": 4}, {"すぎ": 3}], "すぎ"),
        ("star", [{"くり": 5, "すぎ": 1}, {"すぎ": 4}, {"すぎ": 3, "くり": 2}], "すぎ"),
    ],
)
def test_every_way_is_counted_and_can_be_counted_again(region, people, steward, at, method, choices, winner):
    vote = boxes.opened(region, steward, at=at, method=method, options=OPTIONS, effect="choose")
    boxes.cast_all(region, vote, people, choices, at=at)
    row, found = came_out(vote)
    assert row.outcome == "chosen" and found["counts"]["all"]["winners"] == [winner]


def test_one_reasoned_objection_stops_a_consent_and_its_reason_is_told(region, people, steward, at):
    for last, outcome in (("stand_aside", "passed"), ({"objection": "道が せまい"}, "failed")):
        vote = boxes.opened(region, steward, at=at, method="consent")
        boxes.cast_all(region, vote, people, ["consent"] * 11 + [last], at=at)
        row, found = came_out(vote)
        assert row.outcome == outcome
    assert found["counts"]["all"]["rounds"][0]["reasons"] == {"道が せまい": 1}


def test_an_open_vote_is_counted_from_its_named_ballots(region, people, friends, steward, at):
    vote = boxes.opened(region, steward, at=at, secrecy="open")
    boxes.cast_all(region, vote, [*people, *friends[:10]], ["yes", "yes", "no"], at=at)
    row, found = came_out(vote)
    assert row.turnout == 22 and set(found["parts"]) == {"resident", "friend"}


def test_paper_phone_and_proxy_are_counted_alike_and_told_apart(region, people, steward, at, monkeypatch):
    monkeypatch.setattr(closing, "_paper_waits", None)
    monkeypatch.setattr(casting, "_proxies", lambda _vote, _giver: steward.id)
    monkeypatch.setattr(counting.by_hand, "invalid", lambda _vote: 1)
    vote = boxes.opened(region, steward, at=at)
    for who in people[:4]:
        with transaction():
            casting.use_line(region=region, vote_id=vote.id, membership_id=who.id, at=at)
    with transaction():
        casting.put_paper(region=region, vote=vote, part="resident", ballots=[(2, "yes"), (1, "no")], at=at)
        told = {"choice": "no", "key": "ab" * 16, "giver_id": people[4].id, "holder": steward}
        casting.cast_for(region=region, vote_id=vote.id, at=at, **told)
    boxes.cast(region, vote, people[5], "yes", at=at)
    row, found = came_out(vote)
    assert (row.turnout, row.by_paper, row.by_proxy, row.invalid) == (6, 4, 1, 1)
    assert found["turnout"]["by_way"] == {"paper": 4, "phone": 1, "proxy": 1}
    assert found["counts"]["all"]["totals"] == {"yes": 3, "no": 2, "abstain": 0}


# --- what follows ---------------------------------------------------------------------------------------------


@pytest.fixture
def asked(region, steward, at):
    """Two requests of two projects."""
    made = []
    for amount in (30_000, 90_000):
        project = projects.project(region, steward, at=at)
        with transaction():
            told = {"amount_yen": amount, "purpose": "材料", "by": steward, "key": f"key-{amount}"}
            made.append(money.ask(region=region, project_id=project.id, at=at, **told).id)
    return made


def states(ids):
    db.session.rollback()
    return [db.session.get_one(BudgetRequest, one, populate_existing=True).state for one in ids]


def test_a_budget_vote_grants_the_money_of_its_winners_once(region, people, steward, at, asked):
    options = [
        {"name": "ベンチ", "cost_yen": 30_000, "request_id": asked[0]},
        {"name": "やね", "cost_yen": 90_000, "request_id": asked[1]},
        {"name": "花だん", "cost_yen": 5_000},
    ]
    vote = boxes.draft(region, steward, at=at, method="equal_shares", budget_yen=40_000, effect="choose")
    who = {"region": region, "vote_id": vote.id, "by": steward, "roles": boxes.DUTY, "at": at}
    with transaction():
        boxes.service.set_options(**who, options=options)
        boxes.opening.open(**who)
    boxes.cast_all(region, vote, people, [["ベンチ", "花だん"]], at=at)
    row, found = came_out(vote)
    boxes.settle(vote, boxes.over(vote))
    assert sorted(found["counts"]["all"]["winners"]) == ["ベンチ", "花だん"]
    assert found["funded"] == [asked[0]] and row.funded
    assert states(asked) == ["granted", "refused"]


@pytest.mark.parametrize(
    ("effect", "choice", "state"),
    [("decide", "yes", "granted"), ("decide", "no", "refused"), ("ask", "yes", "waiting"), ("decide", None, "waiting")],
)
def test_a_motion_grants_its_money_only_if_it_passes(region, people, steward, at, asked, effect, choice, state):
    """Too few voters leave it as it was."""
    vote = boxes.opened(region, steward, at=at, effect=effect, request_id=asked[1], quorum="participation")
    boxes.cast_all(region, vote, people if choice else [], [choice], at=at)
    row, _found = came_out(vote)
    assert states(asked) == ["waiting", state] and row.funded is (state == "granted")


def test_nobody_else_decides_money_that_is_voted_on_and_no_second_vote(region, people, steward, at, asked, refused):
    vote = boxes.opened(region, steward, at=at, request_id=asked[1])
    row = db.session.get_one(BudgetRequest, asked[1])
    with refused("budget_in_vote"):
        money.withdraw(region=region, project_id=row.project_id, budget_id=row.id, by=steward, at=at)
    second = boxes.draft(region, steward, at=at, request_id=asked[1])
    assert boxes.opening.check(region, second, at).hindrances == ["vote_money_twice"]
    boxes.cast_all(region, vote, people, ["yes"], at=at)
    came_out(vote)
    assert boxes.opening.check(region, second, at).hindrances == ["vote_money_decided"]


@pytest.mark.parametrize(
    ("effect", "choice", "told"), [("decide", "yes", True), ("decide", "no", False), ("ask", "yes", None)]
)
def test_the_proposal_hears_what_became_of_it(region, people, steward, at, monkeypatch, effect, choice, told):
    heard = []
    monkeypatch.setattr(stages, "decided", lambda **said: heard.append(said["passed"]))
    vote = boxes.opened(region, steward, at=at, effect=effect)
    boxes.cast_all(region, vote, people, [choice], at=at)
    stand_in = SimpleNamespace(**{column.key: getattr(vote, column.key) for column in sa.inspect(type(vote)).columns})
    stand_in.proposal_id = 7
    with transaction():
        closing.shut(vote, by="job:close", at=vote.closes_at)
        counting.count(stand_in, vote.reveals_at)
    assert heard == [told]
