"""Walks through the village as one persona: every address there is, and every link on every page."""

from __future__ import annotations

import hashlib
import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from werkzeug.test import TestResponse

from tests.client import Client
from tests.house.markup import Page, links

NEXT = re.compile(r"\?next=.*")
CHANGING = re.compile(r'name="(?:key|proof|next)" value="[^"]*"|\?seen=[\w.-]*|\?next=[^"]*')


@dataclass(frozen=True)
class Visit:
    """What one address answered; `page` only for HTML. `leads_to`: own addresses that it offers."""

    address: str
    status: int
    response: TestResponse
    page: Page | None
    leads_to: list[str]

    @property
    def is_document(self) -> bool:
        return self.page is not None and self.page.html.lstrip().lower().startswith("<!doctype")


def walk(client: Client, start: Iterable[str], *, around: Iterable[str] = ("",)) -> dict[str, Visit]:
    """Ask for `start` and for whatever the pages lead to, each address once; answers {address: what came}.

    A redirect is a visit of its own, and leads on. Addresses that do not begin with one of `around` are asked for
    too, but what they lead to is not.
    """
    waiting = deque(start)
    seen: dict[str, Visit] = {}
    while waiting:
        address = waiting.popleft()
        if address in seen:
            continue
        seen[address] = visit = look(client, address)
        if address.startswith(tuple(around)):
            waiting.extend(visit.leads_to)
    return seen


def look(client: Client, address: str, **headers: str) -> Visit:
    """Ask for one address."""
    response = client.get(address, headers={name.replace("_", "-"): value for name, value in headers.items()})
    return visited(response, address)


def visited(response: TestResponse, address: str) -> Visit:
    status, page = response.status_code, None
    leads_to: list[str] = []
    if status in (301, 302, 303, 307, 308):
        leads_to = [NEXT.sub("", response.headers["Location"])]
    elif response.mimetype == "text/html" and response.data:
        page = _read(response.text)
        leads_to = [NEXT.sub("", link) for link in links(page)] if status == 200 else []
    return Visit(address, status, response, page, leads_to)


KEPT = 500  # pages; thousands of them, each with something else typed into it, take gigabytes
_pages: dict[str, Page] = {}


def _read(html: str) -> Page:
    """Pages that differ only in their hidden keys are read once, while they are among the last."""
    known = hashlib.sha256(CHANGING.sub("", html).encode()).hexdigest()
    page = _pages.pop(known, None) or Page(html)
    while len(_pages) >= KEPT:
        del _pages[next(iter(_pages))]
    _pages[known] = page
    return page
