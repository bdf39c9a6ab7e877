"""People who come to the door, ask at a shop and pay, and who try again with the same form when nobody answers.

What they were told is kept here, outside the server: it is compared with the books when all is over.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import sqlalchemy as sa

from app.checkins.models import CheckIn
from app.db import db, uuid7
from app.issuing.models import Earning
from app.ledger.models import Holding, Transfer
from app.shops import presented
from app.shops.models import Redemption
from tests.races.crowd import GONE, Answer, Phone
from tests.races.people import Counter as Till
from tests.races.people import Person
from tests.serving import Server

CLIENTS = 8
WITHIN = 60.0  # seconds until somebody despairs of a server that never comes back


@dataclass
class Errand:
    """What one member does, with the keys of the forms; one coin comes in at the door and goes to the shop."""

    person: Person
    till: Till
    event: int
    arrival: str = field(default_factory=uuid7)
    request: str = field(default_factory=uuid7)
    payment: str = field(default_factory=uuid7)
    acknowledged: set[str] = field(default_factory=set)

    def run(self, server: Server, steps: int) -> Iterator[str]:
        """Take the first steps of it; yields the name of each once the server has said that it is done."""
        with Phone(server, yui=self.person.cookie) as phone, Phone(server, yui=self.till.cookie) as till:
            path = f"/tsk/events/{self.event}/check-ins"
            yield from self._step("arrival", 303, lambda: phone.post(path, key=self.arrival))
            if steps == 1:
                return
            path = f"/tsk/shops/offers/{self.till.offer.id}/redemptions"
            yield from self._step("request", 303, lambda: phone.post(path, key=self.request))
            form = {"code": presented.code_for(self.request), "key": self.payment, "proof": self.till.proof}
            yield from self._step("payment", 200, lambda: till.post("/till/confirmations", **form))

    def _step(self, name: str, done: int, send: Callable[[], Answer]) -> Iterator[str]:
        answer = insist(send)
        if answer.status != done:
            raise AssertionError(f"{name} was answered by {answer.status}: {answer.body[-500:]}")
        self.acknowledged.add(name)
        yield name


def insist(send: Callable[[], Answer]) -> Answer:
    """Send the same form until it is answered. Busy (503) means: nothing was done, try again."""
    until, seen = time.monotonic() + WITHIN, Counter[str]()
    while time.monotonic() < until:
        try:
            answer = send()
        except GONE as error:
            seen[type(error).__name__] += 1
            time.sleep(0.02)
            continue
        if answer.status != 503:
            return answer
        seen["503"] += 1
        time.sleep(0.05)
    raise TimeoutError(f"the server did not come back: {dict(seen)}")


@dataclass
class Load:
    """Clients at work. `done` counts what was acknowledged; `left` are errands that nobody has begun."""

    left: list[Errand]
    done: int = 0
    broken: list[BaseException] = field(default_factory=list)

    def wait_for(self, more: int) -> None:
        """Until so many more acts were acknowledged; raises if there are no errands left to do it with."""
        goal, until = self.done + more, time.monotonic() + WITHIN
        while self.done < goal:
            if self.broken:
                raise self.broken[0]
            if not self.left or time.monotonic() > until:
                raise RuntimeError(f"{len(self.left)} errands left, {self.done} of {goal} acts done")
            time.sleep(0.005)


@contextmanager
def under_load(server: Server, errands: list[Errand], *, steps: int = 3) -> Iterator[Load]:
    """Clients do errands; on leaving, each of them ends the one that it has begun."""
    load, over = Load(list(errands)), threading.Event()

    def work() -> None:
        try:
            while not over.is_set() and load.left:
                for _ in load.left.pop(0).run(server, steps):
                    load.done += 1
        except BaseException as error:
            load.broken.append(error)

    threads = [threading.Thread(target=work) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        over.set()
        for thread in threads:
            thread.join()
    if load.broken:
        raise load.broken[0]


# --- afterwards ---------------------------------------------------------------------------------------------


def lost_or_doubled(errands: list[Errand]) -> list[str]:
    """Every acknowledged act that is not there exactly once, and every act at all that is there twice."""
    found = {"arrival": _arrivals(), "coin": _coins(), "request": _requests(), "payment": _payments()}
    wrong = []
    for errand in errands:
        who = errand.person.membership.id
        for name in found:
            times = found[name][who]
            wanted = ("arrival" if name == "coin" else name) in errand.acknowledged
            if times > 1 or (wanted and times == 0):
                wrong.append(f"membership {who}: {name} is there {times} times")
    return wrong


def purses(errands: list[Errand]) -> dict[int, int]:
    """What each of them must have now: the coin of the door, unless it was paid."""
    received, paid = _coins(), _payments()
    who = [errand.person.membership for errand in errands]
    return {one.account_id: received[one.id] - paid[one.id] for one in who if received[one.id]}


def balances(errands: list[Errand]) -> dict[int, int]:
    accounts = [errand.person.membership.account_id for errand in errands]
    query = sa.select(Holding.account_id, Holding.posted).where(Holding.account_id.in_(accounts))
    return {row.account_id: row.posted for row in db.session.execute(query)}


def _arrivals() -> Counter[int]:
    return Counter(db.session.scalars(sa.select(CheckIn.membership_id).where(CheckIn.undone_at.is_(None))))


def _coins() -> Counter[int]:
    query = sa.select(Earning.membership_id).join(Transfer, Transfer.operation_seq == Earning.operation_seq)
    return Counter(db.session.scalars(query))


def _requests() -> Counter[int]:
    return Counter(db.session.scalars(sa.select(Redemption.membership_id)))


def _payments() -> Counter[int]:
    query = sa.select(Redemption.membership_id).join(Transfer, Transfer.operation_seq == Redemption.operation_seq)
    return Counter(db.session.scalars(query.where(Redemption.state == "confirmed")))
