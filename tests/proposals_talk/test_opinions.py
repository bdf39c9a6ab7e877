"""Saying, answering, taking back, hiding: who may, what stays, and when an answer is due."""

from __future__ import annotations

import threading
import time
from datetime import date, datetime

import pytest
import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.errors import Conflict, DomainError, Forbidden, Missing, Refused
from app.proposals.models import Opinion, OpinionAnswer, ProposalAuthor
from app.proposals.talk import opinions, queries
from tests import factories
from tests.ledger.threads import together
from tests.proposals.factories import involved
from tests.proposals_talk.conftest import make_proposal


def again(row):
    return db.session.get_one(Opinion, row.id, populate_existing=True)


def states(place, rows, today):
    return [queries.state_of(place.region, again(row), today) for row in rows]


# --- saying ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["worry", "question", "against"])
def test_what_wants_an_answer_is_due_in_fourteen_days(do, kind):
    assert do.say(kind=kind).due_on == date(2026, 12, 12)
    assert do.say(kind="good", words="いいですね").due_on is None


def test_the_day_is_the_regions_and_so_are_the_days(do, place, clock):
    clock.set(datetime.fromisoformat("2026-12-05T14:59:59+00:00"))  # 23:59:59 in Japan
    before = do.say(words="前")
    clock.set(datetime.fromisoformat("2026-12-05T15:00:00+00:00"))  # midnight
    after = do.say(words="後")
    with transaction():
        place.region.answer_days = 3
    assert (before.due_on, after.due_on, do.say(words="短い").due_on) == (
        date(2026, 12, 19), date(2026, 12, 20), date(2026, 12, 9),
    )  # fmt: skip


def test_one_form_and_two_tabs_are_one_opinion(do, people):
    key = uuid7()
    rows = {do.say(key=key).id, do.say(key=key).id, do.say(key=uuid7()).id}
    assert len(rows) == 1
    assert do.say(words="べつの こと").id not in rows
    with pytest.raises(Conflict, match="other_request"):
        do.say(people.sora, key=key)


@pytest.mark.parametrize(("stage", "refused"), [
    ("draft", "not_found"), ("support", None), ("talk", None), ("vote", None),
    ("doing", "talk_over"), ("reported", "talk_over"), ("rested", "talk_over"),
])  # fmt: skip
def test_a_proposal_is_talked_about_until_it_is_decided(do, place, people, at, stage, refused):
    about = make_proposal(place.region, people.author, at=at, stage=stage)
    if refused is None:
        assert do.say(about=about).proposal_id == about.id
        return
    with pytest.raises(DomainError, match=refused):
        do.say(about=about)


def test_without_a_proposal_the_office_or_the_city_is_asked(do, people):
    assert [do.say(to=to, about=None).addressee for to in ("office", "city")] == ["office", "city"]
    with pytest.raises(Refused, match="field_choice"):
        do.say(to="authors", about=None)
    with pytest.raises(Refused, match="opinion_author"):
        do.say(people.second)
    assert do.say(people.second, to="city").addressee == "city"


def test_who_has_no_number_and_who_is_elsewhere_says_nothing(do, place, at, proposal):
    newcomer = factories.membership(place.region, at=at, standing="provisional", kind="friend", name="")
    with pytest.raises(Forbidden):
        do.say(newcomer)
    other = factories.world("ows", at=at)
    stranger = factories.membership(other.region, at=at)
    told = {"kind": "good", "addressee": "authors", "words": "いい", "key": uuid7(), "at": at}
    with pytest.raises(Missing), transaction():
        opinions.say(region=other.region, membership=stranger, proposal_id=proposal.id, **told)


# --- answering ------------------------------------------------------------------------------------------------

WHO = ("author", "second", "una", "office", "steward", "officer_desk", "officer")
MAY = {  # said to: who answers, and as what
    "authors": {"author": "author", "second": "author", "office": "office"},
    "office": {"office": "office", "officer_desk": "officer_desk"},
    "city": {"office": "office", "officer_desk": "officer_desk"},
}


