from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.codes.models import PublicCode
from app.db import db, transaction, uuid7
from app.errors import Conflict, Forbidden, Missing, Refused
from app.proposals import queries, service
from app.proposals.models import Proposal, ProposalAuthor, ProposalSupport, ProposalVersion
from app.proposals.writing import texts
from tests import factories
from tests.proposals import factories as made


def refuse(code, verb, kind=Refused, **told):
    with pytest.raises(kind, match=code), transaction():
        verb(**told)


def ask_for(place, **measures):
    """What the region wants of proposals from now on."""
    with transaction():
        for name, value in measures.items():
            setattr(place.region, name, value)


@pytest.fixture
def where(place, proposal, author):
    return {"region": place.region, "proposal_id": proposal.id, "by": author}


# --- the first idea -------------------------------------------------------------------------------------------


def test_a_first_idea_is_a_draft_that_nobody_else_finds(place, draft, author, una):
    assert (draft.stage, draft.version, draft.published_at) == ("draft", 1, None)
    assert queries.board(place.region) == [] and queries.of_member(place.region, author) == [draft]
    assert queries.of_member(place.region, una) == []
    assert db.session.get(PublicCode, draft.code) is None


def test_the_same_form_twice_is_one_draft(place, author, una, at):
    told = {"region": place.region, "key": uuid7(), "title": "橋", "wish": "ほしい", "field": "other", "at": at}
    with transaction():
        first = service.draft(by=author, **told).id
    with transaction():
        assert service.draft(by=author, **(told | {"title": "ほか"})).id == first
    assert db.session.query(Proposal).count() == 1
    refuse("other_request", service.draft, Conflict, by=una, **told)


def test_a_number_is_needed_to_propose_and_to_support(place, proposal, at):
    newcomer = factories.membership(place.region, at=at, standing="provisional", kind="friend", name="")
    told = {"region": place.region, "by": newcomer, "at": at}
    refuse("proposal_provisional", service.draft, key=uuid7(), title="橋", wish="ほしい", field="other", **told)
    refuse("proposal_provisional", service.support, proposal_id=proposal.id, why="", **told)


def test_a_draft_is_written_over_and_leaves_no_versions(place, draft, author, at):
    made.change(place.region, draft, author, at=at, why="", own_part="木を けずる", cost_yen=0)
    assert (draft.version, draft.own_part, draft.cost_yen) == (1, "木を けずる", 0)
    assert db.session.query(ProposalVersion).count() == 0


def test_a_draft_is_thrown_away_by_whoever_began_it(place, draft, author, una, at):
    told = {"region": place.region, "proposal_id": draft.id}
    with transaction():
        service.ask_author(**told, by=author, membership_id=una.id, at=at)
    with transaction():
        service.accept(**told, by=una, at=at)
    refuse("draft_of_other", service.drop, by=una, **told)
    with transaction():
        service.drop(by=author, **told)
    assert db.session.query(Proposal).count() == db.session.query(ProposalAuthor).count() == 0


def test_only_texts_can_be_changed(where, at):
    for name in ("stage", "support_needed", "proposer_id", "passed"):
        refuse(name, service.change, KeyError, **where, values={name: "1"}, why="x", at=at)


def test_showing_it_freezes_what_it_needs_and_opens_its_code(place, draft, author, at):
    told = {"region": place.region, "proposal_id": draft.id, "by": author, "at": at}
    ask_for(place, support_needed=7, support_hours=10)
    for _ in range(2):
        with transaction():
            service.publish(**told)
    ask_for(place, support_needed=1, support_hours=0)
    assert (draft.stage, draft.support_needed, draft.support_hours) == ("support", 7, 10)
    assert db.session.get(PublicCode, draft.code).subject_id == draft.id
    assert [one.row.number for one in queries.versions(draft)] == [1]
    refuse("proposal_shown", service.drop, region=place.region, proposal_id=draft.id, by=author)


# --- who writes -----------------------------------------------------------------------------------------------


