"""How a proposal goes on: a vote and what follows it, rest, a project, the report, and who is told."""

from datetime import timedelta

import pytest

from app.db import db, transaction, uuid7
from app.errors import Conflict, Forbidden, Refused
from app.proposals import queries, service, waiting
from app.proposals.models import Opinion
from tests import factories
from tests.proposals import factories as made

SOON = timedelta(hours=2)


def refuse(code, verb, kind=Refused, **told):
    with pytest.raises(kind, match=code), transaction():
        verb(**told)


@pytest.fixture
def where(place, author):
    return lambda proposal, by=author: {"region": place.region, "proposal_id": proposal.id, "by": by}


@pytest.fixture
def lines(app, place, at):
    def lines(who, *, when=at, roles=("member",)):
        with app.test_request_context("/tsk"):
            from flask import g

            g.region = place.region
            return [line.text for line in waiting.lines(place.region, who, set(roles), when)]

    return lines


# --- the vote -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("passed", "stage"), [(True, "doing"), (False, "talk"), (None, "talk")])
def test_a_vote_leads_on_and_told_twice_it_is_once(place, talking, at, passed, stage):
    told = {"region": place.region, "proposal_id": talking.id}
    with transaction():
        service.vote_opened(**told, at=at)
    assert (talking.stage, talking.vote_at) == ("vote", at)
    refuse("proposal_voting", service.vote_opened, Conflict, **told, at=at)
    for moment in (at + SOON, at + 2 * SOON):
        with transaction():
            service.decided(**told, passed=passed, at=moment)
    assert (talking.stage, talking.passed, talking.decided_at) == (stage, passed, at + SOON)


def test_a_vote_opens_after_the_talk_alone(place, proposal, draft, at):
    for one in (proposal, draft):
        refuse("proposal_not_talking", service.vote_opened, region=place.region, proposal_id=one.id, at=at)


def test_after_no_it_may_be_changed_and_put_to_the_vote_again(place, talking, author, at):
    made.vote(place.region, talking, at=at, passed=False)
    made.change(place.region, talking, author, at=at, purpose="もっと 小さく")
    with transaction():
        service.vote_opened(region=place.region, proposal_id=talking.id, at=at + SOON)
    assert (talking.version, talking.stage, talking.passed, talking.decided_at) == (2, "vote", None, None)


# --- rest -----------------------------------------------------------------------------------------------------


def test_it_rests_with_a_reason_and_wakes_where_it_was(where, proposal, talking, at):
    for one, stage in ((proposal, "support"), (talking, "talk")):
        refuse("reason_missing", service.rest, **where(one), roles=(), why="", at=at)
        for _ in range(2):
            with transaction():
                service.rest(**where(one), roles=(), why="冬は 人が いない", at=at)
        assert (one.stage, one.rested_why, one.rested_at) == ("rested", "冬は 人が いない", at)
        refuse("proposal_frozen", service.change, **where(one), values={"title": "x"}, why="x", at=at)
        for _ in range(2):
            with transaction():
                service.wake(**where(one), roles=(), at=at + SOON)
        assert (one.stage, one.rested_why, one.rested_at) == (stage, "", None)


def test_what_passed_wakes_to_be_done(place, where, talking, at):
    made.vote(place.region, talking, at=at)
    with transaction():
        service.rest(**where(talking), roles=(), why="雪", at=at)
    with transaction():
        service.wake(**where(talking), roles=(), at=at)
    assert talking.stage == "doing"


def test_who_may_let_it_rest(where, proposal, draft, una, at):
    told = {"why": "わけ", "at": at}
    refuse("not_author", service.rest, Forbidden, **where(proposal, una), roles={"member"}, **told)
    with transaction():
        service.rest(**where(proposal, una), roles={"member", "steward"}, **told)
    assert proposal.stage == "rested"
    refuse("not_author", service.rest, Forbidden, **where(draft, una), roles={"steward"}, **told)
    refuse("proposal_cannot_rest", service.rest, **where(draft), roles=(), **told)


def test_nothing_rests_during_its_vote(place, where, talking, at):
    made.vote(place.region, talking, at=at, decided=False)
    refuse("proposal_voting", service.rest, **where(talking), roles=(), why="わけ", at=at)


