from datetime import timedelta

import pytest

from app.db import db, transaction, uuid7
from app.errors import Conflict, Forbidden, Missing, Refused
from app.projects import queries
from app.projects.wanted import service
from app.projects.wanted.service import Wish
from tests.projects import factories as made


@pytest.fixture
def act(place, project, at):
    def act(task, by, name, roles=frozenset({"member"})):
        told = {"region": place.region, "project_id": project.id, "by": by, "roles": roles, "at": at}
        with transaction():
            service.act(**told, task_id=task.id, act=name)
        db.session.expire_all()
        return task.taken_by_id, task.done_at is not None

    return act


def free(project):
    return [one.task.id for one in queries.tasks(project) if queries.is_free(one)]


def test_a_task_is_taken_given_back_done_and_not_done_after_all(act, do, project, lead, una, at):
    task = do.task()
    do.join(una)
    assert free(project) == [task.id]
    assert act(task, una, "take") == (una.id, False) == act(task, una, "take")
    with pytest.raises(Conflict, match="task_taken"):
        act(task, lead, "take")
    assert act(task, una, "give_back") == (None, False)
    assert act(task, lead, "take") == (lead.id, False)
    assert act(task, lead, "finish") == (lead.id, True) == act(task, lead, "finish")
    assert free(project) == []
    with pytest.raises(Refused, match="task_done"):
        act(task, lead, "give_back")
    assert act(task, lead, "reopen") == (lead.id, False)
    act(task, lead, "withdraw")
    assert queries.tasks(project) == []


def test_what_is_done_moves_out_of_sight_after_a_while(act, do, project, lead):
    done = [do.task() for _ in range(4)]
    for task in done:
        act(task, lead, "finish")
    waiting = do.task()
    assert [one.task.id for one in queries.tasks(project, done=2)] == [waiting.id, done[2].id, done[3].id]


def test_only_who_takes_part_takes_a_task(act, do, sora):
    task = do.task()
    with pytest.raises(Forbidden, match="not_in_project"):
        act(task, sora, "take")
    with pytest.raises(Forbidden, match="not_in_project"):
        act(task, sora, "take", {"steward"})


def test_a_role_is_for_whoever_asks_and_only_withdrawn(act, do, lead):
    role = do.task(kind="role", places=2)
    with pytest.raises(Refused, match="field_choice"):
        act(role, lead, "take")
    act(role, lead, "withdraw")


def test_the_same_form_twice_is_one_and_another_projects_task_is_not_there(act, place, project, do, lead, at):
    key = uuid7()
    told = {"region": place.region, "by": lead, "roles": set(), "key": key, "wish": Wish("task", "写真"), "at": at}
    for _ in range(2):
        with transaction():
            service.add(**told, project_id=project.id)
    assert len(queries.tasks(project)) == 1
    other = made.project(place.region, lead, at=at)
    with pytest.raises(Conflict, match="other_request"), transaction():
        service.add(**told, project_id=other.id)
    foreign = made.task(place.region, other, lead, at=at)
    with pytest.raises(Missing):
        act(foreign, lead, "finish")


def test_places_belong_to_a_role(do):
    assert do.task(places=5).places == 1
    assert do.task(kind="role", places=5).places == 5


def test_what_can_be_done_from_home_is_found_by_skill(place, do, project, lead, una, at):
    here = do.task(title="草かり")
    leaflet = do.task(title="パンフレット", remote=True, skills="デザイン、英語")
    photos = do.task(title="写真の整理", remote=True, skills="写真")
    found = lambda **asked: [one.task.id for one in queries.wanted(place.region, **asked)]  # noqa: E731
    assert found() == [photos.id, leaflet.id, here.id]
    assert found(remote=True) == [photos.id, leaflet.id]
    assert found(remote=True, words="英語") == [leaflet.id]
    assert found(remote=True, words="%") == []
    assert found(limit=1) == [photos.id] and found(after=photos.id) == [leaflet.id, here.id]
    card = queries.board(place.region, "remote")[0]
    assert (card.wanted, card.remote, card.people) == (3, True, 1)
    with transaction():
        told = {"region": place.region, "project_id": project.id, "by": lead, "roles": set(), "at": at}
        for task in (leaflet, photos):
            service.act(**told, task_id=task.id, act="take")
    assert found(remote=True) == [] == queries.board(place.region, "remote")
    assert [card.remote for card in queries.board(place.region, "wanted")] == [False]


def test_places_of_a_role_come_free_when_somebody_leaves(place, project, do, una, sora, at):
    from app.projects.joining import service as joining

    role = do.task(kind="role", places=1, title="大工さん")
    do.join(una, task_id=role.id)
    assert free(project) == []
    assert [(row.role) for row, who in queries.people(project) if who.id == una.id] == ["大工さん"]
    with transaction():
        joining.leave(region=place.region, project_id=project.id, membership=una, at=at)
    assert free(project) == [role.id]
    do.join(una, when=at + timedelta(minutes=1))  # comes again, for something else
    assert free(project) == [role.id]
    do.join(sora, task_id=role.id)
    assert free(project) == []


def test_a_task_is_found_by_any_word_that_is_said_of_it(place, project, do):
    leaflet = do.task(
        title="見た目", title_en="Layout of the Leaflet", note="図書館で 下書きを 見られます", remote=True
    )
    do.task(title="草かり")

    def found(words):
        return [one.task.id for one in queries.wanted(place.region, words=words)]

    assert found("leaflet") == found("図書館") == found("見た目") == [leaflet.id]
    assert len(found(project.title)) == 2 and found("大工") == []
