"""Every form sent twice, as a double tap, Back or a reloaded answer sends it: the second writes no row more."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from app.db import Base, db, uuid7
from tests.house import addresses
from tests.house.asking import Asker, fill, put_back
from tests.house.test_pages import FILLED, OF_STAFF, WHO

pytestmark = pytest.mark.once
COUNTERS = ("throttle", "challenge")  # of tries, and what a browser is asked to sign
WAYS_IN = ("shops.open_till", "demo.sign_in", "demo.open_till")  # a key is shown once, so each press makes a new one
MEET = WHO | {"checkins": "visitor"}
OFFICE = {
    "kind": "drink", "price": "3", "stock": "5", "stock_period": "total", "limit": "", "limit_period": "total",
    "name": "見本の品", "opens": "09:00", "closes": "17:00", "weekday": "0", "closed_on": "2026-12-20",
    "valid_from": "2027-01-01", "fiscal_year": "2026", "cap": "9000", "member": "1", "group": "kind:resident",
    "sign_up": "1", "act": "undo", "answer": "3", "companions": "1", "children": "0", "who": "うめ",
    "who_1": "うめ", "who_2": "みのる", "people_1": "1", "card": "1", "picture": "drink", "contact": "0743-00-0000",
}  # fmt: skip


def rows() -> dict[str, int]:
    """How many each table has."""
    db.session.rollback()
    return dict(db.session.connection().exec_driver_sql(_counting()).all())


@cache
def _counting() -> str:
    """One statement, written once: it is asked thousands of times."""
    counted = [name for name in sorted(Base.metadata.tables) if name not in COUNTERS]
    return " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in counted)


def forms(village) -> Iterator[dict[str, str]]:
    """What somebody may have typed: all fields that any form has, and what is shown at a counter or door."""
    yield FILLED
    for shown in (village.keys["digits"], "TSK-0005-9"):
        yield FILLED | OFFICE | {"code": shown}


def test_no_form_writes_twice(village):
    written, doubled = set(), []
    for method, rule in addresses.unsafe(village.app):
        persona = "shop" if rule.endpoint in OF_STAFF else MEET.get(rule.endpoint.partition(".")[0], "host")
        for typed in forms(village):
            with put_back(village):
                asker, address = Asker(village, persona), fill(village, rule)
                data = {"membership": "1", **typed, "key": uuid7(), "proof": asker.proof}
                before = rows()
                first = asker.send(method, address, data=data)
                once = rows()
                again = asker.send(method, address, data=data)
                twice = rows()
            if once != before:
                written.add(rule.endpoint)
            grown = {name: (once[name], twice[name]) for name in once if twice[name] > once[name]}
            if grown and rule.endpoint not in WAYS_IN:
                doubled.append(f"{method} {address} {first.status_code} {again.status_code}: {grown}")
    assert not doubled, "\n".join(doubled)
    assert len(written) >= 25, sorted(written)
