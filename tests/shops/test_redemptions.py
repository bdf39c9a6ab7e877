"""Asking for goods: what is set aside, and every way in which that may be refused."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.errors import Conflict, Missing
from app.ledger import service as ledger
from app.shops import presented, service
from app.shops.models import Offer, Redemption, Shop
from tests.shops.factories import OVER, Valley, jst, open_valley, refused

# --- asking -------------------------------------------------------------------------------------------------


def test_a_request_sets_coins_aside_and_shows_a_code(valley: Valley, tea: Offer) -> None:
    sora = valley.member(5)
    asked = valley.ask(sora, tea)
    assert valley.balance(sora).available == 2
    assert valley.balance(sora).held == 3
    assert len(asked.digits) == 6 and asked.digits.isdigit()
    assert asked.expires_at - asked.requested_at == timedelta(seconds=120)
    assert len(presented.code_for(asked.key)) == 16
    assert presented.code_for(asked.key) not in asked.code_hash


def test_the_same_form_twice_is_one_request(valley: Valley, tea: Offer) -> None:
    sora, key = valley.member(9), uuid7()
    assert valley.ask(sora, tea, key=key).id == valley.ask(sora, tea, key=key).id
    assert valley.coins(sora) == 6


def test_a_form_of_somebody_else_is_not_answered(valley: Valley, tea: Offer) -> None:
    key = uuid7()
    valley.ask(valley.member(9), tea, key=key)
    other = valley.member(9, number="TSK-0004-5")
    refused("other_request", lambda: valley.ask(other, tea, key=key), Conflict)


def test_the_same_offer_again_shows_the_live_code(valley: Valley, tea: Offer, at: datetime) -> None:
    sora = valley.member(9)
    first = valley.ask(sora, tea)
    second = valley.ask(sora, tea, at + timedelta(seconds=119))
    assert second.id == first.id
    assert valley.balance(sora).held == 3


def test_another_offer_of_the_shop_cancels_the_first(valley: Valley, shop: Shop, tea: Offer) -> None:
    sora, plums = valley.member(3), valley.offer(shop, "梅ぼし", 2)
    first = valley.ask(sora, tea)
    second = valley.ask(sora, plums)
    assert valley.state(first) == "cancelled"
    assert valley.state(second) == "requested"
    assert (valley.balance(sora).available, valley.balance(sora).held) == (1, 2)


def test_a_code_at_another_shop_stays(valley: Valley, tea: Offer) -> None:
    sora, market = valley.member(9), valley.shop("見本ふれあい市")
    first = valley.ask(sora, tea)
    valley.ask(sora, valley.offer(market, "野菜", 5))
    assert valley.state(first) == "requested"
    assert valley.balance(sora).held == 8


def test_too_few_coins(valley: Valley, tea: Offer) -> None:
    sora = valley.member(2)
    refused("not_enough_coins", lambda: valley.ask(sora, tea))
    assert valley.coins(sora) == 2


def test_an_offer_that_was_taken_down(valley: Valley, tea: Offer, at: datetime) -> None:
    with transaction():
        service.withdraw(region_id=valley.region.id, offer_id=tea.id, at=at)
        service.withdraw(region_id=valley.region.id, offer_id=tea.id, at=at + timedelta(days=1))
    refused("withdrawn", lambda: valley.ask(valley.member(9), tea))
    with pytest.raises(Missing), transaction():
        service.withdraw(region_id=valley.region.id, offer_id=10**6, at=at)


def test_an_offer_of_another_region_is_not_there(valley: Valley, at: datetime) -> None:
    owase = open_valley(at, "ows", "OWS", "尾鷲")
    chopsticks = owase.offer(owase.shop("見本木工"), "はし", 1)
    refused("not_found", lambda: valley.ask(valley.member(9), chopsticks), Missing)


def test_a_frozen_account_spends_nothing(valley: Valley, tea: Offer) -> None:
    sora = valley.member(9)
    with transaction():
        ledger.freeze(region_id=valley.region.id, account_id=sora.account_id or 0)
    refused("account_frozen", lambda: valley.ask(sora, tea))


# --- stock and limit ----------------------------------------------------------------------------------------


def test_a_stock_of_one_is_had_once(valley: Valley, shop: Shop) -> None:
    last = valley.offer(shop, "さいごの1つ", 1, stock=1)
    valley.ask(valley.member(3), last)
    refused("sold_out", lambda: valley.ask(valley.member(3, number="TSK-0004-5"), last))


def test_a_request_that_ran_out_gives_its_unit_back(valley: Valley, shop: Shop, at: datetime) -> None:
    last = valley.offer(shop, "さいごの1つ", 1, stock=1)
    sora, minato = valley.member(1), valley.member(1, number="TSK-0004-5")
    first = valley.ask(sora, last)
    just_before = at + OVER - timedelta(milliseconds=1)
    refused("sold_out", lambda: valley.ask(minato, last, just_before))
    valley.ask(minato, last, at + OVER)
    assert valley.state(first) == "expired"
    assert valley.balance(sora, at + OVER).available == 1


def test_cancelling_gives_coins_unit_and_use_back(valley: Valley, shop: Shop) -> None:
    sora, one = valley.member(2), valley.offer(shop, "1つだけ", 2, stock=1, limit=1)
    valley.cancel(sora, valley.ask(sora, one))
    assert valley.coins(sora) == 2
    valley.ask(sora, one)


def test_the_limit_counts_what_the_person_has_and_holds(valley: Valley, shop: Shop, at: datetime) -> None:
    sora, coffee = valley.member(9), valley.offer(shop, "コーヒー", 1, limit=2, limit_period="day")
    for minute in range(2):
        asked = valley.ask(sora, coffee, at + timedelta(minutes=minute))
        valley.confirm(shop, asked.digits, at + timedelta(minutes=minute))
    refused("limit_reached", lambda: valley.ask(sora, coffee, at + timedelta(minutes=3)))
    valley.ask(valley.member(1, number="TSK-0004-5"), coffee, at + timedelta(minutes=3))


@pytest.mark.parametrize(
    ("period", "before", "after"),
    [
        ("day", jst(2026, 11, 27, 23, 59, 59), jst(2026, 11, 28, 0, 0)),
        ("week", jst(2026, 11, 28, 23, 59, 59), jst(2026, 11, 29, 0, 0)),
        ("month", jst(2026, 11, 30, 23, 59, 59), jst(2026, 12, 1, 0, 0)),
        ("year", jst(2027, 3, 31, 23, 59, 59), jst(2027, 4, 1, 0, 0)),
    ],
)
@pytest.mark.parametrize("kind", ["stock", "limit"])
def test_a_new_period_begins_at_its_midnight_in_japan(
    valley: Valley, shop: Shop, kind: str, period: str, before: datetime, after: datetime
) -> None:
    offer = valley.offer(shop, "体験", 1, **{kind: 1, f"{kind}_period": period})
    sora, code = valley.member(9), {"stock": "sold_out", "limit": "limit_reached"}[kind]
    first = before - timedelta(hours=2)
    valley.confirm(shop, valley.ask(sora, offer, first).digits, first)
    refused(code, lambda: valley.ask(sora, offer, before))
    valley.ask(sora, offer, after)


def test_a_total_has_no_new_period(valley: Valley, shop: Shop) -> None:
    seat = valley.offer(shop, "特等席", 1, limit=1)
    sora, first = valley.member(9), jst(2026, 11, 1, 9, 0)
    valley.confirm(shop, valley.ask(sora, seat, first).digits, first)
    refused("limit_reached", lambda: valley.ask(sora, seat, jst(2027, 12, 1, 9, 0)))


def test_what_was_asked_before_midnight_and_taken_after_counts_for_the_day_of_asking(
    valley: Valley, shop: Shop
) -> None:
    desk = valley.offer(shop, "1日席", 1, stock=1, stock_period="day")
    sora, minato = valley.member(9), valley.member(9, number="TSK-0004-5")
    asked = valley.ask(sora, desk, jst(2026, 11, 28, 23, 59, 30))
    valley.confirm(shop, asked.digits, jst(2026, 11, 29, 0, 0, 30))
    valley.ask(minato, desk, jst(2026, 11, 29, 0, 1))


# --- without a passkey --------------------------------------------------------------------------------------


def test_three_coins_a_day_without_a_passkey(valley: Valley, shop: Shop, at: datetime) -> None:
    sora = valley.member(20)
    two, one = valley.offer(shop, "2枚の品", 2), valley.offer(shop, "1枚の品", 1)
    market = valley.shop("見本ふれあい市")
    valley.confirm(shop, valley.ask(sora, two, strong=False).digits)
    error = refused("passkey_wanted", lambda: valley.ask(sora, two, strong=False))
    assert error.params == {"most": 3}
    valley.ask(sora, one, strong=False)
    elsewhere = valley.offer(market, "1枚の野菜", 1)
    refused("passkey_wanted", lambda: valley.ask(sora, elsewhere, strong=False))
    valley.ask(sora, elsewhere, strong=True)
    valley.ask(sora, two, jst(2026, 11, 29, 0, 0), strong=False)


def test_what_came_back_may_be_spent_again_without_a_passkey(valley: Valley, shop: Shop, tea: Offer) -> None:
    sora = valley.member(20)
    valley.cancel(sora, valley.ask(sora, tea, strong=False))
    valley.reverse(shop, valley.confirm(shop, valley.ask(sora, tea, strong=False).digits))
    valley.ask(sora, tea, strong=False)


# --- digits -------------------------------------------------------------------------------------------------


def test_two_live_codes_of_a_shop_never_share_their_digits(
    valley: Valley, shop: Shop, tea: Offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([7, 7, 7, 418207])
    monkeypatch.setattr(secrets, "randbelow", lambda _: next(drawn))
    first = valley.ask(valley.member(3), tea)
    second = valley.ask(valley.member(3, number="TSK-0004-5"), tea)
    assert (first.digits, second.digits) == ("000007", "418207")


def test_digits_that_were_just_used_are_not_drawn_again(
    valley: Valley, shop: Shop, tea: Offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([7, 7, 8])
    monkeypatch.setattr(secrets, "randbelow", lambda _: next(drawn))
    sora = valley.member(9)
    valley.confirm(shop, valley.ask(sora, tea).digits)
    assert valley.ask(sora, tea).digits == "000008"


def test_one_live_code_per_person_and_shop_stands_in_the_database_too(valley: Valley, tea: Offer, at: datetime) -> None:
    asked = valley.ask(valley.member(9), tea)
    columns = {column.name for column in Redemption.__table__.columns} - {"id", "key", "code_hash", "digits"}
    twin = {name: getattr(asked, name) for name in columns}
    with pytest.raises(Conflict, match="busy"), transaction():
        db.session.execute(sa.insert(Redemption).values(**twin, key=uuid7(), code_hash="x", digits="999999"))
