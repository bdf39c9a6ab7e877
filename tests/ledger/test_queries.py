"""What pages read: balances that know the time, histories by page, sums by kind."""

from __future__ import annotations

from datetime import date, timedelta

from app.ledger import queries
from app.ledger.rules import Line
from tests.ledger.world import AT, DAY, LAST, World, reading

SOON = date(2027, 3, 31)


def test_a_balance_is_what_can_be_spent_on_a_day(world: World) -> None:
    anna = world.person((2, SOON), (3, LAST))
    world.place(anna.account_id, 1)
    with reading():
        now = queries.balance(world.id, anna.account_id, DAY)
        later = queries.balance(world.id, anna.account_id, SOON + timedelta(days=1))
    assert now == queries.Balance(4, 1, [(SOON, 1), (LAST, 3)])
    assert later == queries.Balance(3, 1, [(LAST, 3)])


def test_a_balance_at_an_instant_does_not_count_what_has_run_out(world: World) -> None:
    anna = world.person((2, LAST))
    world.place(anna.account_id, 2)
    with reading():
        before = queries.balance(world.id, anna.account_id, DAY, at=AT)
        after = queries.balance(world.id, anna.account_id, DAY, at=AT + timedelta(seconds=130))
    assert (before.available, before.held) == (0, 2)
    assert (after.available, after.held, after.lots) == (2, 0, [(LAST, 2)])


def test_another_regions_balance_is_empty(world: World) -> None:
    anna = world.person((2, LAST))
    with reading():
        assert queries.balance(World().id, anna.account_id, DAY) == queries.Balance(0, 0, [])


def test_a_history_has_one_entry_for_each_act(world: World) -> None:
    anna = world.person((2, SOON), (3, LAST))
    bought = world.spend(anna.account_id, 3, reference="redemption:1")
    with reading():
        entry = queries.history(world.id, anna.account_id)[0]
    assert (entry.seq, entry.kind, entry.reference) == (bought.seq, "purchase", "redemption:1")
    assert (entry.amount, entry.expires_on, entry.at) == (-3, SOON, AT)
    assert (entry.reverses, entry.reversed) == (None, False)


def test_a_history_tells_what_was_taken_back(world: World) -> None:
    anna = world.person((2, LAST))
    bought = world.spend(anna.account_id, 1, reference="redemption:1")
    back = world.reverse(bought.seq)
    with reading():
        newest, second = queries.history(world.id, anna.account_id, limit=2)
    assert (newest.seq, newest.reverses, newest.amount) == (back.seq, bought.seq, 1)
    assert newest.reference == "redemption:1"
    assert second.reversed


def test_a_history_is_read_page_by_page(world: World) -> None:
    anna, ben = world.person((1, SOON), (1, LAST)), world.person((9, LAST))
    for number in range(3):
        world.spend(anna.account_id, 1) if number < 2 else world.issue(anna.account_id)
        world.post(Line(ben.account_id, anna.account_id, 1, LAST))
    with reading():
        whole = queries.history(world.id, anna.account_id)
        pages, before = [], None
        while page := queries.history(world.id, anna.account_id, before_seq=before, limit=3):
            pages += page
            before = page[-1].seq
        assert queries.history(World().id, anna.account_id) == []
    assert pages == whole
    assert len(whole) == 8
    assert [entry.seq for entry in whole] == sorted((entry.seq for entry in whole), reverse=True)


def test_a_full_page_never_cuts_an_act_in_two(world: World) -> None:
    anna = world.person((1, SOON), (1, LAST))
    world.spend(anna.account_id, 2)
    with reading():
        assert [entry.amount for entry in queries.history(world.id, anna.account_id, limit=1)] == [-2]


def test_sums_by_kind(world: World) -> None:
    anna = world.person((5, SOON), (5, LAST))
    world.spend(anna.account_id, 3)
    world.post(Line(world.shop_id, world.account("settled"), 1, date(9999, 12, 31)))
    world.sweep(SOON + timedelta(days=1))
    with reading():
        totals = queries.totals(world.id)
    assert totals == {
        "source": 10,
        "member": 5,
        "shop": 2,
        "project": 0,
        "expired": 2,
        "settled": 1,
        "written_off": 0,
    }
