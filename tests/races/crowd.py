"""A crowd of phones that act at one moment, and somebody who reads the books meanwhile."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import NamedTuple
from urllib.parse import urlencode

import sqlalchemy as sa

from app.db import engine_options
from app.ledger.models import LOT_KEEPING
from tests.serving import Server

CROWD = 32
LOOK_EVERY = 0.05  # seconds
PATIENCE = 20.0  # seconds until a phone gives up on an answer
GONE = (OSError, HTTPException)  # what a phone sees of a server that died
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}


class Answer(NamedTuple):
    status: int
    location: str
    body: str
    cookies: tuple[str, ...] = ()  # as the server set them


class Phone:
    """One connection that is kept, and the cookies of one device."""

    def __init__(self, server: Server, **cookies: str) -> None:
        self.host = server.origin.removeprefix("http://")
        self.cookies = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self.connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None, {})

    def post(self, path: str, **form: str) -> Answer:
        return self._ask("POST", path, urlencode(form), FORM)

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        cookie = {"Cookie": self.cookies} if self.cookies else {}
        try:
            self.connection.request(method, path, body, {"Host": self.host, **cookie, **headers})
            response = self.connection.getresponse()
            given, text = response.headers, response.read().decode()
            cookies = tuple(given.get_all("Set-Cookie", ()))
            return Answer(response.status, given.get("Location", ""), text, cookies)
        except GONE:
            self.close()
            raise

    def close(self) -> None:
        self.connection.close()

    def __enter__(self) -> Phone:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def all_at_once(phones: Sequence[Phone], act: Callable[[Phone, int], Answer]) -> list[Answer]:
    """Let each phone connect, then all of them act together; the answers in the order of the phones."""
    start = threading.Barrier(len(phones))
    answers: list[Answer | BaseException] = [RuntimeError("no answer")] * len(phones)

    def run(number: int, phone: Phone) -> None:
        try:
            phone.get("/healthz/live")
            start.wait(PATIENCE)
            answers[number] = act(phone, number)
        except BaseException as error:  # shown by whoever called, not by a thread that nobody hears
            answers[number] = error
        finally:
            phone.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(phones)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in answers:
        if isinstance(one, BaseException):
            raise one
    return answers  # type: ignore[return-value]  # errors were raised


def tally(answers: Iterable[Answer]) -> dict[int, int]:
    """How many answers had which status."""
    return dict(Counter(answer.status for answer in answers))


# --- the reader ---------------------------------------------------------------------------------------------

_LOTS = ", ".join(f"'{kind}'" for kind in LOT_KEEPING)
BOOKS = sa.text(
    f"""
    SELECT (SELECT COALESCE(SUM(posted), 0) FROM holding)
         - (SELECT COALESCE(SUM(amount * (CASE WHEN giver.kind IN ({_LOTS}) THEN 0 ELSE 1 END)), 0)
                 - COALESCE(SUM(amount * (CASE WHEN taker.kind IN ({_LOTS}) THEN 0 ELSE 1 END)), 0)
              FROM transfer
              JOIN account AS giver ON giver.id = transfer.from_id
              JOIN account AS taker ON taker.id = transfer.to_id) AS off_by,
           (SELECT COUNT(*) FROM holding WHERE held < 0 OR posted < held) AS negative
    """
)


@dataclass
class Watch:
    """What a reader saw: how often, and every moment at which the books were wrong."""

    reads: int = 0
    wrong: list[str] = field(default_factory=list)


@contextmanager
def watching(server: Server) -> Iterator[Watch]:
    """Read again and again, in one statement each, whether all coins that were given are somewhere.

    The end of a race may be right though its middle was not: money that was missing for a moment was
    missing for whoever looked.
    """
    watch, over = Watch(), threading.Event()
    engine = sa.create_engine(server.database_url, **engine_options(server.database_url))

    def read() -> None:
        while not over.wait(LOOK_EVERY):
            try:
                with engine.connect() as connection:
                    off_by, negative = connection.execute(BOOKS).one()
            except sa.exc.DBAPIError as error:
                watch.wrong.append(str(error))
                return
            watch.reads += 1
            if off_by or negative:
                watch.wrong.append(f"coins off by {off_by}, {negative} holdings below zero")

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield watch
    finally:
        over.set()
        thread.join()
        engine.dispose()
    assert watch.reads and not watch.wrong, watch.wrong[:3]