def test_who_is_asked_writes_after_saying_yes(place, draft, author, una, sora, at):
    told = {"region": place.region, "proposal_id": draft.id, "at": at}
    refuse("not_author", service.change, Forbidden, by=una, values={"title": "x"}, **told)
    refuse("not_asked_author", service.accept, by=una, **told)
    for _ in range(2):
        with transaction():
            service.ask_author(by=author, membership_id=una.id, **told)
    assert queries.asked_of(place.region, una) == [draft] and not queries.is_author(draft, una)
    refuse("not_author", service.change, Forbidden, by=una, values={"title": "x"}, **told)
    for _ in range(2):
        with transaction():
            service.accept(by=una, **told)
    assert queries.authors(draft) == [author, una] and queries.asked_of(place.region, una) == []
    made.change(place.region, draft, una, at=at, title="橋の ベンチ")
    refuse("already_author", service.ask_author, Conflict, by=una, membership_id=author.id, **told)
    refuse("not_author", service.ask_author, Forbidden, by=sora, membership_id=sora.id, **told)


def test_who_leaves_may_be_asked_again_and_whoever_began_stays(place, draft, author, una, at):
    told = {"region": place.region, "proposal_id": draft.id, "at": at}
    ask = {"by": author, "membership_id": una.id, **told}
    for verbs in ((service.leave,), (service.accept, service.leave, service.leave)):
        with transaction():
            service.ask_author(**ask)
        for verb in verbs:
            with transaction():
                verb(by=una, **told)
        assert queries.authors(draft) == [author] and not queries.is_asked(draft, una)
    refuse("proposer_stays", service.leave, by=author, **told)
    refuse("not_found", service.leave, Missing, by=factories.membership(place.region, at=at), **told)


def test_there_are_six_authors_at_most_and_all_have_numbers(place, draft, author, at):
    told = {"region": place.region, "proposal_id": draft.id, "by": author, "at": at}
    *five, last = (factories.membership(place.region, at=at).id for _ in range(6))
    for one in five:
        with transaction():
            service.ask_author(membership_id=one, **told)
    refuse("authors_many", service.ask_author, membership_id=last, **told)
    newcomer = factories.membership(place.region, at=at, standing="provisional", kind="friend", name="")
    refuse("author_provisional", service.ask_author, membership_id=newcomer.id, **told)
    other = factories.membership(factories.world("ows", at=at).region, at=at)
    refuse("not_found", service.ask_author, Missing, membership_id=other.id, **told)


# --- 応援 -----------------------------------------------------------------------------------------------------


def test_with_enough_support_the_talk_begins_by_itself_and_once(place, proposal, people, at):
    later = at + timedelta(hours=1)
    opened = [made.support(place.region, proposal, one, at=later, why="ほしい").opens_talk for one in people]
    assert opened == [False, False, True, False]
    assert (proposal.stage, proposal.talk_at) == ("talk", later)
    assert queries.points(proposal) == queries.Points(4, 4, 3)
    assert [one.row.why for one in queries.supports(proposal)] == ["ほしい"] * 4


def test_the_same_supporter_counts_once_and_may_change_the_line(place, proposal, una, at):
    first = made.support(place.region, proposal, una, at=at, why="つかれる")
    again = made.support(place.region, proposal, una, at=at, why="すわりたい")
    last = made.support(place.region, proposal, una, at=at)
    assert first.row.id == again.row.id == last.row.id and last.row.why == "すわりたい"
    assert queries.points(proposal).people == 1


def test_two_rows_of_one_supporter_are_refused_by_the_database(place, proposal, una, at):
    facts = {"region_id": place.region.id, "proposal_id": proposal.id, "membership_id": una.id, "at": at}
    with pytest.raises(Conflict, match="already_supported"), transaction():
        db.session.add_all([ProposalSupport(**facts), ProposalSupport(**facts)])


def test_nobody_supports_what_they_write(where, place, proposal, author, una, at):
    refuse("support_own", service.support, **where, why="", at=at)
    with transaction():
        service.ask_author(**where, membership_id=una.id, at=at)
    with transaction():
        service.accept(**(where | {"by": una}), at=at)
    refuse("support_own", service.support, **(where | {"by": una}), why="", at=at)