@pytest.mark.parametrize("to", MAY)
@pytest.mark.parametrize("who", WHO)
def test_who_answers_what_was_said_to_whom(do, people, to, who):
    row = do.say(people.sora, to=to)
    roles = {who} if who in ("office", "steward", "officer_desk", "officer") else {"member"}
    role = MAY[to].get(who)
    if role is None:
        with pytest.raises(Forbidden, match="not_allowed"):
            do.answer(row, getattr(people, who), roles=roles)
        assert again(row).answered_at is None
    else:
        assert do.answer(row, getattr(people, who), roles=roles).role == role


def test_the_first_answer_counts_and_more_may_follow(do, people, clock):
    row, first = do.say(to="office"), clock.move(days=2)
    do.answer(row, people.office, roles=("office",))
    clock.move(days=20)
    do.answer(row, people.officer_desk, "市も てつだいます", roles=("officer_desk",))
    assert again(row).answered_at == first
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OpinionAnswer)) == 2


def test_one_form_and_two_tabs_are_one_answer(do, people):
    row, key = do.say(), uuid7()
    assert len({do.answer(row, key=key).id, do.answer(row, key=key).id, do.answer(row).id}) == 1
    with pytest.raises(Conflict, match="other_request"):
        do.answer(row, people.second, key=key)


def test_nobody_answers_themselves(do, people):
    row = do.say(people.office, to="office")
    with pytest.raises(Forbidden, match="opinion_own"):
        do.answer(row, people.office, roles=("office",))


def test_an_author_who_left_answers_no_more(do, people, proposal, at):
    row = do.say()
    with transaction():
        db.session.get_one(ProposalAuthor, (proposal.id, people.second.id)).left_at = at
    with pytest.raises(Forbidden, match="not_allowed"):
        do.answer(row, people.second)


# --- when an answer comes in time -----------------------------------------------------------------------------


def test_the_last_day_ends_at_midnight_in_the_region(do, place, clock):
    rows = [do.say(words=f"その{number}") for number in range(3)]  # due on 12 December
    clock.set(datetime.fromisoformat("2026-12-12T14:59:59+00:00"))
    do.answer(rows[0])
    assert queries.overdue(place.region, date(2026, 12, 12)) == []
    clock.set(datetime.fromisoformat("2026-12-12T15:00:00+00:00"))
    do.answer(rows[1])
    assert states(place, rows, date(2026, 12, 12)) == ["in_time", "late", "waiting"]
    assert states(place, rows, date(2026, 12, 13)) == ["in_time", "late", "overdue"]
    assert [one.row.id for one in queries.overdue(place.region, date(2026, 12, 13))] == [rows[2].id]


def test_the_year_of_an_opinion_ends_at_midnight_on_the_last_of_march(do, place, clock):
    clock.set(datetime.fromisoformat("2027-03-31T14:59:59+00:00"))  # 31 March 23:59:59 in Japan
    old = do.say(words="3月")
    clock.set(datetime.fromisoformat("2027-03-31T15:00:00+00:00"))  # 1 April
    new = do.say(words="4月")
    clock.move(days=5)
    do.answer(old)
    day = date(2027, 4, 6)
    assert (old.due_on, new.due_on) == (date(2027, 4, 14), date(2027, 4, 15))
    assert [[one.row.id for one in queries.of_year(place.region, year, day)] for year in (2026, 2027)] == [
        [old.id], [new.id],
    ]  # fmt: skip
    assert [one.stands for one in queries.of_year(place.region, 2026, day)] == ["in_time"]
    assert queries.years(place.region, day) == [2027, 2026]


# --- a vote waits ---------------------------------------------------------------------------------------------


def test_a_vote_waits_for_every_worry_question_and_opposing_view(do, proposal, people):
    rows = [do.say(kind=kind, words=kind) for kind in ("worry", "question", "against", "good")]
    assert {one.id for one in queries.unanswered(proposal)} == {row.id for row in rows[:3]}
    do.answer(rows[0])
    do.take_back(rows[1])
    assert [one.id for one in queries.unanswered(proposal)] == [rows[2].id]
    do.hide(rows[2])
    assert queries.unanswered(proposal) == []


