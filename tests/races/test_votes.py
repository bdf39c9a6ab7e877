"""One person, one vote: two phones of every voter at once, two workers, and workers that are killed meanwhile."""

from __future__ import annotations

import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import sqlalchemy as sa

from app.db import db, transaction
from app.members.models import Membership
from app.members.rules import card_number
from app.votes.models import Ballot, UsedLine
from tests import factories
from tests.conftest import AT
from tests.races import breakages
from tests.races.crowd import Phone
from tests.races.errands import insist
from tests.races.people import Person, people, proof_for
from tests.races.test_kills import kill_one
from tests.votes import boxes

CLIENTS = 32
FEW, VOTERS = 16, 300
DONE, TOLD = 303, 422


@dataclass
class Device:
    """One phone of a voter, and what it wants to say; for each vote it makes a key of its own."""

    person: Person
    proof: str
    choice: str

    def vote(self, server, path: str) -> int:
        """Send the same form until it is answered."""
        key = secrets.token_hex(16)
        with Phone(server, yui=self.person.cookie) as phone:
            form = {"choice": self.choice, "key": key, "proof": self.proof}
            answer = insist(lambda: phone.post(path, **form))
        assert answer.status in (DONE, TOLD), answer.body[-500:]
        return answer.status


def filled(number, votes):
    world = factories.world(at=AT, stage=3)
    crowd = people(world, number, at=AT)
    with transaction():
        for serial, one in enumerate(crowd, 1000):
            db.session.get_one(Membership, one.membership.id).number = card_number("TSK", serial)
    made = [boxes.opened(world.region, crowd[0].membership, at=AT).id for _ in range(votes)]
    pairs = [[Device(one, proof_for(one.cookie), choice) for choice in ("yes", "no")] for one in crowd]
    return made, pairs


def rush(server, pairs, vote) -> dict[tuple[int, str], int]:
    """Both phones of each voter, side by side; what each of them was told."""
    devices, path = [one for pair in pairs for one in pair], f"/tsk/votes/{vote}/ballot"
    with ThreadPoolExecutor(CLIENTS) as pool:
        told = list(pool.map(lambda one: one.vote(server, path), devices))
    return {(one.person.membership.id, one.choice): status for one, status in zip(devices, told, strict=True)}


def assert_one_each(pairs, vote, told):
    """One phone of each was received, the other told so; the box holds what the received ones said."""
    lines = Counter(db.session.scalars(sa.select(UsedLine.membership_id).where(UsedLine.vote_id == vote)))
    box = Counter(db.session.scalars(sa.select(Ballot.choice).where(Ballot.vote_id == vote)))
    voters = [pair[0].person.membership.id for pair in pairs]
    assert lines == Counter(voters) and sum(box.values()) == len(voters)
    for who in voters:
        assert sorted(told[who, choice] for choice in ("yes", "no")) == [DONE, TOLD]
    received = Counter(choice for (_who, choice), status in told.items() if status == DONE)
    assert box == {f'"{choice}"': number for choice, number in received.items()}


def test_two_phones_of_everybody_are_one_vote_each(new_server, inside, rounds):
    server = new_server(lambda: filled(FEW, rounds))
    votes, pairs = server.filled
    told = {vote: rush(server, pairs, vote) for vote in votes}
    with inside(server):
        for vote in votes:
            assert_one_each(pairs, vote, told[vote])


def test_three_hundred_voters_with_two_phones_and_workers_that_die(new_server, inside, kills, chance):
    server = new_server(lambda: filled(VOTERS, 1), **breakages.environment("slow_answers"))
    (vote,), pairs = server.filled
    with ThreadPoolExecutor(1) as aside:
        crowd = aside.submit(rush, server, pairs, vote)
        for _ in range(kills):
            if not crowd.done():
                kill_one(server, chance)
        told = crowd.result()
    with inside(server):
        assert_one_each(pairs, vote, told)
