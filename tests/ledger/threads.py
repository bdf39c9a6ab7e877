"""Many at once, in one process: for races that must have one winner."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from sqlalchemy.exc import OperationalError

from app.db import db
from app.errors import DomainError

RETRIES = 5  # the porch repeats a request that lost against a lock


def together(app: Flask, count: int, act: Callable[[int], Any]) -> list[Any]:
    """What `act(0)` … `act(count - 1)` answer when they start at once; a refusal is answered by its code."""
    barrier = threading.Barrier(count)

    def one(number: int) -> Any:
        with app.app_context():
            barrier.wait()
            try:
                return _again(lambda: act(number))
            except DomainError as error:
                return error.code
            finally:
                db.session.remove()

    with ThreadPoolExecutor(count) as pool:
        return [done.result() for done in [pool.submit(one, number) for number in range(count)]]


def _again(act: Callable[[], Any]) -> Any:
    for left in reversed(range(RETRIES)):
        try:
            return act()
        except OperationalError:
            db.session.rollback()
            if not left:
                raise
    raise AssertionError


class Watching:
    """Calls `look` again and again in another thread until the block ends; raises what it raised."""

    def __init__(self, app: Flask, look: Callable[[], None]) -> None:
        self.app, self.look, self.looks = app, look, 0
        self.over, self.error = threading.Event(), None
        self.thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        with self.app.app_context():
            try:
                while not self.over.is_set() or not self.looks:
                    self.look()
                    self.looks += 1
            except BaseException as error:  # it is raised where the block ends
                self.error = error
            finally:
                db.session.remove()

    def __enter__(self) -> Watching:
        self.thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.over.set()
        self.thread.join()
        if self.error is not None:
            raise self.error