def test_who_spoke_is_told_later_but_not_who_took_it_back_or_broke_the_rules(do, proposal, people):
    kept, gone, hidden = do.say(), do.say(people.sora), do.say(people.steward)
    do.hide(hidden, people.office, roles=("member", "office"))
    do.take_back(gone, people.sora)
    assert kept.hidden_at is None and involved(proposal, vars(people).values()) == [
        people.author,
        people.second,
        people.una,
    ]


# --- taking back ----------------------------------------------------------------------------------------------


def test_ones_own_is_taken_back_while_nobody_has_answered(do, place, people, proposal):
    row = do.say()
    with pytest.raises(Missing):
        do.take_back(row, people.sora)
    do.take_back(row)
    first = again(row).hidden_at
    do.take_back(row)
    assert (again(row).words, again(row).hidden_why, again(row).hidden_at) == ("", "", first)
    day = date(2026, 11, 28)
    assert queries.of_region(place.region, day) == [] == queries.waiting_of(place.region, proposal, day)
    with pytest.raises(Conflict, match="opinion_gone"):
        do.answer(row)
    answered = do.say()
    do.answer(answered)
    with pytest.raises(Conflict, match="opinion_answered"):
        do.take_back(answered)


# --- hiding ---------------------------------------------------------------------------------------------------


def test_a_duty_holder_hides_with_a_reason_that_all_read(do, place, people):
    row = do.say()
    with pytest.raises(Refused, match="reason_missing"):
        do.hide(row, reason=" ")
    do.hide(row)
    do.hide(row, people.office, "べつの わけ", roles=("office",))
    assert again(row).hidden_why == "人を 悪く 言っています"
    (shown,) = queries.of_region(place.region, date(2026, 11, 28))
    assert shown.stands == "hidden"
    with pytest.raises(Conflict, match="opinion_hidden"):
        do.take_back(row)
    with pytest.raises(Conflict, match="opinion_gone"):
        do.answer(row)


@pytest.mark.parametrize("roles", [("member",), ("auditor",), ("officer_desk",), ("officer",), ("host",), ()])
def test_only_stewards_and_the_office_hide(do, people, roles):
    with pytest.raises(Forbidden, match="not_allowed"):
        do.hide(do.say(), people.sora, roles=roles)


def test_nobody_hides_what_was_said_against_their_own_proposal_nor_their_own_words(do, people):
    with pytest.raises(Forbidden, match="opinion_hide_author"):
        do.hide(do.say(), people.second)
    with pytest.raises(Forbidden, match="opinion_hide_own"):
        do.hide(do.say(people.steward), people.steward)


# --- at one moment --------------------------------------------------------------------------------------------


def caught(act):
    try:
        return act()
    except DomainError as error:
        db.session.rollback()
        return error.code


def test_two_answers_at_one_moment_are_both_there_and_the_first_counts(do, app, people):
    row, key = do.say(), uuid7()
    db.session.commit()
    whose = ((people.author, ("member",), key), (people.author, ("member",), key), (people.office, ("office",), None))

    def act(number):
        who, roles, same = whose[number % 3]
        return caught(lambda: do.answer(row, who, f"{who.id}", roles=roles, key=same).id)

    told = together(app, 9, act)
    answers = list(db.session.scalars(sa.select(OpinionAnswer)))
    assert len(set(told)) == 2 == len(answers) and all(isinstance(one, int) for one in told)
    assert again(row).answered_at is not None


def test_an_answer_and_a_taking_back_at_one_moment_end_in_one(do, app, place, people, at):
    """The taking back has begun: the answer waits for it, and comes too late."""
    row, ready = do.say(), threading.Event()

    def take_back():
        with transaction():
            told = {"region": place.region, "opinion_id": row.id, "membership": people.una, "at": at}
            opinions.take_back(**told)
            ready.set()
            time.sleep(0.5)

    def answer():
        ready.wait(10)
        do.answer(row)

    db.session.commit()
    assert together(app, 2, lambda number: (take_back, answer)[number]()) == [None, "opinion_gone"]
    assert again(row).answered_at is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OpinionAnswer)) == 0


def test_one_person_with_two_tabs_says_it_once(do, app):
    db.session.commit()
    told = together(app, 6, lambda _number: caught(lambda: do.say(words="おなじ ことば").id))
    assert len(set(told)) == 1
