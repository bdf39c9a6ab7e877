"""One exchange of coins for one thing: the customer asks, the shop confirms; either may go back on it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app import clock
from app.codes import service as codes
from app.db import db
from app.errors import Conflict, DomainError, Missing, Refused
from app.ledger import holds
from app.ledger import service as ledger
from app.members.models import Membership
from app.regions.models import Region
from app.shops import presented, queries, rules, service
from app.shops.models import Offer, Redemption, Shop

AT_ONCE = 500  # expired in one transaction of the job


# --- the customer -------------------------------------------------------------------------------------------


def request(
    *,
    region: Region,
    offer_id: int,
    membership: Membership,
    key: str,
    strong: bool,
    at: datetime,
    way: str | None = None,
    card_day: date | None = None,
) -> Redemption:
    """Set the coins and one unit aside for a code. The same offer again is answered by the code that is live.

    `strong`: the device has a passkey; `way`: known already where no code has to be shown (`sticker`); `card_day`: a
    printed card pays, with its own three coins of that day. Refused: `withdrawn`, `sold_out`, `limit_reached`,
    `passkey_wanted`, `card_limit`, `not_enough_coins`, `account_frozen`; Missing: no such offer here; Conflict:
    `other_request`.
    """
    offer = service.lock_offer(region_id=region.id, offer_id=offer_id)
    if offer.withdrawn_at is not None and offer.withdrawn_at <= at:
        raise Refused("withdrawn")
    if (first := _by_key(key)) is not None:
        return _the_same(first, offer, membership)
    if not strong or card_day is not None:
        # Another shop's offer is another lock, but the day's coins are counted together.
        db.session.execute(
            sa.select(Membership.id).where(Membership.id == membership.id).with_for_update(key_share=True)
        )
    live = _clear(offer, membership, at)
    if live is not None and live.offer_id == offer.id and at < live.expires_at:
        live.way = way or live.way
        return live
    if live is not None:
        _end(live, "cancelled", at)
    _decide(region, offer, membership, strong, at)
    if card_day is not None:
        spent = queries.spent_by_card(region=region, membership_id=membership.id, day=card_day)
        rules.check_card_day(spent + offer.price)
    asked = _place(region, offer, membership, key, at)
    asked.way = way
    return asked


def _by_key(key: str) -> Redemption | None:
    return db.session.scalar(sa.select(Redemption).where(Redemption.key == key))


def _the_same(first: Redemption, offer: Offer, membership: Membership) -> Redemption:
    if (first.offer_id, first.membership_id) != (offer.id, membership.id):
        raise Conflict("other_request")
    return first


def _clear(offer: Offer, membership: Membership, at: datetime) -> Redemption | None:
    """End what has run out on this person and this offer; answer the person's live code at this shop."""
    own = Redemption.membership_id == membership.id
    stale = Redemption.expires_at <= at - rules.GRACE
    query = sa.select(Redemption).where(Redemption.state == "requested")
    query = query.where(sa.or_(own, sa.and_(Redemption.offer_id == offer.id, stale)))
    rows = db.session.scalars(presented.locked(query.order_by(Redemption.id))).all()
    _expire([row for row in rows if rules.is_gone(row.expires_at, at)], at)
    live = [row for row in rows if row.state == "requested" and row.shop_id == offer.shop_id]
    return live[0] if live else None


def _decide(region: Region, offer: Offer, membership: Membership, strong: bool, at: datetime) -> None:
    """All that may stand against one more. Nothing else counts this offer's units now: its row is ours."""
    found = queries.taken(region=region, offer_ids=[offer.id], membership_id=membership.id, at=at)
    count = found.get(offer.id, queries.Taken())
    rules.check_stock(offer.stock, count.units)
    rules.check_limit(offer.limit, count.own)
    if not strong:
        spent = queries.spent_today(region=region, membership_id=membership.id, at=at)
        rules.check_spending(spent, offer.price, strong=False)


def _place(region: Region, offer: Offer, membership: Membership, key: str, at: datetime) -> Redemption:
    if membership.account_id is None:
        raise Refused("not_enough_coins")
    expires_at = at + rules.LIFE
    held = holds.place(
        key=key,
        region_id=region.id,
        account_id=membership.account_id,
        amount=offer.price,
        at=at,
        on=clock.local_day(region, at),
        expires_at=rules.gone_at(expires_at),
        reference=f"offer:{offer.id}",
    )
    redemption = Redemption(
        region_id=region.id,
        key=key,
        offer_id=offer.id,
        shop_id=offer.shop_id,
        membership_id=membership.id,
        hold_id=held.hold_id,
        price=offer.price,
        digits=presented.draw_digits(shop_id=offer.shop_id, at=at),
        code_hash=codes.digest(presented.code_for(key)),
        state="requested",
        requested_at=at,
        expires_at=expires_at,
    )
    db.session.add(redemption)
    db.session.flush()
    return redemption


