from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.errors import Conflict, Forbidden, Missing, Refused
from app.events.models import Event
from app.polls import queries, rules
from app.polls.models import Poll, PollAnswer
from tests import factories
from tests.ledger.threads import together


def test_the_same_form_twice_is_one_poll(do, minoru, una):
    key = uuid7()
    assert do.ask(minoru, key=key).id == do.ask(minoru, key=key, question="ほかの しつもん").id
    with pytest.raises(Conflict, match="other_request"):
        do.ask(una, key=key)


def test_an_answer_replaces_the_one_before(do, minoru, una):
    poll = do.ask(minoru)
    do.answer(poll, una, 1)
    do.answer(poll, una, 2)
    rows = db.session.scalars(sa.select(PollAnswer).where(PollAnswer.poll_id == poll.id)).all()
    assert [(row.membership_id, row.number, row.mark) for row in rows] == [(una.id, 2, "yes")]


def test_one_person_on_many_phones_at_once_has_one_answer(app, do, minoru, una):
    poll = do.ask(minoru)
    db.session.commit()
    together(app, 6, lambda number: do.answer(poll, una, 1 + number % 2).id)
    db.session.rollback()
    assert db.session.query(PollAnswer).filter_by(poll_id=poll.id, membership_id=una.id).count() == 1


def test_nobody_answers_after_the_end(do, minoru, una, at):
    poll = do.ask(minoru)
    with pytest.raises(Refused, match="poll_over"):
        do.answer(poll, una, 1, when=at + timedelta(days=3))
    do.act("end", poll, minoru)
    with pytest.raises(Refused, match="poll_over"):
        do.answer(poll, una, 1)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PollAnswer)) == 0


def test_answers_that_are_none_of_the_polls_are_refused(do, minoru, una):
    poll = do.ask(minoru, "dates")
    with pytest.raises(Refused, match="poll_marks"):
        do.answer(poll, una, "yes")
    do.answer(poll, una, "yes", "maybe", "no")
    assert queries.answers_of(poll, una) == {1: "yes", 2: "maybe", 3: "no"}


def test_only_whoever_asked_ends_it_or_fixes_the_day(do, minoru, una, at):
    poll = do.ask(minoru, "dates")
    for verb, more in (("end", {}), ("fix_day", {"number": 1}), ("make_gathering", {"place": "x"})):
        with pytest.raises(Forbidden):
            do.act(verb, poll, una, **more)
    with pytest.raises(Refused, match="poll_marks"):
        do.act("fix_day", poll, minoru, number=9)
    do.act("fix_day", poll, minoru, number=2)
    assert (poll.chosen_number, poll.ended_at) == (2, at)


def test_a_chosen_day_becomes_the_draft_of_a_gathering_once(do, minoru):
    poll = do.ask(minoru, "dates", question="梅の せんてい")
    with pytest.raises(Refused, match="poll_no_day"):
        do.act("make_gathering", poll, minoru, place="広場")
    do.act("fix_day", poll, minoru, number=2)
    event = do.act("make_gathering", poll, minoru, place="広場")
    day = queries.options(poll)[1]
    assert (event.title, event.starts_at, event.ends_at) == ("梅の せんてい", day.starts_at, day.ends_at)
    assert event.published_at is None
    with transaction():
        event.starts_at -= timedelta(hours=1)  # its maker changes it: the same button leaves that alone
    again = do.act("make_gathering", poll, minoru, place="広場")
    assert (again.id, again.starts_at) == (event.id, day.starts_at - timedelta(hours=1))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event).where(Event.title == event.title)) == 1
    do.act("fix_day", poll, minoru, number=3)
    assert do.act("make_gathering", poll, minoru, place="広場").id != event.id


def test_ten_a_day_and_asker(do, minoru, at):
    for _ in range(rules.A_DAY):
        do.ask(minoru)
    with pytest.raises(Refused, match="poll_many"):
        do.ask(minoru)
    assert do.ask(minoru, when=at + timedelta(days=1, minutes=1)).id


def test_a_day_gone_by_becomes_no_gathering(do, minoru, at):
    poll = do.ask(minoru, "dates")
    do.act("fix_day", poll, minoru, number=1)
    with pytest.raises(Refused, match="field_past"):
        do.act("make_gathering", poll, minoru, place="広場", when=at + timedelta(days=3))
    assert queries.gathering(poll) is None


def test_which_of_many_somebody_has_answered(do, minoru, una):
    polls = [do.ask(minoru) for _ in range(3)]
    do.answer(polls[1], una, 2)
    assert queries.answered(polls, una) == {polls[1].id}
    assert queries.answered(polls, minoru) == queries.answered(polls, None) == queries.answered([], una) == set()


def test_another_regions_poll_is_not_there(do, minoru, at):
    poll, other = do.ask(minoru), factories.world("ows", at=at)
    with pytest.raises(Missing):
        queries.by_id(other.region, poll.id)
    assert queries.board(other.region, at) == []


def test_what_waits_is_others_open_polls_without_an_answer(do, place, minoru, una, at):
    mine, first, second = do.ask(una), do.ask(minoru), do.ask(minoru, lasts=timedelta(days=1))
    assert [one.id for one in queries.waiting(place.region, una, at)] == [second.id, first.id]
    do.answer(first, una, 1)
    do.act("end", second, minoru)
    assert queries.waiting(place.region, una, at) == []
    assert [one.id for one in queries.waiting(place.region, minoru, at)] == [mine.id]


def test_the_board_is_cut_by_the_last_row(do, place, minoru, at):
    polls = [do.ask(minoru) for _ in range(3)]
    assert [one.id for one in queries.board(place.region, at, limit=2)] == [polls[2].id, polls[1].id]
    assert [one.id for one in queries.board(place.region, at, after=polls[1].id)] == [polls[0].id]
    assert queries.board(place.region, at, over=True) == []
    assert len(queries.board(place.region, at + timedelta(days=4), over=True)) == 3
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Poll)) == 3
