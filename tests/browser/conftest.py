"""The sample village behind a real server, and ways into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from app.db import transaction
from app.demo import links as demo
from tests.browser.market import customer, market, tablet_that_sees, till  # noqa: F401 - fixtures
from tests.conftest import AT
from tests.serving import Server


@dataclass
class Sample:
    """A running server with the sample regions. Keys of `links`: see `flask demo links --json`."""

    server: Server
    links: dict[str, Any]

    @property
    def tsk(self) -> dict[str, Any]:
        return self.links["regions"][0]

    @property
    def today(self) -> dict[str, Any]:
        """Today's open gathering."""
        return self.tsk["events"][0]

    def enter(self, page: Any, number: str) -> Any:
        """Sign the page's phone in as a sample person, by the single-use link."""
        people = [person for region in self.links["regions"] for person in region["members"]]
        page.goto(next(person["sign_in_url"] for person in people if person["number"] == number))
        page.locator("main button").click()
        page.wait_for_url("**/tsk*")
        return page


@pytest.fixture
def sample(new_server: Callable[..., Server], inside: Any, seeded: str) -> Sample:
    server = new_server(of=seeded)
    with inside(server), transaction():
        found = demo.links(origin=server.origin, at=AT)
    return Sample(server, found)
