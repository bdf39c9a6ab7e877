"""One line, one ballot: who may cast, when, how often, and through which door."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.db import db, transaction
from app.votes import casting, closing, queries
from app.votes.by_hand.models import Assistance
from app.votes.models import Ballot, NamedBallot, VoteClosure
from tests import factories
from tests.votes import boxes
from tests.votes.boxes import OPTIONS

KEY = "0123456789abcdef" * 2


@pytest.fixture
def vote(region, people, steward, at):
    return boxes.opened(region, steward, at=at)


def put(region, vote, who, at, choice="yes", key=KEY, **more):
    return casting.cast(region=region, vote_id=vote.id, membership=who, choice=choice, key=key, at=at, **more)


def choices(vote):
    db.session.rollback()
    return sorted(db.session.scalars(sa.select(Ballot.choice).where(Ballot.vote_id == vote.id)))


def test_a_ballot_lies_beside_a_used_line_and_bears_no_name(region, vote, people, at):
    with transaction():
        assert put(region, vote, people[0], at) == casting.Cast(changed=False, key=KEY)
    assert boxes.kept(vote) == (1, 1)
    assert queries.used(vote, people[0]) == "phone"
    ballot = db.session.scalars(sa.select(Ballot)).one()
    assert ballot.part == "resident" and KEY not in ballot.key_hash and len(ballot.id) == 32


def test_the_same_key_changes_the_ballot_until_the_close(region, vote, people, at, refused):
    for choice, changed in (("yes", False), ("no", True), ("no", True), ("abstain", True)):
        with transaction():
            assert put(region, vote, people[0], at, choice).changed is changed
    assert boxes.kept(vote) == (1, 1) and choices(vote) == ['"abstain"']
    last = vote.closes_at - timedelta(microseconds=1)
    with transaction():
        put(region, vote, people[0], last, "no")
    with refused("vote_over"):
        put(region, vote, people[0], vote.closes_at, "yes")
    assert choices(vote) == ['"no"']


def test_another_phone_or_a_lost_key_is_told_which_door_was_first(region, vote, people, at, refused):
    boxes.cast(region, vote, people[0], "yes", at=at)
    with refused("vote_used_phone"):
        put(region, vote, people[0], at, "no", key=secrets.token_hex(16))
    assert choices(vote) == ['"yes"']


def test_the_key_of_somebody_else_opens_nothing(region, vote, people, at, refused):
    with transaction():
        put(region, vote, people[0], at, "yes")
    with refused("form_stale"):
        put(region, vote, people[1], at, "no")
    assert boxes.kept(vote) == (1, 1) and queries.used(vote, people[1]) is None


@pytest.mark.parametrize("key", ["", "abc", "0123456789ABCDEF" * 2, "01902d7e-7b7c-7000-8000-000000000000"])
def test_a_key_that_nobody_made_here_is_a_stale_page(region, vote, people, at, refused, key):
    with refused("form_stale"):
        put(region, vote, people[0], at, key=key)


def test_only_who_stands_on_the_roll_votes(region, vote, at, refused):
    late = factories.membership(region, at=at)
    with refused("vote_not_on_roll"):
        put(region, vote, late, at)
    other = factories.world("ows", at=at).region
    stranger = factories.membership(other, at=at)
    with refused("not_found"):
        put(other, vote, stranger, at)


def test_a_draft_and_one_that_has_not_begun_take_no_ballot(region, steward, people, at, refused):
    draft = boxes.draft(region, steward, at=at)
    with refused("vote_not_open"):
        put(region, draft, people[0], at)
    soon = boxes.opened(region, steward, at=at, opens_at=at + timedelta(hours=1))
    with refused("vote_not_open"):
        put(region, soon, people[0], at)
    with transaction():
        put(region, soon, people[0], at + timedelta(hours=1))


def test_a_late_ballot_is_refused_though_the_job_slept(region, vote, people, at, refused):
    for later in (vote.closes_at, vote.closes_at + timedelta(days=9)):
        with refused("vote_over"):
            put(region, vote, people[0], later)
    assert boxes.kept(vote) == (0, 0) and db.session.get(VoteClosure, vote.id) is None


def test_the_extension_lets_people_vote_though_the_job_slept(region, people, steward, at, refused):
    vote = boxes.opened(region, steward, at=at, quorum="participation", quorum_percent=50, extension_days=3)
    boxes.cast_all(region, vote, people[:5], ["yes"], at=at)
    with transaction():
        put(region, vote, people[5], vote.closes_at + timedelta(days=2))
    with refused("vote_over"):
        put(region, vote, people[6], vote.closes_at + timedelta(days=3), key=secrets.token_hex(16))
    assert boxes.kept(vote) == (6, 6)


def test_in_the_added_days_nobody_locks_the_vote_for_themselves(region, people, steward, at, monkeypatch):
    vote = boxes.opened(region, steward, at=at, quorum="participation", quorum_percent=50, extension_days=3)
    later = vote.closes_at + timedelta(days=1)
    with transaction():
        put(region, vote, people[0], later)
    monkeypatch.setattr(closing, "_locked", lambda vote_id: pytest.fail("others would wait"))
    with transaction():
        put(region, vote, people[1], later, key=secrets.token_hex(16))
    assert boxes.kept(vote) == (2, 2)


@pytest.mark.parametrize(
    ("method", "bad"),
    [
        ("yes_no", ["maybe", "", None, 1, ["yes"], {"yes": 1}]),
        ("consent", ["yes", {"objection": ""}, {"objection": " "}, {"objection": 3}, {"objection": "x" * 401}]),
        ("choose_one", ["まつ", ["ひのき"], None]),
        ("approval", ["ひのき", ["まつ"], ["すぎ", "すぎ"], [["すぎ"]], {"すぎ": 1}]),
        ("schulze", ["すぎ", ["まつ"], ["すぎ", ["すぎ"]], [[["すぎ"]]], {"すぎ": 1}]),
        ("score", [{"まつ": 1}, {"すぎ": 6}, {"すぎ": -1}, {"すぎ": True}, {"すぎ": "3"}, ["すぎ"]]),
    ],
)
def test_what_is_no_choice_is_refused_with_a_sentence(region, people, steward, at, method, bad):
    options = None if method in ("yes_no", "consent") else OPTIONS
    vote = boxes.opened(region, steward, at=at, method=method, options=options)
    for choice in bad:
        with pytest.raises(Exception) as caught, transaction():
            put(region, vote, people[0], at, choice)
        assert (
            caught.value.code in ("choice_missing", "choice_twice", "choice_score") or "objection" in caught.value.code
        )
    assert boxes.kept(vote) == (0, 0)


@pytest.mark.parametrize(
    ("method", "choice", "kept"),
    [
        ("consent", {"objection": " 道が せまい "}, '{"objection":"道が せまい"}'),
        ("approval", ["くり", "ひのき"], '["ひのき","くり"]'),
        ("approval", "abstain", "[]"),
        ("schulze", ["くり", ["すぎ", "ひのき"]], '["くり",["ひのき","すぎ"]]'),
        ("irv", [["くり"], "すぎ"], '["くり","すぎ"]'),
        ("score", {"すぎ": 3, "くり": 0}, '{"くり":0,"すぎ":3}'),
        ("star", "abstain", "{}"),
        ("equal_shares", ["すぎ", "ひのき"], '["ひのき","すぎ"]'),
    ],
)
def test_equal_choices_are_kept_alike_whatever_was_tapped_first(region, people, steward, at, method, choice, kept):
    budget = {"budget_yen": 10} if method == "equal_shares" else {}
    options = None if method == "consent" else dict.fromkeys(OPTIONS, 3 if budget else None)
    vote = boxes.opened(region, steward, at=at, method=method, options=options, **budget)
    boxes.cast(region, vote, people[0], choice, at=at)
    assert choices(vote) == [kept]


# --- 見える ---------------------------------------------------------------------------------------------------


def test_an_open_vote_keeps_the_name_and_the_reason_and_is_changed_by_whoever_cast_it(region, people, steward, at):
    vote = boxes.opened(region, steward, at=at, secrecy="open")
    for choice, reason in (("yes", "あると すわれる"), ("no", "道が せまい")):
        boxes.cast(region, vote, people[0], choice, reason=reason, at=at)
    (row, who), *rest = queries.named(vote)
    assert not rest and (who.id, row.choice, row.reason) == (people[0].id, '"no"', "道が せまい")
    assert boxes.kept(vote) == (1, 0)


# --- the other doors ------------------------------------------------------------------------------------------


def test_each_door_tells_the_others_that_it_was_first(region, vote, people, steward, at, refused):
    where = {"region": region, "vote_id": vote.id, "at": at}
    with transaction():
        assert casting.use_line(**where, membership_id=people[0].id)
    with refused("vote_used_paper"):
        put(region, vote, people[0], at)
    assert not casting.use_line(**where, membership_id=people[0].id)  # the envelope once more
    boxes.cast(region, vote, people[1], "yes", at=at)
    with refused("vote_used_phone"):
        casting.use_line(**where, membership_id=people[1].id)
    helped = {"choice": "no", "key": KEY, "helper": steward, "why": "目が わるい"}
    with transaction():
        casting.cast_assisted(**where, membership_id=people[2].id, **helped)
    with refused("vote_used_assisted"):
        put(region, vote, people[2], at, key=secrets.token_hex(16))
    with refused("assist_self"):
        casting.cast_assisted(**where, membership_id=steward.id, **helped)
    trace = db.session.scalars(sa.select(Assistance)).one()
    assert (trace.membership_id, trace.helper_id, trace.reason) == (people[2].id, steward.id, "目が わるい")


def test_a_proxy_uses_the_givers_line_and_only_the_holder_may(region, vote, people, at, refused, monkeypatch):
    monkeypatch.setattr(casting, "_proxies", lambda _vote, giver: {people[0].id: people[1].id}.get(giver))
    where = {"region": region, "vote_id": vote.id, "choice": "yes", "at": at}
    with refused("proxy_not_given"):
        casting.cast_for(**where, giver_id=people[0].id, holder=people[2], key=KEY)
    with refused("proxy_not_given"):
        casting.cast_for(**where, giver_id=people[3].id, holder=people[1], key=KEY)
    with transaction():
        casting.cast_for(**where, giver_id=people[0].id, holder=people[1], key=KEY)
    assert queries.used(vote, people[0]) == "proxy" and queries.used(vote, people[1]) is None
    with refused("vote_used_proxy"):
        put(region, vote, people[0], at, key=secrets.token_hex(16))
    with refused("vote_used_proxy"):
        put(region, vote, people[0], at)


def test_there_are_never_more_paper_ballots_than_envelopes(region, vote, people, at, refused):
    for who in people[:3]:
        with transaction():
            casting.use_line(region=region, vote_id=vote.id, membership_id=who.id, at=at)
    pile = {"region": region, "vote": vote, "part": "resident", "at": at}
    with refused("paper_many"):
        casting.put_paper(**pile, ballots=[(2, "yes"), (2, "no")])
    with refused("paper_many"):
        casting.put_paper(**pile | {"part": "friend"}, ballots=[(1, "yes")])
    with refused("choice_missing"):
        casting.put_paper(**pile, ballots=[(1, "maybe")])
    with transaction():
        assert casting.put_paper(**pile, ballots=[(2, "yes"), (1, "no")]) == 3
    assert boxes.kept(vote) == (3, 3)
    with refused("paper_many"):
        casting.put_paper(**pile, ballots=[(1, "yes")])


def test_an_envelope_of_the_wrong_person_is_given_back_but_not_a_counted_one(region, vote, people, at, refused):
    where = {"region": region, "vote_id": vote.id, "membership_id": people[0].id, "at": at}
    with transaction():
        casting.use_line(**where)
        casting.give_back(**where)
    assert boxes.kept(vote) == (0, 0)
    with transaction():
        casting.use_line(**where)
        casting.put_paper(region=region, vote=vote, part="resident", ballots=[(1, "yes")], at=at)
    with refused("paper_counted"):
        casting.give_back(**where)
    boxes.cast(region, vote, people[1], "yes", at=at)
    with refused("vote_used_phone"):
        casting.give_back(**where | {"membership_id": people[1].id})


def test_paper_that_came_in_time_is_counted_until_the_count(region, vote, people, at, refused, monkeypatch):
    monkeypatch.setattr(closing, "_paper_waits", None)
    with transaction():
        casting.use_line(region=region, vote_id=vote.id, membership_id=people[0].id, at=at)
    boxes.settle(vote, vote.closes_at)
    pile = {"region": region, "vote": vote, "part": "resident", "ballots": [(1, "yes")]}
    with refused("vote_over"):
        casting.use_line(region=region, vote_id=vote.id, membership_id=people[1].id, at=vote.closes_at)
    with transaction():
        casting.put_paper(**pile, at=vote.closes_at)
    assert boxes.settle(vote, boxes.over(vote)).by_paper == 1
    with refused("vote_counted"):
        casting.put_paper(**pile, at=boxes.over(vote))


def test_an_open_vote_takes_no_nameless_paper(region, people, steward, at, refused):
    vote = boxes.opened(region, steward, at=at, secrecy="open")
    with refused("paper_named"):
        casting.put_paper(region=region, vote=vote, part="resident", ballots=[(1, "yes")], at=at)
    boxes.cast(region, vote, people[0], "yes", way="paper", at=at)
    assert queries.turnout(vote).by_way == {"paper": 1}
    assert db.session.scalars(sa.select(NamedBallot)).one().choice == '"yes"'


def test_who_has_not_voted_yet_finds_the_vote_among_what_waits(region, vote, people, at):
    assert [one.id for one in queries.to_vote(region, people[0], at)] == [vote.id]
    boxes.cast(region, vote, people[0], "yes", at=at)
    assert not queries.to_vote(region, people[0], at)
    assert not queries.to_vote(region, people[1], vote.closes_at)
    with transaction():
        closing.settle(vote.id, vote.closes_at)
    assert not queries.to_vote(region, people[1], at)
