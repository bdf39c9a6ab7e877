"""Coins become goods: every way in which that may be refused, run out, or be taken back."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.errors import Conflict, Missing, Refused
from app.ledger import service as ledger
from app.ledger.models import Operation
from app.shops import presented, queries, rules, service
from app.shops.models import Offer, Redemption, Shop
from tests.shops.factories import Valley, open_valley

JST = ZoneInfo("Asia/Tokyo")
OVER = rules.LIFE + rules.GRACE


def jst(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=JST).astimezone(UTC)


@pytest.fixture
def valley(app: Any, at: datetime) -> Valley:
    return open_valley(at)


@pytest.fixture
def shop(valley: Valley) -> Shop:
    return valley.shop()


@pytest.fixture
def tea(valley: Valley, shop: Shop) -> Offer:
    return valley.offer(shop)


def refused(code: str, act: Callable[[], Any], kind: type[Exception] = Refused) -> Any:
    with pytest.raises(kind, match=f"^{code}$") as raised:
        act()
    return raised.value


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
        assert service.expire_due(at=at + OVER) == 1
    with transaction():
        assert service.expire_due(at=at + OVER) == 0
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


# --- the shelf ----------------------------------------------------------------------------------------------


def test_the_shelf_tells_what_is_left_and_who_had_enough(valley: Valley, shop: Shop, at: datetime) -> None:
    sora = valley.member(20)
    tea = valley.offer(shop, "ひげ茶", 3, stock=5, limit=1, limit_period="month")
    coffee = valley.offer(shop, "コーヒー", 2)
    valley.confirm(shop, valley.ask(sora, tea).digits)
    db.session.rollback()
    shelf = {row.offer.id: row for row in queries.shelf(valley.region, at=at, membership_id=sora.id)}
    assert (shelf[tea.id].left, shelf[tea.id].used_up) == (4, True)
    assert (shelf[coffee.id].left, shelf[coffee.id].used_up) == (None, False)
    assert [row.offer.price for row in queries.shelf(valley.region, at=at)] == [2, 3]
    assert not queries.goods(valley.region, tea.id, at=at).used_up


def test_the_shelf_judges_by_time_and_needs_no_sweep(valley: Valley, shop: Shop, at: datetime) -> None:
    sora = valley.member(20)
    last = valley.offer(shop, "さいごの1つ", 3, stock=1, limit=1)
    valley.ask(sora, last)
    db.session.rollback()

    def seen(moment: datetime) -> tuple[int | None, bool]:
        row = queries.goods(valley.region, last.id, at=moment, membership_id=sora.id)
        return row.left, row.used_up

    assert seen(at + OVER - timedelta(milliseconds=1)) == (0, True)
    assert seen(at + OVER) == (1, False)
    assert queries.spent_today(region=valley.region, membership_id=sora.id, at=at) == 3
    assert queries.spent_today(region=valley.region, membership_id=sora.id, at=at + OVER) == 0
    assert valley.coins(sora, at + OVER) == 20


def test_the_days_sum_leaves_out_what_was_taken_back(valley: Valley, shop: Shop, tea: Offer, at: datetime) -> None:
    sora = valley.member(20)
    given = [valley.confirm(shop, valley.ask(sora, tea).digits) for _ in range(3)]
    valley.reverse(shop, given[1])
    db.session.rollback()
    assert queries.today(shop, valley.region, at=at) == (2, 6)
    assert queries.today(shop, valley.region, at=jst(2026, 11, 29, 0, 0)) == (0, 0)
    assert [sale.redemption.id for sale in queries.last_sales(shop_id=shop.id)] == [
        given[2].id,
        given[1].id,
        given[0].id,
    ]


def test_a_redemption_of_somebody_else_is_missing(valley: Valley, tea: Offer) -> None:
    asked = valley.ask(valley.member(9), tea)
    other = valley.member(number="TSK-0004-5")
    db.session.rollback()
    with pytest.raises(Missing):
        queries.sale_of(region=valley.region, redemption_id=asked.id, membership_id=other.id)


def test_one_live_code_per_person_and_shop_stands_in_the_database_too(valley: Valley, tea: Offer, at: datetime) -> None:
    asked = valley.ask(valley.member(9), tea)
    columns = {column.name for column in Redemption.__table__.columns} - {"id", "key", "code_hash", "digits"}
    twin = {name: getattr(asked, name) for name in columns}
    with pytest.raises(Conflict, match="busy"), transaction():
        db.session.execute(sa.insert(Redemption).values(**twin, key=uuid7(), code_hash="x", digits="999999"))
