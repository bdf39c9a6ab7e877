"""A phone's outbox outside a browser, by the rules of `static/js/offline/queue.js`: for crowds of phones."""

from __future__ import annotations

import json
import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

from app.db import uuid7
from tests.races.crowd import FORM, GONE

MEANS = {200: "done", 401: "held", 403: "held"} | dict.fromkeys((400, 404, 409, 410, 413, 422), "refused")
PATIENCE = 20.0  # seconds
TRIES = 200
PAUSE = 0.02  # seconds, and up to eight times that


@dataclass
class Item:
    where: str
    fields: dict[str, str]
    at: datetime
    whose: str = ""
    key: str = field(default_factory=uuid7)
    state: str = "waiting"
    told: dict[str, Any] = field(default_factory=dict)


class Pocket:
    """A phone on a line (a port), with one cookie. `replay` goes on until nothing more can be sent."""

    def __init__(self, port: int, host: str, cookie: str, chance: random.Random) -> None:
        self.port, self.chance = port, chance
        self.headers = {**FORM, "Host": host, "Cookie": f"yui={cookie}", "X-Outbox": "1", "Connection": "close"}
        self.items: list[Item] = []
        self.tries = 0

    def tap(self, where: str, at: datetime, *, whose: str = "", **fields: str) -> Item:
        self.items.append(Item(where, fields, at, whose))
        return self.items[-1]

    def replay(self) -> None:
        for _ in range(TRIES):
            if self._round():
                return
            time.sleep(PAUSE * (1 + 7 * self.chance.random()))
        raise AssertionError("the line never became better")

    def _round(self) -> bool:
        """Send in order; False as soon as one has to wait, so that none overtakes it."""
        barred = set()
        for item in self.items:
            lane = (item.whose, item.where)
            if item.state not in ("waiting", "held") or lane in barred:
                continue
            state = self._send(item)
            if state == "later":
                return False
            item.state = state
            if state == "held":
                barred.add(lane)
        return True

    def _send(self, item: Item) -> str:
        self.tries += 1
        when = item.at.astimezone(UTC).isoformat()
        body = urlencode(item.fields | {"key": item.key, "device_at": when, "whose": item.whose})
        line = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            line.request("POST", item.where, body, self.headers)
            answer = line.getresponse()
            item.told = json.loads(answer.read())
        except (*GONE, ValueError):
            return "later"
        finally:
            line.close()
        if "X-Outbox" not in answer.headers:
            return "later"
        return "late" if item.told.get("state") == "late" else MEANS.get(answer.status, "later")
