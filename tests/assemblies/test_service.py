"""A general meeting: its agenda, who is there, votes opened and shut in the room, minutes that people sign."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from flask import g

from app.assemblies import minutes, queries, service, voting, waiting
from app.assemblies.models import AgendaItem, Assembly
from app.db import db, transaction, uuid7
from app.errors import Conflict, Forbidden, Missing, Refused
from app.votes import queries as votes
from app.votes.models import VoteClosure
from tests import factories
from tests.ledger.threads import together


def assembly_of(event):
    return db.session.get_one(Assembly, event.id, populate_existing=True)


def order(event):
    query = sa.select(AgendaItem).where(AgendaItem.event_id == event.id).order_by(AgendaItem.number)
    return [(one.number, one.title) for one in db.session.scalars(query.execution_options(populate_existing=True))]


# --- agenda -------------------------------------------------------------------------------------------------


def test_a_gathering_is_made_a_meeting_once(meeting, place, crowd, event, at):
    again = meeting.run(service.make, by=crowd.steward, key=uuid7(), at=at)
    assert again.made_by_id == crowd.office.id
    off = factories.event(place.region, crowd.office, at=at, cancelled_at=at)
    with pytest.raises(Refused, match="assembly_called_off"), transaction():
        service.make(region=place.region, event_id=off.id, by=crowd.office, key=uuid7(), at=at)


def test_matters_are_put_in_order_and_taken_off(meeting, event, draft):
    report, vote, talk = meeting.items
    assert [title for _n, title in order(event)] == ["1年の ふりかえり", draft.question, "来年のこと"]
    meeting.run(service.move, item_id=talk.id, step=-1)
    meeting.run(service.move, item_id=report.id, step=1)
    meeting.run(service.move, item_id=talk.id, step=-1)
    assert order(event) == [(1, "来年のこと"), (2, "1年の ふりかえり"), (3, draft.question)]
    meeting.run(service.remove_item, item_id=report.id)
    meeting.run(service.remove_item, item_id=report.id)
    assert [title for _n, title in order(event)] == ["来年のこと", draft.question]
    assert meeting.run(service.add_item, kind="vote", title="", vote_id=draft.id).id == vote.id
    with pytest.raises(Missing):
        meeting.run(service.move, item_id=99, step=1)


def test_moving_at_one_moment_loses_no_matter(meeting, event, app):
    ids = [one.id for one in meeting.items]
    db.session.commit()
    together(app, 6, lambda n: meeting.run(service.move, item_id=ids[n % 3], step=(-1, 1)[n % 2]) or "")
    assert [number for number, _title in order(event)] == [1, 2, 3]
    assert {title for _n, title in order(event)} == {one.title for one in meeting.items}


def test_a_vote_stands_on_one_agenda_only(meeting, place, crowd, draft, at):
    other = factories.event(place.region, crowd.office, at=at)
    with transaction():
        service.make(region=place.region, event_id=other.id, by=crowd.office, key=uuid7(), at=at)
    with pytest.raises(Conflict, match="agenda_vote_taken"), transaction():
        service.add_item(region=place.region, event_id=other.id, kind="vote", title="", vote_id=draft.id)


def test_an_empty_meeting_does_not_begin(meeting, place, crowd, at):
    other = factories.event(place.region, crowd.office, at=at)
    with transaction():
        service.make(region=place.region, event_id=other.id, by=crowd.office, key=uuid7(), at=at)
    with pytest.raises(Refused, match="agenda_empty"), transaction():
        service.open_(region=place.region, event_id=other.id, at=at)


def test_one_matter_after_the_other(meeting, event):
    report, _vote, talk = meeting.items
    with pytest.raises(Refused, match="assembly_not_on"):
        meeting.timed(service.take_up, item_id=report.id)
    meeting.open()
    meeting.timed(service.take_up, item_id=report.id)
    meeting.timed(service.take_up, item_id=talk.id)
    rows = {row.item.id: row.stage for row in queries.rows(assembly_of(event))}
    assert rows[report.id] == "over" and rows[talk.id] == "on"
    with pytest.raises(Refused, match="agenda_begun"):
        meeting.run(service.remove_item, item_id=report.id)


def test_once_the_meeting_is_over_its_agenda_stands(meeting):
    """What nobody came to is in the minutes that people sign: it cannot go from them afterwards."""
    meeting.open()
    meeting.close()
    with pytest.raises(Refused, match="agenda_over"):
        meeting.run(service.remove_item, item_id=meeting.items[2].id)


# --- who is there -------------------------------------------------------------------------------------------


def test_three_numbers_each_person_once(meeting, crowd, event, draft, place):
    here, writer, giver, absent_holder, late = crowd.people[:5]
    assert queries.attendance(assembly_of(event)).roll == 13
    meeting.come(here)
    meeting.open_vote()
    for who, expected in ((writer, (1, 1, 0)), (here, (1, 1, 0))):
        meeting.do.phone(who)
        numbers = queries.attendance(assembly_of(event))
        assert (numbers.present, numbers.written, numbers.proxies) == expected
    meeting.do.give(giver, here, event_id=event.id)
    meeting.do.give(late, absent_holder, event_id=event.id)
    numbers = queries.attendance(assembly_of(event))
    assert (numbers.present, numbers.written, numbers.proxies, numbers.late, numbers.total) == (1, 1, 1, 1, 3)
    meeting.come(writer)
    meeting.come(giver)
    numbers = queries.attendance(assembly_of(event))
    assert (numbers.present, numbers.written, numbers.proxies, numbers.total) == (3, 0, 0, 3)


def test_who_is_not_on_the_roll_is_not_counted(meeting, place, event, at):
    guest = factories.membership(place.region, at=at, kind="company")
    meeting.come(guest)
    assert queries.attendance(assembly_of(event)).present == 0


# --- votes in the room --------------------------------------------------------------------------------------


def test_a_vote_is_shut_with_who_was_there_and_opened_at_once(meeting, crowd, event, draft):
    here, writer, giver = crowd.people[:3]
    meeting.open()
    meeting.come(here)
    meeting.open_vote()
    meeting.do.give(giver, here, event_id=event.id)
    meeting.do.phone(writer, "no")
    meeting.do.phone(here, "yes")
    meeting.do.cast_for(giver, here, "yes")
    came = meeting.close_vote()
    assert (came.present, came.written, came.proxies) == (1, 1, 1)
    shut = db.session.get_one(VoteClosure, draft.id)
    assert (shut.present, shut.written, shut.proxies) == (1, 1, 1) and shut.by == f"membership:{crowd.office.id}"
    result = votes.result(draft)
    assert result is not None and result.turnout == 3
    assert meeting.close_vote() and db.session.query(VoteClosure).count() == 1
    with pytest.raises(Refused, match="vote_over"):
        meeting.do.phone(crowd.people[5])


def test_the_quorum_counts_the_three_numbers(meeting, crowd, event, draft):
    """30 % of 13 are four: three are too few, however many have voted."""
    meeting.open()
    meeting.open_vote()
    for who in crowd.people[:3]:
        meeting.come(who)
    meeting.close_vote()
    quorum = json.loads(votes.result(draft).result)["counts"]["all"]["quorum"]
    assert (quorum["needed"], quorum["met"]) == (4, False)


def test_envelopes_come_before_the_result(meeting, crowd, draft):
    meeting.open()
    meeting.open_vote()
    meeting.do.envelope(crowd.people[0])
    meeting.close_vote()
    assert votes.result(draft) is None
    pile = meeting.do.begin(crowd.office, [(1, "yes")])
    meeting.do.second(pile, crowd.steward, [(1, "yes")])
    assert votes.result(draft) is not None


def test_a_vote_is_shut_only_while_the_meeting_is_on(meeting):
    meeting.open_vote()
    with pytest.raises(Refused, match="assembly_not_on"):
        meeting.close_vote()
    meeting.open()
    with pytest.raises(Refused, match="assembly_votes_open"):
        meeting.close()
    meeting.close_vote()
    assert meeting.close().closed_at is not None
    with pytest.raises(Refused, match="agenda_over"):
        meeting.run(service.add_item, kind="talk", title="もう ひとつ")


def test_only_matters_that_are_votes_have_doors(meeting, crowd):
    with pytest.raises(Missing):
        meeting.timed(voting.close_vote, item_id=meeting.items[0].id, by=crowd.office)


# --- minutes ------------------------------------------------------------------------------------------------


@pytest.fixture
def over(meeting, crowd, event):
    """The meeting is over; the office leads, the steward writes, both and one more sign."""
    meeting.open()
    meeting.open_vote()
    meeting.do.phone(crowd.people[0])
    meeting.close_vote()
    meeting.close(items={meeting.items[0].id: "説明した"})
    people = {"chair": crowd.office, "writer": crowd.steward}
    meeting.timed(minutes.name_people, signers=[crowd.office, crowd.steward, crowd.people[3]], **people)
    return meeting


def current(event):
    assembly = assembly_of(event)
    return minutes.current_hash(assembly, event)


def test_what_nobody_wrote_is_filled_and_what_was_written_stays(over, event):
    assembly = assembly_of(event)
    assert (assembly.opening_words, assembly.closing_words) == ("はじめた", "おわった")
    assert [row.item.minutes for row in queries.rows(assembly)] == ["説明した", "", ""]


def test_all_sign_the_same_words_and_a_change_asks_again(over, crowd, event):
    def sign(who, words=None):
        return over.timed(minutes.sign, by=who, words_hash=words or current(event))

    first = sign(crowd.office)
    assert first.agreed_at is None
    assert sign(crowd.office).agreed_at is None
    sign(crowd.steward)
    assert sign(crowd.people[3]).agreed_at is not None
    old = current(event)
    words = {"opening_words": "はじめた", "closing_words": "おわった"}
    over.timed(minutes.write, items={over.items[2].id: "話し合った"}, **words)
    assert assembly_of(event).agreed_at is None
    with pytest.raises(Conflict, match="sign_changed"):
        sign(crowd.office, old)
    over.timed(minutes.write, items={over.items[2].id: ""}, **words)
    assert assembly_of(event).agreed_at is not None


def test_who_is_named_signs_and_nobody_else(over, crowd, event):
    with pytest.raises(Forbidden, match="sign_not_named"):
        over.timed(minutes.sign, by=crowd.people[0], words_hash=current(event))
    roles = {one.membership.id: one.signatory.role for one in queries.signers(assembly_of(event))}
    assert roles == {crowd.office.id: "chair", crowd.steward.id: "writer", crowd.people[3].id: ""}
    with pytest.raises(Refused, match="signers_many"):
        over.timed(minutes.name_people, chair=None, writer=None, signers=crowd.people[:7])


def test_nobody_signs_before_the_end(meeting, crowd, event):
    meeting.timed(minutes.name_people, chair=crowd.office, writer=None, signers=[crowd.office])
    with pytest.raises(Refused, match="sign_early"):
        meeting.timed(minutes.sign, by=crowd.office, words_hash=current(event))


def test_whoever_stays_keeps_the_signature_only_for_the_same_words(over, crowd, event):
    over.timed(minutes.sign, by=crowd.people[3], words_hash=current(event))
    over.timed(minutes.name_people, chair=crowd.office, writer=crowd.steward, signers=[crowd.people[3]])
    assert assembly_of(event).agreed_at is not None
    over.timed(minutes.name_people, chair=crowd.steward, writer=None, signers=[crowd.people[3]])
    assert assembly_of(event).agreed_at is None
    assert [one.membership.id for one in queries.signers(assembly_of(event))] == [crowd.people[3].id]


def test_what_waits_to_be_signed(over, crowd, event, place, app, clock):
    with app.test_request_context("/tsk"):
        g.region = place.region
        (line,) = waiting.lines(place.region, crowd.office, set(), clock.at)
        assert line.href == f"/tsk/assemblies/{event.id}/minutes" and "議事録" in line.text
        assert waiting.lines(place.region, crowd.people[0], set(), clock.at) == []
    over.timed(minutes.sign, by=crowd.office, words_hash=current(event))
    with app.test_request_context("/tsk"):
        g.region = place.region
        assert waiting.lines(place.region, crowd.office, set(), clock.at) == []


def test_the_list_goes_on_after_the_last_row(meeting, place, crowd, event, at):
    made_here = [event]
    for day in range(1, 4):
        later = factories.event(place.region, crowd.office, at=at, starts_at=at.replace(day=day))
        with transaction():
            service.make(region=place.region, event_id=later.id, by=crowd.office, key=uuid7(), at=at)
        made_here.append(later)
    first = [found.id for _assembly, found in queries.index(place.region, None, 2)]
    rest = [found.id for _assembly, found in queries.index(place.region, first[-1], 5)]
    assert first + rest == [one.id for one in sorted(made_here, key=lambda one: one.starts_at, reverse=True)]
