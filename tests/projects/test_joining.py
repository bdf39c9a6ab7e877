from datetime import timedelta

import pytest
from flask import g

from app.db import db, transaction
from app.errors import Conflict, Forbidden, Missing, Refused
from app.projects import queries, waiting
from app.projects.joining import service
from app.projects.models import JoinRequest
from tests import factories
from tests.projects import factories as made


@pytest.fixture
def lines(app, place):
    """What waits for somebody at a moment, by the address that deals with it."""

    def lines(who, at, roles=frozenset()):
        with app.test_request_context("/tsk"):
            g.region = place.region
            return {line.href: line.text for line in waiting.lines(place.region, who, roles, at)}

    return lines


def requests(project):
    db.session.expire_all()
    return db.session.query(JoinRequest).filter_by(project_id=project.id).all()


def test_one_wish_of_a_person_lives_at_a_time(do, project, place, una, at):
    first = do.ask(una, message="手つだいたいです")
    assert do.ask(una, key=first.key).id == do.ask(una).id == first.id
    assert len(requests(project)) == 1
    with transaction():
        service.withdraw(region=place.region, project_id=project.id, membership=una, at=at)
    again = do.ask(una)
    assert again.id != first.id and queries.live_request(project.id, una.id) == again


def test_a_form_is_for_one_person_and_one_project(do, place, project, lead, una, sora, at):
    first = do.ask(una)
    with pytest.raises(Conflict, match="other_request"):
        do.ask(sora, key=first.key)
    other = made.project(place.region, lead, at=at)
    with pytest.raises(Conflict, match="other_request"):
        made.ask(place.region, other, una, at=at, key=first.key)


def test_who_cannot_ask(do, place, project, lead, una, at):
    with pytest.raises(Refused, match="already_in_project"):
        do.ask(lead)
    taken = do.task()
    do.join(una, task_id=taken.id)
    somebody = factories.membership(place.region, at=at)
    with pytest.raises(Refused, match="task_gone"):
        do.ask(somebody, task_id=taken.id)
    other = made.project(place.region, lead, at=at)
    with pytest.raises(Missing):
        do.ask(somebody, task_id=made.task(place.region, other, lead, at=at).id)
    for when, code in (("resting_at", "project_resting"), ("ended_at", "project_over")):
        closed = made.project(place.region, lead, at=at, **{when: at})
        with pytest.raises(Refused, match=code):
            made.ask(place.region, closed, somebody, at=at)


def test_yes_lets_in_and_whoever_takes_part_may_say_it(do, place, project, una, sora, at):
    task = do.task(remote=True)
    newcomer = factories.membership(place.region, at=at, standing="provisional", kind="friend", name="")
    do.join(una)
    later = at + timedelta(days=2)
    row = do.answer(do.ask(newcomer, task_id=task.id), "yes", by=una, when=later, note="ようこそ")
    assert (row.answer, row.answer_note, row.answered_by_id, row.seen_at) == ("yes", "ようこそ", una.id, None)
    assert queries.is_in(project.id, newcomer.id)
    db.session.expire_all()
    assert (task.taken_by_id, project.active_at) == (newcomer.id, later)
    assert do.answer(row, "yes").answered_by_id == una.id
    with pytest.raises(Conflict, match="request_answered"):
        do.answer(row, "no")
    with pytest.raises(Forbidden, match="not_in_project"):
        do.answer(do.ask(sora), "yes", by=factories.membership(place.region, at=at), roles={"member"})


def test_no_needs_a_sentence_and_one_may_ask_again(do, project, una, lead):
    row = do.ask(una)
    with pytest.raises(Refused, match="reason_missing"):
        do.answer(row, "no", note="")
    with pytest.raises(Refused, match="field_choice"):
        do.answer(row, "perhaps")
    do.answer(row, "no", note="いまは 人が たりています")
    assert not queries.is_in(project.id, una.id)
    assert do.ask(una).id != row.id


def test_nobody_answers_their_own_wish(do, una):
    with pytest.raises(Forbidden, match="own_request"):
        do.answer(do.ask(una), "yes", by=una, roles={"steward"})


