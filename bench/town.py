"""The town in which is measured: one gathering that pays at arrival, eight tills, one open vote, and as many people
as needed.

People are written in bulk, as no view would; the acts that are measured then go through the app alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa

from app.credentials.models import SignIn
from app.credentials.service import digest
from app.db import Base, connection, transaction, uuid7
from app.ledger import service as ledger
from app.ledger.models import Account, Hold, Holding, HoldLot
from app.members.models import Member, Membership
from app.members.rules import card_number
from app.shops import presented
from app.shops.models import Redemption
from bench import load
from tests import factories
from tests.races.people import Counter, counter, proof_for
from tests.votes import boxes

LAST = date(2099, 3, 31)
TILLS = 8
AN_HOUR = timedelta(hours=1)


@dataclass
class Town:
    """The requests of what is measured, each to be sent once."""

    path: str  # the poster's
    page: bytes  # a visitor who has never been here before
    arrivals: Iterator[bytes]
    payments: Iterator[bytes]
    ballots: Iterator[bytes]


def build(host: str, *, at: datetime, arrivals: int, payments: int, ballots: int) -> Town:
    """Fill the present app's empty database. `at` is now: check-ins and codes are good for an hour."""
    world = factories.world(at=at, budget=1_000_000)
    leader = factories.membership(world.region, at=at)
    event = factories.event(world.region, leader, at=at, award="arrival")
    tills = [counter(world, at=at, name=f"店 {number}") for number in range(TILLS)]
    with transaction():
        guests = _people(world, arrivals, at)
        buyers = _people(world, payments, at)
        codes = _live_codes(world, buyers, tills, at)
        voters = _people(world, ballots, at)
    vote = boxes.opened(world.region, leader, at=at, effect="ask")
    path = f"/tsk/events/{event.id}/check-ins"
    return Town(
        path=f"/C/{event.code}",
        page=load.get(host, f"/C/{event.code}"),
        arrivals=iter([load.post(host, path, {"key": uuid7()}, yui=cookie) for _, _, cookie in guests]),
        payments=iter([_payment(host, till, code) for till, code in codes]),
        ballots=iter([_ballot(host, vote.id, cookie) for _, _, cookie in voters]),
    )


def _payment(host: str, till: Counter, code: str) -> bytes:
    form = {"code": code, "key": uuid7(), "proof": till.proof}
    return load.post(host, "/till/confirmations", form, yui=till.cookie)


def _ballot(host: str, vote_id: int, cookie: str) -> bytes:
    form = {"choice": "yes", "key": secrets.token_hex(16), "proof": proof_for(cookie)}
    return load.post(host, f"/tsk/votes/{vote_id}/ballot", form, yui=cookie)


def _people(world: factories.World, number: int, at: datetime) -> list[tuple[int, int, str]]:
    """Membership, account and cookie of each. Their devices were last used an hour ago, as most are."""
    region, earlier = world.region, at - AN_HOUR
    serials = [int.from_bytes(secrets.token_bytes(6), "big") for _ in range(number)]
    members = _insert(Member, [{"handle": secrets.token_bytes(32), "created_at": earlier} for _ in serials])
    common = {"region_id": region.id, "kind": "member", "status": "open"}
    accounts = _insert(Account, [common | {"owner": f"bench:{serial}"} for serial in serials])
    common = {"region_id": region.id, "kind": "resident", "standing": "active", "joined_at": earlier}
    rows = [
        common | {"member_id": member, "account_id": account, "number": card_number("TSK", serial), "name": "見本"}
        for member, account, serial in zip(members, accounts, serials, strict=True)
    ]
    memberships = _insert(Membership, rows)
    cookies = [secrets.token_urlsafe(32) for _ in serials]
    common = {"kind": "member", "way": "claim", "shared": False, "created_at": earlier, "last_seen_at": earlier}
    rows = [common | {"member_id": member, "id_hash": digest(c)} for member, c in zip(members, cookies, strict=True)]
    _insert(SignIn, rows)
    return list(zip(memberships, accounts, cookies, strict=True))


def _live_codes(
    world: factories.World, buyers: list[tuple[int, int, str]], tills: list[Counter], at: datetime
) -> list[tuple[Counter, str]]:
    """One coin for each buyer, set aside for a code at one of the tills, by turns."""
    region, until = world.region, at + AN_HOUR
    ledger.issue_all(
        region_id=region.id,
        source_id=world.programme.account_id,
        issues=[ledger.Issue(uuid7(), account, 1) for _, account, _ in buyers],
        expires_on=LAST,
        actor="bench",
        at=at,
    )
    keys = [uuid7() for _ in buyers]
    common = {"region_id": region.id, "amount": 1, "digest": "", "placed_at": at, "expires_at": until}
    pairs = list(zip(buyers, keys, strict=True))
    holds = _insert(Hold, [common | {"key": key, "account_id": account} for (_, account, _), key in pairs])
    common = {"region_id": region.id, "expires_on": LAST, "amount": 1}
    connection().execute(sa.insert(HoldLot), [common | {"hold_id": hold} for hold in holds])
    mine = cast(sa.Table, Holding.__table__).c.account_id.in_([account for _, account, _ in buyers])
    connection().execute(sa.update(Holding).where(mine).values(held=1))
    common = {"region_id": region.id, "price": 1, "state": "requested", "requested_at": at, "expires_at": until}
    chosen = [tills[number % TILLS] for number in range(len(buyers))]
    rows = [
        common
        | {"key": key, "membership_id": buyer[0], "hold_id": hold, "digits": f"{number:06}"}
        | {"code_hash": digest(presented.code_for(key)), "offer_id": till.offer.id, "shop_id": till.shop.id}
        for number, ((buyer, key), hold, till) in enumerate(zip(pairs, holds, chosen, strict=True))
    ]
    _insert(Redemption, rows)
    return [(till, presented.code_for(key)) for till, key in zip(chosen, keys, strict=True)]


def _insert(model: type[Base], rows: list[dict[str, Any]]) -> list[int]:
    """The new rows' ids, in the order of the rows."""
    key = sa.inspect(model).primary_key[0]
    statement = sa.insert(model).returning(key, sort_by_parameter_order=True)
    return list(connection().execute(statement, rows).scalars())
