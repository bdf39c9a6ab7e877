"""How many requests are worked on at once: as many as the cores and the busy rows of the database are good for.

More of them only wait for each other, and each wait costs processor time on both sides. What a phone still sends is
waited for outside: with one bar of signal a form takes seconds, and nobody else should notice.
"""

from __future__ import annotations

import io
import re
import threading
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

AT_ONCE = {"postgresql": 2, "sqlite": 4}  # in each worker; on SQLite whoever waits to write holds a place too
AT_MOST = 0.5  # seconds that a request waits for its place; then it goes on without one, so nothing hangs by this


class Input(Protocol):
    """What a body is read from."""

    def read(self, size: int) -> bytes: ...


class FewAtOnce:
    """WSGI: waits until the whole body is there, then for one of the `places`.

    What is larger than `body` bytes (a photo), or does not tell its size, takes no place: it may come slowly, and
    is not kept twice.
    """

    def __init__(self, app: WSGIApplication, *, places: int, body: int, at_most: float = AT_MOST) -> None:
        self.app, self.body, self.at_most = app, body, at_most
        self.places = Places(places)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        size = _size(environ)
        if size is None or size > self.body:
            return self.app(environ, start_response)
        if size:
            environ["wsgi.input"] = io.BytesIO(_whole(environ["wsgi.input"], size))
        has_place = self.places.take(self.at_most)
        try:
            return self.app(environ, start_response)
        finally:
            if has_place:
                self.places.leave()


class Places:
    """So many places, in the order of asking: a semaphore lets whoever comes by at the right moment go first."""

    def __init__(self, number: int) -> None:
        self._free, self._waiting, self._own = number, deque[threading.Lock](), threading.Lock()

    def take(self, at_most: float) -> bool:
        """Wait for a place; False if none came within `at_most` seconds."""
        turn = threading.Lock()
        with self._own:
            if self._free:
                self._free -= 1
                return True
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=at_most):
            return True
        with self._own:
            if turn not in self._waiting:  # handed over in the last moment
                return True
            self._waiting.remove(turn)
            return False

    def leave(self) -> None:
        """Hand the place to who has waited longest."""
        with self._own:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


def _size(environ: WSGIEnvironment) -> int | None:
    """Of the body, in bytes; None if only its end will tell, or nonsense is told."""
    if "HTTP_TRANSFER_ENCODING" in environ:
        return None
    told = environ.get("CONTENT_LENGTH") or "0"
    return int(told) if re.fullmatch("[0-9]{1,12}", told) else None


def _whole(stream: Input, size: int) -> bytes:
    """`size` bytes, or as many as came before the phone was gone."""
    parts = []
    while size and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
