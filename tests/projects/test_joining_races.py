"""Two people at one moment, on two phones: one place, one task, one wish."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from typing import Any

from app.credentials import service as credentials
from app.db import db, transaction, uuid7
from app.members.models import Membership
from app.projects.models import JoinRequest, ProjectMember, Task
from tests import factories
from tests.conftest import AT
from tests.projects import factories as made
from tests.races.crowd import Answer, Phone

ROUNDS = int(os.environ.get("RACE_ROUNDS", "5"))


def signed_in(who: Membership) -> str:
    with transaction():
        return credentials.sign_in(member_id=who.member_id, way="passkey", at=AT, fresh=True)[1]


def fill_two_answers() -> Any:
    """Projects with one place of a role, wanted by two people, and two who may answer them."""
    region = factories.world(at=AT).region
    lead, second, *askers = (factories.membership(region, at=AT) for _ in range(4))
    filled = []
    for _ in range(ROUNDS):
        project = made.project(region, lead, at=AT)
        made.join(region, project, second, lead, at=AT)
        role = made.task(region, project, lead, at=AT, kind="role", title="大工さん")
        asked = [made.ask(region, project, one, at=AT, task_id=role.id).id for one in askers]
        filled.append((project.id, asked, made.task(region, project, lead, at=AT).id))
    return [signed_in(lead), signed_in(second)], filled


def fill_one_asker() -> Any:
    region = factories.world(at=AT).region
    lead, asker = (factories.membership(region, at=AT) for _ in range(2))
    return signed_in(asker), [made.project(region, lead, at=AT).id for _ in range(ROUNDS)]


def at_once(phones: Sequence[Phone], ask: Callable[[int, Phone], Answer]) -> list[int]:
    """What all of them are told who ask in the same moment, sorted."""
    barrier, told = threading.Barrier(len(phones)), []

    def run(number: int, phone: Phone) -> None:
        barrier.wait()
        told.append(ask(number, phone).status)

    threads = [threading.Thread(target=run, args=one) for one in enumerate(phones)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


def answer(project: int, asked: list[int]) -> Callable[[int, Phone], Answer]:
    def ask(number: int, phone: Phone) -> Answer:
        form = {"answer": "yes", f"note_{asked[number]}": "どうぞ"}
        return phone.post(f"/tsk/projects/{project}/requests/{asked[number]}", **form)

    return ask


def take(project: int, task: int) -> Callable[[int, Phone], Answer]:
    return lambda _number, phone: phone.post(f"/tsk/projects/{project}/tasks/{task}", act="take")


def join(project: int) -> Callable[[int, Phone], Answer]:
    return lambda _number, phone: phone.post(f"/tsk/projects/{project}/join", key=uuid7(), message="")


def test_one_place_and_one_task_have_one_winner(new_server, inside):
    server = new_server(fill_two_answers)
    cookies, filled = server.filled
    phones = [Phone(server, yui=cookie) for cookie in cookies]
    for project, asked, task in filled:
        assert at_once(phones, answer(project, asked)) == [303, 422]
        assert at_once(phones, take(project, task)) == [303, 409]
    for phone in phones:
        phone.close()
    with inside(server):
        for project, _asked, task in filled:
            assert db.session.query(ProjectMember).filter_by(project_id=project, role="大工さん").count() == 1
            assert db.session.get(Task, task).taken_by_id is not None


def test_one_person_on_four_phones_asks_once(new_server, inside):
    server = new_server(fill_one_asker)
    cookie, projects = server.filled
    phones = [Phone(server, yui=cookie) for _ in range(4)]
    for project in projects:
        assert at_once(phones, join(project)) == [303] * 4
    for phone in phones:
        phone.close()
    with inside(server):
        assert db.session.query(JoinRequest).count() == ROUNDS
