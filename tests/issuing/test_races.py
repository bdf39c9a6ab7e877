"""Many earn at once: never beyond the budget or the caps, never twice for one activity."""

from __future__ import annotations

from flask import Flask

from tests.ledger.threads import Watching, together
from tests.ledger.world import World


def test_a_budget_is_given_out_to_the_last_coin(app: Flask) -> None:
    world = World(budget=7)
    people = [world.person() for _ in range(12)]
    with Watching(app, world.assert_proved):
        earned = together(app, 12, lambda number: world.earn(people[number], 1 + number % 2))
    assert sum(one.amount for one in earned) == 7
    assert sum(world.issued(person, "FY2026") for person in people) == 7
    assert world.budget_left() == 0
    world.assert_proved()


def test_one_activity_earns_once_however_many_ask(app: Flask, world: World) -> None:
    anna = world.person()
    earned = together(app, 16, lambda _: world.earn(anna, 2))
    assert [one.repeated for one in earned].count(False) == 1
    assert {one.operation_seq for one in earned} == {earned[0].operation_seq}
    assert (world.balance(anna.account_id), world.budget_left()) == ((2, 0), 998)


def test_many_activities_of_one_day_stay_below_the_cap(app: Flask, world: World) -> None:
    anna = world.person()
    earned = together(app, 16, lambda number: world.earn(anna, 1, f"event:{number}"))
    assert sum(one.amount for one in earned) == 2
    assert world.balance(anna.account_id) == (2, 0)


def test_gatherings_with_the_same_people_end_at_once(app: Flask, world: World) -> None:
    people = [world.person() for _ in range(6)]
    orders = [people, people[::-1], people[3:] + people[:3]]
    answers = together(
        app, 6, lambda number: world.earn_all(dict.fromkeys(orders[number % 3], 1), f"event:{number // 2}")
    )
    assert sum(one.amount for earned in answers for one in earned if not one.repeated) == 12
    assert [world.issued(person, "FY2026") for person in people] == [2] * 6
    world.assert_proved()


def test_earning_and_taking_back_at_once_keep_the_counters(app: Flask, world: World) -> None:
    anna = world.person()
    world.earn(anna, 1)
    together(app, 12, lambda number: world.take_back(anna) if number % 2 else world.earn(anna, 1))
    balance = world.balance(anna.account_id)[0]
    assert balance in (0, 1)
    assert world.issued(anna, "FY2026") == world.issued(anna, "2026-11-28") == balance
    assert world.budget_left() == 1000 - balance
    world.assert_proved()
