"""A region with people who have coins, shops that have goods, and tills."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from app import clock
from app.credentials import service as credentials
from app.credentials.models import SignIn
from app.db import db, transaction, uuid7
from app.errors import Refused
from app.ledger import queries as ledger_queries
from app.ledger import service as ledger
from app.members import service as members
from app.members.models import Membership
from app.regions import service as regions
from app.regions.models import Region
from app.shops import redemptions, rules, service
from app.shops.models import Offer, Redemption, Shop

NEXT_YEARS_END = date(2028, 3, 31)
OVER = rules.LIFE + rules.GRACE  # after so long a code is gone
JST = ZoneInfo("Asia/Tokyo")


@dataclass
class Valley:
    """One region; every verb is a transaction of its own, at the instant `at` unless another is named."""

    region: Region
    at: datetime

    # --- people -----------------------------------------------------------------------------------------

    def member(self, coins: int = 0, *, number: str | None = "TSK-0005-9", **words: Any) -> Membership:
        with transaction():
            human = members.open_member(at=self.at)
            words = {"name": "空想 そら", "yomi": "くうそう そら", "kind": "friend"} | words
            row = members.join(region=self.region, member=human, at=self.at, number=number, **words)
        self.give(row, coins)
        return row

    def give(self, membership: Membership, coins: int, expires_on: date = NEXT_YEARS_END) -> None:
        if not coins:
            return
        with transaction():
            source = ledger.open_account(region_id=self.region.id, kind="source", owner="programme:1")
            ledger.issue(
                key=uuid7(),
                region_id=self.region.id,
                source_id=source,
                account_id=membership.account_id or 0,
                amount=coins,
                expires_on=expires_on,
                actor="job:test",
                at=self.at,
            )

    def coins(self, membership: Membership, at: datetime | None = None) -> int:
        """What the member can spend now."""
        return self.balance(membership, at).available

    def balance(self, membership: Membership, at: datetime | None = None) -> ledger_queries.Balance:
        at = at or self.at
        db.session.rollback()
        day = clock.local_day(self.region, at)
        return ledger_queries.balance(self.region.id, membership.account_id or 0, day, at=at)

    def shop_coins(self, shop: Shop) -> int:
        db.session.rollback()
        return ledger_queries.balance(self.region.id, shop.account_id, self.at.date()).available

    def sign_in(self, client: Any, membership: Membership, *, fresh: bool = False) -> SignIn:
        """Sign the client in as this member, without a passkey."""
        with transaction():
            row, secret = credentials.sign_in(member_id=membership.member_id, way="claim", at=self.at, fresh=fresh)
        client.set_cookie("yui", secret)
        return row

    # --- shops ------------------------------------------------------------------------------------------

    def shop(self, name: str = "見本茶屋", **words: str) -> Shop:
        with transaction():
            return service.open_shop(region_id=self.region.id, name=name, at=self.at, **words)

    def offer(self, shop: Shop, name: str = "ひげ茶 50g", price: int = 3, **rest: Any) -> Offer:
        with transaction():
            return service.add_offer(shop=shop, name=name, price=price, at=self.at, **rest)

    def staff(self, shop: Shop, **words: Any) -> Membership:
        row = self.member(number="TSK-0003-7", name="架空 かんな", **words)
        with transaction():
            day = self.at.date()
            term = {"starts_on": day.replace(month=4, day=1), "ends_on": day.replace(year=day.year + 1)}
            members.give_duty(membership=row, role="shop", shop_id=shop.id, **term)
        return row

    def till(self, client: Any, shop: Shop) -> SignIn:
        """Make the client this shop's till."""
        with transaction():
            row, secret = credentials.open_till(region_id=shop.region_id, shop_id=shop.id, at=self.at)
        client.set_cookie("yui", secret)
        return row

    # --- the counter ------------------------------------------------------------------------------------

    def ask(self, membership: Membership, offer: Offer, at: datetime | None = None, **rest: Any) -> Redemption:
        with transaction():
            return redemptions.request(
                region=self.region,
                offer_id=offer.id,
                membership=membership,
                at=at or self.at,
                **{"key": uuid7(), "strong": True} | rest,
            )

    def confirm(self, shop: Shop, code: str, at: datetime | None = None, **rest: Any) -> Redemption:
        with transaction():
            return redemptions.confirm(
                shop=shop, code=code, at=at or self.at, **{"key": uuid7(), "by": "till:1"} | rest
            )

    def cancel(self, membership: Membership, asked: Redemption, at: datetime | None = None) -> Redemption:
        with transaction():
            return redemptions.cancel(
                region=self.region, redemption_id=asked.id, membership=membership, at=at or self.at
            )

    def reverse(self, shop: Shop, asked: Redemption, at: datetime | None = None, **rest: Any) -> Redemption:
        with transaction():
            return redemptions.reverse(
                shop=shop, redemption_id=asked.id, at=at or self.at, **{"key": uuid7(), "by": "till:1"} | rest
            )

    def state(self, asked: Redemption) -> str:
        """As it stands in the database."""
        db.session.rollback()
        return db.session.scalars(sa.select(Redemption.state).where(Redemption.id == asked.id)).one()


def open_valley(at: datetime, slug: str = "tsk", code: str = "TSK", name: str = "月ヶ瀬") -> Valley:
    with transaction():
        region = regions.open_region(slug=slug, code=code, name=name, name_en=slug.title(), at=at)
    return Valley(region, at)


def jst(*parts: int) -> datetime:
    """A wall-clock time in Japan as an instant."""
    return datetime(*parts, tzinfo=JST).astimezone(UTC)


def text(response: Any) -> str:
    """The page's words, tags and spaces taken out."""
    body = re.sub(r"<(script|style|head).*?</\1>", "", response.text, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def proof(client: Any, address: str = "/till") -> str:
    """The hidden field of the forms that this browser is shown."""
    found = re.search(r'name="proof" value="([^"]+)"', client.get(address).text)
    assert found is not None
    return found[1]


def refused(code: str, act: Callable[[], Any], kind: type[Exception] = Refused) -> Any:
    """The refusal with this code that `act` must meet."""
    with pytest.raises(kind, match=f"^{code}$") as raised:
        act()
    return raised.value