def test_support_is_taken_back_and_given_again(place, proposal, una, at):
    told = {"region": place.region, "proposal_id": proposal.id, "by": una, "at": at}
    made.support(place.region, proposal, una, at=at)
    for _ in range(2):
        with transaction():
            service.withdraw_support(**told)
    assert queries.points(proposal).points == 0 and made.involved(proposal, [una]) == []
    made.support(place.region, proposal, una, at=at)
    assert queries.points(proposal).people == 1


def test_a_talk_that_has_begun_goes_on_when_support_is_taken_back(place, talking, people, at):
    told = {"region": place.region, "proposal_id": talking.id, "by": people[0], "at": at}
    with transaction():
        service.withdraw_support(**told)
    assert talking.stage == "talk" and queries.points(talking).points == 2


def test_confirmed_hours_are_one_point_more_and_the_measure_is_that_of_the_first_day(place, author, una, sora, at):
    ask_for(place, support_hours=10)
    proposal = made.proposal(place.region, author, at=at)
    ask_for(place, support_hours=0)
    made.hours(place.region, una, author, 600, at=at)
    made.hours(place.region, sora, author, 585, at=at)
    assert made.support(place.region, proposal, una, at=at).row.points == 2
    assert made.support(place.region, proposal, sora, at=at).row.points == 1
    assert (proposal.stage, queries.points(proposal).extra) == ("talk", 1)


def test_a_draft_is_not_supported(place, draft, una, at):
    refuse("support_over", service.support, region=place.region, proposal_id=draft.id, by=una, why="", at=at)


# --- versions -------------------------------------------------------------------------------------------------


def test_every_change_is_kept_with_its_reason(where, place, proposal, author, at):
    later = at + timedelta(days=1)
    made.change(place.region, proposal, author, at=later, why="軽くした", own_part="竹で 組む")
    assert (proposal.version, proposal.own_part) == (2, "竹で 組む")
    last, first = queries.versions(proposal)
    assert (last.row.why, last.who, last.row.at) == ("軽くした", author, later)
    assert texts.changed(texts.read(first.row.texts), texts.read(last.row.texts)) == ["own_part"]
    made.change(place.region, proposal, author, at=later, why="", own_part="竹で 組む")
    assert proposal.version == 2
    refuse("reason_missing", service.change, **where, values={"own_part": "木"}, at=at)


def test_a_version_of_somebody_else_is_never_written_over(where, place, proposal, author, at):
    made.change(place.region, proposal, author, at=at, purpose="あたらしい")
    stale = {"values": {"purpose": "ふるい"}, "why": "なおした", "base": 1, "at": at}
    refuse("proposal_newer", service.change, Conflict, **where, **stale)
    with transaction():
        same = service.change(**where, **(stale | {"values": {"purpose": "あたらしい"}}))
    assert (same.version, same.purpose) == (2, "あたらしい")


@pytest.mark.parametrize("verb", ["UPDATE proposal_version SET why = 'x'", "DELETE FROM proposal_version"])
def test_versions_are_never_altered(proposal, verb):
    with pytest.raises(sa.exc.DBAPIError), transaction():
        db.session.execute(sa.text(verb))


@pytest.mark.parametrize("decided", [False, True])
def test_from_a_vote_on_the_texts_stand(where, place, talking, author, at, decided):
    made.vote(place.region, talking, at=at, decided=decided)
    assert talking.stage == ("doing" if decided else "vote")
    told = where | {"proposal_id": talking.id, "at": at}
    for name in texts.NAMES:
        value = {"field": "energy", "decider": "city", "cost_yen": 1}.get(name, "ちがう")
        refuse("proposal_frozen", service.change, **told, values={name: value}, why="x")
    refuse("proposal_frozen", service.ask_author, **told, membership_id=author.id)


def test_a_project_is_asked_for_only_by_who_takes_part_in_it(where, place, proposal, author, una, at):
    from tests.projects import factories as projects

    own, other = (projects.project(place.region, who, at=at) for who in (author, una))
    refuse("not_in_project", service.change, **where, values={"project_id": other.id}, at=at)
    made.change(place.region, proposal, author, at=at, project_id=own.id)
    assert proposal.project_id == own.id and proposal.version == 1
