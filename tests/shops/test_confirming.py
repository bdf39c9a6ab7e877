"""At the counter: confirmed once, cancelled or run out; taken back within ten minutes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.errors import Conflict, Missing
from app.ledger.models import Operation
from app.shops import presented, redemptions, rules
from app.shops.models import Offer, Shop
from tests.shops.factories import OVER, Valley, open_valley, refused

# --- confirming ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["scan", "digits"])
def test_a_confirmed_code_moves_the_coins_to_the_shop(valley: Valley, shop: Shop, tea: Offer, way: str) -> None:
    sora = valley.member(5)
    asked = valley.ask(sora, tea)
    code = presented.code_for(asked.key) if way == "scan" else asked.digits
    given = valley.confirm(shop, code, by="till:7")
    assert (given.state, given.way, given.by) == ("confirmed", way, "till:7")
    assert valley.shop_coins(shop) == 3
    assert (valley.balance(sora).available, valley.balance(sora).held) == (2, 0)
    operation = db.session.scalars(sa.select(Operation).where(Operation.seq == given.operation_seq)).one()
    assert (operation.kind, operation.actor, operation.reference) == (
        "redemption",
        "till:7",
        f"redemption:{given.id}",
    )


def test_coins_that_expire_first_are_spent_first(valley: Valley, shop: Shop, tea: Offer) -> None:
    sora = valley.member(2)
    valley.give(sora, 2, date(2027, 3, 31))
    valley.confirm(shop, valley.ask(sora, tea).digits)
    assert valley.balance(sora).lots == [(date(2028, 3, 31), 1)]


def test_a_second_use_is_told_when_and_where_the_first_was(
    valley: Valley, shop: Shop, tea: Offer, at: datetime
) -> None:
    asked = valley.ask(valley.member(9), tea)
    valley.confirm(shop, asked.digits)
    for code in (asked.digits, presented.code_for(asked.key)):
        error = refused("code_used", lambda code=code: valley.confirm(shop, code, by="till:2"), Conflict)
        assert (error.params["time"], error.params["shop"].id) == (at, shop.id)
    assert valley.shop_coins(shop) == 3


def test_the_same_form_of_the_same_till_shows_its_own_success_again(valley: Valley, shop: Shop, tea: Offer) -> None:
    asked, key = valley.ask(valley.member(9), tea), uuid7()
    first = valley.confirm(shop, asked.digits, key=key, by="till:1")
    again = valley.confirm(shop, asked.digits, key=key, by="till:1")
    assert first.operation_seq == again.operation_seq
    refused("code_used", lambda: valley.confirm(shop, asked.digits, key=key, by="till:2"), Conflict)
    refused("code_used", lambda: valley.confirm(shop, asked.digits, by="till:1"), Conflict)
    assert valley.shop_coins(shop) == 3
    assert db.session.scalar(sa.select(sa.func.count()).where(Operation.kind == "redemption")) == 1


def test_a_form_that_stayed_open_serves_the_next_customer_too(valley: Valley, shop: Shop, tea: Offer) -> None:
    key = uuid7()
    valley.confirm(shop, valley.ask(valley.member(3), tea).digits, key=key)
    valley.confirm(shop, valley.ask(valley.member(3, number="TSK-0004-5"), tea).digits, key=key)
    assert valley.shop_coins(shop) == 6


def test_the_shop_has_ten_seconds_more_than_the_customer_sees(
    valley: Valley, shop: Shop, tea: Offer, at: datetime
) -> None:
    sora = valley.member(9)
    valley.confirm(shop, valley.ask(sora, tea).digits, at + OVER - timedelta(milliseconds=1))
    late = valley.ask(sora, tea)
    refused("code_expired", lambda: valley.confirm(shop, late.digits, at + OVER))
    assert valley.balance(sora, at + OVER).available == 6
    assert valley.shop_coins(shop) == 3


def test_a_cancelled_code(valley: Valley, shop: Shop, tea: Offer) -> None:
    sora = valley.member(9)
    asked = valley.ask(sora, tea)
    valley.cancel(sora, asked)
    refused("code_cancelled", lambda: valley.confirm(shop, asked.digits), Conflict)


def test_a_code_that_nobody_gave(valley: Valley, shop: Shop) -> None:
    for code in ("123456", "0123456789ABCDEF", "ABCDEFGH", ""):
        refused("code_unknown", lambda code=code: valley.confirm(shop, code))


def test_a_code_of_another_shop_names_it(valley: Valley, shop: Shop, tea: Offer) -> None:
    market = valley.shop("見本ふれあい市")
    asked = valley.ask(valley.member(9), tea)
    for code in (asked.digits, presented.code_for(asked.key)):
        error = refused("code_elsewhere", lambda code=code: valley.confirm(market, code))
        assert error.params["shop"].name == "見本茶屋"
    assert valley.state(asked) == "requested"


def test_a_code_of_another_region_is_unknown(valley: Valley, shop: Shop, at: datetime) -> None:
    owase = open_valley(at, "ows", "OWS", "尾鷲")
    asked = owase.ask(owase.member(9), owase.offer(owase.shop("見本木工"), "はし", 1))
    refused("code_unknown", lambda: valley.confirm(shop, presented.code_for(asked.key)))
    refused("code_unknown", lambda: valley.confirm(shop, asked.digits))


# --- cancelling ---------------------------------------------------------------------------------------------


def test_what_was_used_cannot_be_cancelled(valley: Valley, shop: Shop, tea: Offer) -> None:
    sora = valley.member(9)
    asked = valley.ask(sora, tea)
    valley.confirm(shop, asked.digits)
    refused("not_cancellable", lambda: valley.cancel(sora, asked), Conflict)


def test_cancelling_twice_or_too_late_changes_nothing_more(valley: Valley, tea: Offer, at: datetime) -> None:
    sora = valley.member(9)
    asked = valley.ask(sora, tea)
    valley.cancel(sora, asked)
    assert valley.cancel(sora, asked).state == "cancelled"
    late = valley.ask(sora, tea)
    assert valley.cancel(sora, late, at + OVER).state == "expired"
    assert valley.coins(sora) == 9


def test_nobody_cancels_for_somebody_else(valley: Valley, tea: Offer) -> None:
    asked = valley.ask(valley.member(9), tea)
    other = valley.member(number="TSK-0004-5")
    refused("not_found", lambda: valley.cancel(other, asked), Missing)


# --- taking back --------------------------------------------------------------------------------------------


def test_a_reversal_gives_the_coins_back_with_their_old_day(valley: Valley, shop: Shop, at: datetime) -> None:
    sora = valley.member(2)
    valley.give(sora, 2, date(2027, 3, 31))
    one = valley.offer(shop, "1つだけ", 3, stock=1, limit=1)
    given = valley.confirm(shop, valley.ask(sora, one).digits)
    ten = at + timedelta(minutes=10)
    taken_back = valley.reverse(shop, given, ten)
    assert (taken_back.reversed_at, taken_back.state) == (ten, "confirmed")
    assert valley.balance(sora).lots == [(date(2027, 3, 31), 2), (date(2028, 3, 31), 2)]
    assert valley.shop_coins(shop) == 0
    valley.ask(sora, one)


def test_after_ten_minutes_the_office_is_asked(valley: Valley, shop: Shop, tea: Offer, at: datetime) -> None:
    given = valley.confirm(shop, valley.ask(valley.member(9), tea).digits)
    late = at + timedelta(minutes=10, seconds=1)
    refused("reversal_late", lambda: valley.reverse(shop, given, late))


def test_a_reversal_happens_once(valley: Valley, shop: Shop, tea: Offer, at: datetime) -> None:
    sora, key = valley.member(9), uuid7()
    given = valley.confirm(shop, valley.ask(sora, tea).digits)
    valley.reverse(shop, given, key=key)
    assert valley.reverse(shop, given, at + timedelta(hours=1), key=key).id == given.id
    refused("already_reversed", lambda: valley.reverse(shop, given), Conflict)
    assert valley.coins(sora) == 9
    refused("code_used", lambda: valley.confirm(shop, given.digits), Conflict)


def test_a_shop_takes_back_only_its_own(valley: Valley, shop: Shop, tea: Offer) -> None:
    given = valley.confirm(shop, valley.ask(valley.member(9), tea).digits)
    market = valley.shop("見本ふれあい市")
    refused("not_found", lambda: valley.reverse(market, given), Missing)


def test_what_was_never_given_cannot_be_taken_back(valley: Valley, shop: Shop, tea: Offer) -> None:
    asked = valley.ask(valley.member(9), tea)
    refused("not_found", lambda: valley.reverse(shop, asked), Missing)


# --- running out --------------------------------------------------------------------------------------------


def test_the_job_ends_what_ran_out_and_nothing_else(valley: Valley, shop: Shop, tea: Offer, at: datetime) -> None:
    sora, minato = valley.member(3), valley.member(3, number="TSK-0004-5")
    old = valley.ask(sora, tea)
    young = valley.ask(minato, tea, at + timedelta(seconds=5))
    with transaction():
        assert redemptions.expire_due(at=at + OVER) == 1
    with transaction():
        assert redemptions.expire_due(at=at + OVER) == 0
    assert (valley.state(old), valley.state(young)) == ("expired", "requested")
    assert valley.balance(sora).held == 0
    refused("code_expired", lambda: valley.confirm(shop, old.digits, at + OVER))


def test_the_same_offer_after_the_time_is_a_new_code(valley: Valley, tea: Offer, at: datetime) -> None:
    sora = valley.member(3)
    first = valley.ask(sora, tea)
    second = valley.ask(sora, tea, at + rules.LIFE)  # in the grace: the old one gives way
    assert second.id != first.id
    assert valley.state(first) == "cancelled"
    third = valley.ask(sora, tea, at + rules.LIFE + OVER)
    assert valley.state(second) == "expired"
    assert valley.balance(sora, at + rules.LIFE + OVER).held == 3
    assert third.id != second.id