# --- the project and the report -------------------------------------------------------------------------------


def test_what_passed_becomes_one_project_and_no_other(place, where, talking, author, at):
    refuse("proposal_not_doing", service.start_project, **where(talking), key=uuid7(), at=at)
    made.vote(place.region, talking, at=at)
    found = []
    for _ in range(2):
        with transaction():
            found.append(service.start_project(**where(talking), key=uuid7(), at=at))
    first, again = found
    assert first.id == again.id == talking.project_id
    assert (first.title, first.wish, first.field) == (talking.title, talking.wish, talking.field)
    assert (first.lead_id, queries.of_project(first.id)) == (author.id, [talking])


def test_only_authors_start_its_project(place, where, talking, una, at):
    made.vote(place.region, talking, at=at)
    refuse("not_author", service.start_project, Forbidden, **where(talking, una), key=uuid7(), at=at)


def test_the_report_keeps_its_first_day(place, where, talking, una, at):
    told = {"report": "ベンチが 2つ できました", "next": "春に 3つ目", "roles": ()}
    refuse("proposal_not_doing", service.report, **where(talking), **told, at=at)
    made.vote(place.region, talking, at=at)
    refuse("field_empty", service.report, **where(talking), **(told | {"report": ""}), at=at)
    refuse("not_author", service.report, Forbidden, **where(talking, una), **told, at=at)
    for moment, report in ((at, "できた"), (at + SOON, "2つ できた")):
        with transaction():
            service.report(**where(talking), **(told | {"report": report}), at=moment)
    assert (talking.stage, talking.report, talking.reported_at) == ("reported", "2つ できた", at)


# --- who is told ----------------------------------------------------------------------------------------------


def test_supporters_and_speakers_are_told_what_became_of_it(place, where, talking, author, people, una, lines, at):
    with transaction():
        said = {"kind": "against", "addressee": "authors", "words": "じゃま", "due_on": at.date(), "at": at}
        row = {"region_id": place.region.id, "key": uuid7(), "proposal_id": talking.id, "membership_id": una.id}
        db.session.add(Opinion(**row, **said))
    assert made.involved(talking, [*people, una]) == [*people[:3], una]
    first, last, stranger = people[0], people[2], people[3]
    assert "話し合いが はじまりました" in lines(first)[0] and lines(last) == lines(una) == []  # `last` began the talk
    made.vote(place.region, talking, at=at)
    with transaction():
        service.report(**where(talking), report="できた", next="", roles=(), at=at)
    for who in (first, last, una):
        assert any("カタチに なりました" in line for line in lines(who))
        assert queries.has_news(talking, who)
    assert lines(stranger) == []
    with transaction():
        service.saw(talking, first, at)
    assert lines(first) == [] and not queries.has_news(talking, first)


def test_authors_are_told_that_the_talk_began_and_asked_for_a_report(place, talking, author, lines, at):
    assert any("話し合いが はじまりました" in line for line in lines(author))
    made.vote(place.region, talking, at=at)
    with transaction():
        service.saw(talking, author, at)
    assert not any("どうなりましたか" in line for line in lines(author, when=at + timedelta(days=29)))
    assert any("どうなりましたか" in line for line in lines(author, when=at + timedelta(days=30)))


def test_a_failed_vote_is_told_as_such(place, talking, people, lines, at):
    made.vote(place.region, talking, at=at, passed=False)
    with transaction():
        service.saw(talking, people[0], at)
    assert lines(people[0]) == []
    assert any("投票が おわって、また 話しあっています" in line for line in lines(people[1]))


def test_who_is_asked_to_write_is_told(place, draft, author, una, lines, at):
    with transaction():
        service.ask_author(region=place.region, proposal_id=draft.id, by=author, membership_id=una.id, at=at)
    assert any("いっしょに 書きませんか" in line for line in lines(una))
    assert lines(una, roles=("officer",)) == []


def test_another_region_knows_nothing_of_it(place, talking, people, at):
    other = factories.world("ows", at=at).region
    assert queries.board(other) == [] and queries.news(other, people[0]) == []
    refuse("not_found", service.publish, Exception, region=other, proposal_id=talking.id, by=people[0], at=at)
