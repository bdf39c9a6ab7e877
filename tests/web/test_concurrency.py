"""Few requests at once, in the order of asking; a body that comes slowly holds up nobody."""

from __future__ import annotations

import threading
from io import BytesIO

import pytest

from app.web.limits.concurrency import FewAtOnce, Places

LONG = 20.0  # seconds that nobody here should wait


class Slow:
    """A body whose bytes come when the phone has signal again."""

    def __init__(self, *parts: bytes) -> None:
        self.parts, self.signal = list(parts), threading.Event()

    def read(self, _size: int) -> bytes:
        assert self.signal.wait(LONG)
        return self.parts.pop(0) if self.parts else b""


def begin(work):
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def post(served, stream, size, **more):
    return list(served({"wsgi.input": stream, "CONTENT_LENGTH": str(size), **more}, None))


def echo(environ, _start):
    return [environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0))]


def test_a_slow_body_takes_no_place_before_it_is_there():
    served, slow, answers = FewAtOnce(echo, places=1, body=100, at_most=LONG), Slow(b"seven", b"th"), []
    waiting = begin(lambda: answers.extend(post(served, slow, 7)))
    assert post(served, BytesIO(b"quick"), 5) == [b"quick"] and answers == []
    slow.signal.set()
    waiting.join(LONG)
    assert answers == [b"seventh"]


UNKNOWN = [{"CONTENT_LENGTH": "x"}, {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}]


@pytest.mark.parametrize("more", [{}, *UNKNOWN])
def test_a_photo_and_a_body_of_unknown_size_take_no_place_and_are_not_kept(more):
    streams = []

    def app(environ, _start):
        streams.append(environ["wsgi.input"])
        return [b"in"]

    served, photo = FewAtOnce(app, places=0, body=100, at_most=LONG), BytesIO()
    assert post(served, photo, 101, **more) == [b"in"] and streams == [photo]


def test_a_phone_that_is_gone_leaves_what_came():
    slow = Slow(b"half")
    slow.signal.set()
    assert post(FewAtOnce(echo, places=1, body=100), slow, 8) == [b"half"]


def test_no_more_than_the_places_at_once_and_each_place_comes_back_after_a_fault():
    inside, most, gate = [], [], threading.Barrier(2)

    def app(environ, _start):
        inside.append(1)
        most.append(len(inside))
        try:
            gate.wait(LONG)
            raise ValueError("a fault of the app")
        finally:
            inside.pop()

    served = FewAtOnce(app, places=2, body=100, at_most=LONG)

    def ask():
        with pytest.raises(ValueError, match="a fault"):
            post(served, BytesIO(), 0)

    threads = [begin(ask) for _ in range(10)]
    for thread in threads:
        thread.join(LONG)
    assert len(most) == 10 and max(most) == 2 and not inside


def test_who_waits_too_long_goes_on_without_a_place():
    served = FewAtOnce(echo, places=0, body=100, at_most=0.01)
    assert post(served, BytesIO(b"in"), 2) == [b"in"]
    assert not served.places.take(0.0)  # and gave none back that it never had


def test_places_are_handed_over_in_the_order_of_asking():
    places, order, asked = Places(1), [], threading.Semaphore(0)
    assert places.take(LONG)

    def ask(number):
        asked.release()
        assert places.take(LONG)
        order.append(number)
        places.leave()

    threads = []
    for number in range(8):
        threads.append(begin(lambda number=number: ask(number)))
        asked.acquire()
        while len(places._waiting) <= number:
            pass
    places.leave()
    for thread in threads:
        thread.join(LONG)
    assert order == list(range(8))