def test_a_wish_that_was_taken_back_is_not_answered(do, place, project, una, at):
    row = do.ask(una)
    for _ in range(2):
        with transaction():
            service.withdraw(region=place.region, project_id=project.id, membership=una, at=at)
    with pytest.raises(Conflict, match="request_withdrawn"):
        do.answer(row, "yes")


def test_of_two_who_want_one_place_one_gets_it_and_the_other_may_do_something_else(do, project, una, sora):
    role = do.task(kind="role", title="大工さん")
    first, second = do.ask(una, task_id=role.id), do.ask(sora, task_id=role.id)
    do.answer(first, "yes")
    with pytest.raises(Refused, match="task_gone"):
        do.answer(second, "yes")
    do.answer(second, "yes", without_task=True)
    assert {who.id: row.role for row, who in queries.people(project) if row.role} == {una.id: "大工さん"}
    assert queries.is_in(project.id, sora.id)


def test_somebody_who_is_no_member_any_more_is_not_let_in(do, una):
    row = do.ask(una)
    with transaction():
        una.standing = "ended"
    with pytest.raises(Refused, match="asker_gone"):
        do.answer(row, "yes")


def test_an_answer_or_a_reminder_within_seven_days(do, project, lead, una, sora, lines, at):
    """Until day 7 the project hears that somebody asks; from then on that somebody waits, and duty holders hear it."""
    row = do.ask(una)
    asked, desk = f"/tsk/projects/{project.id}/requests", "/tsk/projects/requests"
    before, after = at + timedelta(days=6, hours=23), at + timedelta(days=7)
    assert "返事を 書いてください" in lines(lead, before)[asked]
    assert "返事まち" in lines(lead, after)[asked]
    assert lines(una, after) == {} == lines(sora, after)
    assert lines(sora, before, {"steward"}) == {}
    assert "返事まち" in lines(sora, after, {"steward"})[desk]
    assert desk not in lines(lead, after, {"office"})  # said once, in the own project's line
    do.answer(row, "no", when=after, note="すみません")
    assert lines(lead, after) == {} == lines(sora, after, {"steward"})


def test_the_asker_sees_the_answer(do, place, project, una, lines, at):
    do.answer(do.ask(una), "no", note="いまは 人が たりています")
    own = f"/tsk/projects/{project.id}/join"
    assert "返事が きました" in lines(una, at)[own]
    for minutes in (1, 2):
        with transaction():
            when = at + timedelta(minutes=minutes)
            service.see(region=place.region, project_id=project.id, membership=una, at=when)
    assert lines(una, at) == {}
    assert [row.seen_at for row in requests(project)] == [at + timedelta(minutes=1)]


def test_whoever_leaves_gives_back_what_is_not_done(do, place, project, una, lead, at):
    done, open_ = do.task(), do.task()
    do.join(una, task_id=open_.id)
    with transaction():
        for task in (done, open_):
            task.taken_by_id = una.id
        done.done_at = at
    for _ in range(2):
        with transaction():
            service.leave(region=place.region, project_id=project.id, membership=una, at=at)
    db.session.expire_all()
    assert not queries.is_in(project.id, una.id)
    assert (done.taken_by_id, open_.taken_by_id) == (una.id, None)
    with pytest.raises(Refused, match="lead_leaves"), transaction():
        service.leave(region=place.region, project_id=project.id, membership=lead, at=at)


def test_the_lead_hands_over_to_somebody_who_takes_part(do, place, project, una, sora, lead, at):
    def hand_over(to, by, roles=frozenset({"member"})):
        with transaction():
            told = {"region": place.region, "project_id": project.id, "by": by, "roles": roles, "at": at}
            service.hand_over(**told, to_id=to.id)

    with pytest.raises(Refused, match="lead_unknown"):
        hand_over(una, lead)
    do.join(una)
    with pytest.raises(Forbidden, match="not_lead"):
        hand_over(una, una)
    hand_over(una, lead)
    db.session.expire_all()
    assert project.lead_id == una.id
    with transaction():
        service.leave(region=place.region, project_id=project.id, membership=lead, at=at)
    made.join(place.region, project, sora, una, at=at)
    hand_over(sora, lead, {"steward"})
    newcomer = factories.membership(place.region, at=at, standing="provisional", kind="friend")
    made.join(place.region, project, newcomer, una, at=at)
    with pytest.raises(Refused, match="lead_unknown"):
        hand_over(newcomer, sora)