def cancel(*, region: Region, redemption_id: int, membership: Membership, at: datetime) -> Redemption:
    """Give the coins back now. What is over already stays as it is; Conflict: `not_cancellable` once used."""
    query = sa.select(Redemption).where(Redemption.id == redemption_id, Redemption.region_id == region.id)
    redemption = db.session.scalar(presented.locked(query.where(Redemption.membership_id == membership.id)))
    if redemption is None:
        raise Missing("not_found")
    if redemption.state == "confirmed":
        raise Conflict("not_cancellable")
    if redemption.state == "requested":
        if rules.is_gone(redemption.expires_at, at):
            _expire([redemption], at)
        else:
            _end(redemption, "cancelled", at)
    return redemption


# --- the shop -----------------------------------------------------------------------------------------------


def confirm(*, shop: Shop, code: str, key: str, by: str, at: datetime) -> Redemption:
    """The goods go over the counter and the coins to the shop. `code`: sixteen characters or six digits.

    The same key from the same till is answered by the first result. Refused: `code_unknown`,
    `code_elsewhere`, `code_expired`, `account_frozen`; Conflict: `code_used`, `code_cancelled`. Their params
    `shop` (a Shop) and `time` (an instant) are for the caller to put into words.
    """
    redemption = presented.find(shop=shop, code=code, at=at)
    if redemption.state == "confirmed":
        return _confirmed_before(redemption, shop, key, by)
    if redemption.state == "cancelled":
        raise Conflict("code_cancelled")
    if redemption.state == "expired" or rules.is_gone(redemption.expires_at, at):
        raise Refused("code_expired")
    posted = _capture(redemption, shop, key, by, at)
    redemption.state, redemption.confirmed_at, redemption.by = "confirmed", at, by
    redemption.way = "scan" if len(code) == presented.CODE else "digits"
    redemption.operation_seq = posted.seq
    db.session.flush()
    return redemption


def _capture(redemption: Redemption, shop: Shop, key: str, by: str, at: datetime) -> Any:
    """The coins' way to the shop; the ledger's gate holds even where ours would not."""
    try:
        return holds.capture(
            key=ledger.act_key("redemption", f"{redemption.id} {key}"),
            region_id=shop.region_id,
            hold_id=redemption.hold_id,
            to_id=shop.account_id,
            amount=redemption.price,
            kind="redemption",
            actor=by,
            at=at,
            reference=f"redemption:{redemption.id}",
            on_behalf_of=f"membership:{redemption.membership_id}",
        )
    except DomainError as error:
        if error.code in ("hold_expired", "hold_resolved"):
            raise Refused("code_expired") from error
        raise


def _confirmed_before(redemption: Redemption, shop: Shop, key: str, by: str) -> Redemption:
    """A till that sends the same form again sees its own success; everybody else is told when it was used."""
    used = Conflict("code_used", time=redemption.confirmed_at, shop=shop)
    if redemption.by != by or redemption.reversed_at is not None or redemption.confirmed_at is None:
        raise used
    try:
        _capture(redemption, shop, key, by, redemption.confirmed_at)
    except Refused:
        raise used from None
    return redemption


def reverse(*, shop: Shop, redemption_id: int, key: str, by: str, at: datetime) -> Redemption:
    """Take a redemption back within ten minutes: coins with their old last day, unit and use are free again.

    Refused: `reversal_late`, `coins_used` (the shop has them no more); Conflict: `already_reversed`; Missing.
    """
    query = sa.select(Redemption).where(Redemption.id == redemption_id, Redemption.shop_id == shop.id)
    redemption = db.session.scalar(presented.locked(query))
    if redemption is None or redemption.confirmed_at is None or redemption.operation_seq is None:
        raise Missing("not_found")
    if redemption.reversed_at is None and not rules.may_undo(redemption.confirmed_at, at):
        raise Refused("reversal_late")
    posted = ledger.reverse(
        key=key,
        region_id=shop.region_id,
        seq=redemption.operation_seq,
        actor=by,
        at=at,
        reference=f"redemption:{redemption.id}",
    )
    if not posted.repeated:
        redemption.reversed_at, redemption.reversed_by = at, posted.seq
        db.session.flush()
    return redemption


# --- what runs out ------------------------------------------------------------------------------------------


def expire_due(*, at: datetime) -> int:
    """End the requests that have run out, in all regions; how many. Every rule holds without it."""
    query = sa.select(Redemption).where(Redemption.state == "requested")
    query = query.where(Redemption.expires_at <= at - rules.GRACE).order_by(Redemption.id).limit(AT_ONCE)
    rows = db.session.scalars(presented.locked(query, skip=True)).all()
    _expire(rows, at)
    return len(rows)


def _expire(rows: Collection[Redemption], at: datetime) -> None:
    if not rows:
        return
    for row in rows:
        row.state = "expired"
    db.session.flush()
    ids = {row.membership_id for row in rows}
    accounts = db.session.scalars(sa.select(Membership.account_id).where(Membership.id.in_(ids)))
    holds.release_expired(at=at, account_ids=[account for account in accounts if account is not None])


def _end(redemption: Redemption, state: str, at: datetime) -> None:
    redemption.state = state
    db.session.flush()
    holds.release(region_id=redemption.region_id, hold_id=redemption.hold_id, at=at)
