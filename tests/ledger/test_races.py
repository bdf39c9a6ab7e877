"""Many at once: one wins, the others are told so, and whoever reads meanwhile sees the books in order."""

from __future__ import annotations

import threading
from collections import Counter

from flask import Flask

from app.db import uuid7
from app.ledger.models import NEVER
from app.ledger.rules import Line
from tests.ledger.threads import Watching, together
from tests.ledger.world import LAST, World, statements

MANY = 32


def test_coins_for_one_hold_are_held_once(app: Flask, world: World) -> None:
    anna = world.person((2, LAST))
    with Watching(app, world.assert_proved) as watch:
        answers = together(app, MANY, lambda _: world.place(anna.account_id, 2))
    assert Counter(type(answer).__name__ for answer in answers) == {"Held": 1, "str": MANY - 1}
    assert answers.count("not_enough_coins") == MANY - 1
    assert world.balance(anna.account_id) == (0, 2)
    assert watch.looks > 0
    world.assert_proved()


def test_coins_are_spent_once_whatever_the_number_of_lots(app: Flask, world: World) -> None:
    anna = world.person((1, LAST.replace(year=2027)), (2, LAST))
    answers = together(app, 16, lambda number: world.spend(anna.account_id, 1 + number % 2))
    spent = sum(1 + number % 2 for number, answer in enumerate(answers) if not isinstance(answer, str))
    assert {answer for answer in answers if isinstance(answer, str)} == {"not_enough_coins"}
    assert world.lots(world.shop_id)[NEVER] == (spent, 0)
    assert world.balance(anna.account_id) == (3 - spent, 0)
    assert spent == 3
    world.assert_proved()


def test_the_same_request_from_everywhere_is_one_act(app: Flask, world: World) -> None:
    anna, key = world.person((5, LAST)), uuid7()
    answers = together(app, 16, lambda _: world.spend(anna.account_id, 1, key=key))
    assert len({answer.seq for answer in answers}) == 1
    assert Counter(answer.repeated for answer in answers) == {False: 1, True: 15}
    assert world.balance(anna.account_id) == (4, 0)


def test_a_hold_that_many_end_ends_once(app: Flask, world: World) -> None:
    anna = world.person((1, LAST))
    hold = world.place(anna.account_id)
    acts = (world.capture, world.release)
    answers = together(app, 16, lambda number: acts[number % 2](hold.hold_id))
    assert answers.count("hold_resolved") == 15
    world.assert_proved()


def test_an_act_that_many_reverse_is_reversed_once(app: Flask, world: World) -> None:
    anna = world.person((1, LAST))
    bought = world.spend(anna.account_id, 1)
    answers = together(app, 16, lambda _: world.reverse(bought.seq))
    assert answers.count("already_reversed") == 15
    assert world.balance(anna.account_id) == (1, 0)
    world.assert_proved()


def test_coins_that_cross_are_neither_lost_nor_made(app: Flask, world: World) -> None:
    anna, ben = world.person((8, LAST)), world.person((8, LAST))
    ways = [(anna.account_id, ben.account_id), (ben.account_id, anna.account_id)]
    answers = together(app, 16, lambda number: world.post(Line(*ways[number % 2], 1, LAST)))
    assert not [answer for answer in answers if isinstance(answer, str)]
    assert world.balance(anna.account_id) == world.balance(ben.account_id) == (8, 0)
    world.assert_proved()


def test_nothing_leaves_an_account_after_it_was_frozen(app: Flask, world: World) -> None:
    """The spender stops just before the coins leave; freezing either waits for it, or it is refused."""
    anna = world.person((1, LAST))
    about_to_take, over = threading.Event(), threading.Event()

    def stop(_: int, statement: str) -> None:
        if statement.startswith("UPDATE holding"):
            about_to_take.set()
            over.wait(0.5)

    def act(number: int) -> int:
        if number == 0:
            world.spend(anna.account_id, 1)
            return 0
        assert about_to_take.wait(5)
        world.freeze(anna.account_id)
        left = world.balance(anna.account_id)[0]
        over.set()
        return left

    with statements(stop):
        left = together(app, 2, act)[1]
    assert world.balance(anna.account_id)[0] == left
    world.assert_proved()


def test_two_sweeps_at_once_are_one(app: Flask, world: World) -> None:
    for _ in range(4):
        world.person((2, LAST.replace(year=2027)))
    answers = together(app, 4, lambda _: world.sweep(LAST))
    assert sum(answers) == 4
    world.assert_proved()
