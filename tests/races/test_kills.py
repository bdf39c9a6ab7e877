"""kill -9 of a worker, again and again, under load: what was acknowledged is there, once."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa

from app.ledger import proof
from tests import factories
from tests.conftest import AT
from tests.races import breakages
from tests.races.crowd import watching
from tests.races.errands import Errand, balances, lost_or_doubled, purses, under_load
from tests.races.people import counter, people
from tests.serving import granians, read

EVERY = 0.45  # seconds between two kills, about; longer where the server needs longer to come back
ACTS_BETWEEN = 12
ERRANDS_PER_KILL = 60
FORGETFUL_AT_MOST = 20  # kills


def errands(number: int) -> list[Errand]:
    world = factories.world(at=AT)
    host = factories.membership(world.region, at=AT)
    event = factories.event(world.region, host, at=AT, award="arrival").id
    tills = [counter(world, at=AT, stock=number) for _ in range(3)]
    return [Errand(one, tills[i % 3], event) for i, one in enumerate(people(world, number, at=AT))]


def test_what_was_acknowledged_survives_the_death_of_workers(new_server, inside, kills, chance):
    server = new_server(lambda: errands(ERRANDS_PER_KILL * (kills + 1)), **breakages.environment("slow_answers"))
    with watching(server), under_load(server, server.filled) as load:
        for _ in range(kills):
            load.wait_for(ACTS_BETWEEN)
            kill_one(server, chance)
        load.wait_for(ACTS_BETWEEN)
    server.kill()  # the last one takes all of them
    with inside(server):
        assert load.done > kills * ACTS_BETWEEN
        assert not lost_or_doubled(server.filled)
        assert balances(server.filled) == purses(server.filled)
        assert proof.prove()["ok"], proof.prove()


def test_a_server_that_forgets_keys_doubles_something(new_server, inside, chance):
    """Were this one right too, the test above would be blind."""

    server = new_server(lambda: errands(ERRANDS_PER_KILL * 5), **breakages.environment("slow_answers", "forgets_keys"))
    drop_index(server, "uq_check_in_once")
    with under_load(server, server.filled, steps=1) as load:
        for _ in range(FORGETFUL_AT_MOST):
            load.wait_for(ACTS_BETWEEN)
            kill_one(server, chance)
            with inside(server):
                if lost_or_doubled(server.filled):
                    return
    raise AssertionError("nothing was lost or doubled: this test sees nothing")


def drop_index(server, name: str) -> None:
    """As the owner of the tables: the app itself may not."""
    engine = sa.create_engine(server.urls.owner, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text(f"DROP INDEX {name}"))


def kill_one(server, chance) -> None:
    """After a while, the worker that has lived longest; it has no time to say good-bye.

    Not the one that has just come: a server whose new workers die at once takes itself for broken and ends.
    """
    time.sleep(EVERY * chance.uniform(0.5, 1.5))
    with suppress(ProcessLookupError):
        os.kill(min(granians(server.process.pid), key=started), signal.SIGKILL)


def started(pid: int) -> int:
    """When the process began, in ticks since the machine did (proc_pid_stat(5), field 22)."""
    fields = read(Path(f"/proc/{pid}/stat")).rpartition(b") ")[2].split()
    return int(fields[19]) if fields else 0
