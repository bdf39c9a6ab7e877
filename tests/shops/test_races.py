"""Two at once: whoever comes second sees what the first did, on either engine."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Flask

from app.db import db, transaction, uuid7
from app.errors import DomainError
from app.shops import redemptions
from app.shops.models import Redemption
from tests.shops.factories import OVER, Valley

TILLS = 20


class Person(threading.Thread):
    """Does one act in a transaction of its own; `pauses` holds it open between the act and its end."""

    def __init__(self, app: Flask, act: Callable[[], Any], pauses: bool = False) -> None:
        super().__init__(daemon=True)
        self.app, self.act = app, act
        self.acted, self.may_end = threading.Event(), threading.Event()
        if not pauses:
            self.may_end.set()
        self.said: Any = None
        self.start()

    def run(self) -> None:
        with self.app.app_context():
            try:
                with transaction():
                    self.said = self.act()
                    self.acted.set()
                    self.may_end.wait(10)
            except DomainError as error:
                self.said = error.code
            except Exception as error:
                self.said = error
            finally:
                self.acted.set()
                db.session.remove()

    def ends(self) -> Any:
        self.may_end.set()
        self.join(20)
        return self.said


def second_while_first_is_open(app: Flask, first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """What the second is told; it begins when the first has acted but is not done, and has time to overtake."""
    db.session.remove()
    one = Person(app, first, pauses=True)
    assert one.acted.wait(10)
    two = Person(app, second)
    two.acted.wait(0.4)
    assert not isinstance(one.ends(), str | Exception), one.said
    return two.ends()


def asking(valley: Valley, person: Any, offer: Any, at: datetime, *, strong: bool = True) -> Callable[[], Any]:
    wish = {"region": valley.region, "offer_id": offer.id, "membership": person}
    return lambda: redemptions.request(**wish, key=uuid7(), strong=strong, at=at)


def confirming(shop: Any, code: str, at: datetime, till: int = 1) -> Callable[[], Any]:
    return lambda: redemptions.confirm(shop=shop, code=code, key=uuid7(), by=f"till:{till}", at=at)


def test_of_two_people_one_gets_the_last_one(app: Flask, valley: Valley, at: datetime) -> None:
    last = valley.offer(valley.shop(), "さいごの1つ", 1, stock=1)
    sora, minato = valley.member(3), valley.member(3, number="TSK-0004-5")
    told = second_while_first_is_open(app, asking(valley, sora, last, at), asking(valley, minato, last, at))
    assert told == "sold_out"


def test_two_phones_of_one_person_do_not_pass_the_limit(app: Flask, valley: Valley, at: datetime) -> None:
    tea = valley.offer(valley.shop(), "ひげ茶", 3)
    sora = valley.member(9)
    told = second_while_first_is_open(app, asking(valley, sora, tea, at), asking(valley, sora, tea, at))
    assert isinstance(told, Redemption)  # the live code of the first
    assert valley.balance(sora).held == 3


def test_two_shops_at_once_do_not_pass_the_days_coins(app: Flask, valley: Valley, at: datetime) -> None:
    tea = valley.offer(valley.shop(), "ひげ茶", 2)
    greens = valley.offer(valley.shop("見本ふれあい市"), "野菜", 2)
    sora = valley.member(9)
    told = second_while_first_is_open(
        app, asking(valley, sora, tea, at, strong=False), asking(valley, sora, greens, at, strong=False)
    )
    assert told == "passkey_wanted"


def test_a_code_that_is_being_confirmed_in_its_last_moment_keeps_its_unit(
    app: Flask, valley: Valley, at: datetime
) -> None:
    shop = valley.shop()
    last = valley.offer(shop, "さいごの1つ", 1, stock=1)
    sora, minato = valley.member(3), valley.member(3, number="TSK-0004-5")
    asked = valley.ask(sora, last)
    in_time = at + OVER - timedelta(milliseconds=1)
    told = second_while_first_is_open(
        app, confirming(shop, asked.digits, in_time), asking(valley, minato, last, at + OVER)
    )
    assert told == "sold_out"
    assert valley.state(asked) == "confirmed"


def test_what_ran_out_under_the_till_is_not_confirmed(app: Flask, valley: Valley, at: datetime) -> None:
    shop = valley.shop()
    last = valley.offer(shop, "さいごの1つ", 1, stock=1)
    asked = valley.ask(valley.member(3), last)
    minato = valley.member(3, number="TSK-0004-5")
    told = second_while_first_is_open(
        app,
        asking(valley, minato, last, at + OVER),
        confirming(shop, asked.digits, at + OVER - timedelta(milliseconds=1)),
    )
    assert told == "code_expired"
    assert valley.shop_coins(shop) == 0


def test_cancelled_or_confirmed_never_both(app: Flask, valley: Valley, at: datetime) -> None:
    shop, sora = valley.shop(), valley.member(3)
    asked = valley.ask(sora, valley.offer(shop))
    which = {"region": valley.region, "redemption_id": asked.id, "membership": sora}
    told = second_while_first_is_open(
        app, lambda: redemptions.cancel(**which, at=at), confirming(shop, asked.digits, at)
    )
    assert told == "code_cancelled"
    assert (valley.coins(sora), valley.shop_coins(shop)) == (3, 0)


def test_of_twenty_tills_exactly_one_confirms(app: Flask, valley: Valley, at: datetime) -> None:
    shop, sora = valley.shop(), valley.member(9)
    asked = valley.ask(sora, valley.offer(shop))
    db.session.remove()
    start = threading.Barrier(TILLS)

    def confirm(till: int) -> Callable[[], Any]:
        act = confirming(shop, asked.digits, at, till)
        return lambda: (start.wait(10) if app.config["SQLALCHEMY_DATABASE_URI"][0] == "p" else None, act())[1]

    tills = [Person(app, confirm(number)) for number in range(TILLS)]
    answers = Counter("won" if isinstance(till.ends(), Redemption) else till.said for till in tills)
    assert answers == {"won": 1, "code_used": TILLS - 1}
    assert (valley.coins(sora), valley.shop_coins(shop)) == (6, 3)
