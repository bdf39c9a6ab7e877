"""Thirty-two at one moment: the last place is given once, a turn changes hands once, and nobody is left alone in it."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa

from app.db import db, transaction
from app.rotas import service
from app.rotas.models import Slot, Turn
from tests import factories
from tests.ledger.threads import Watching, together
from tests.rotas import factories as made

CROWD = 32


def live(slot):
    query = sa.select(sa.func.count()).where(Turn.slot_id == slot.id, Turn.ended_at.is_(None))
    return db.session.scalar(query), db.session.get_one(Slot, slot.id, populate_existing=True).taken


def crowd(place, at, count=CROWD):
    return [factories.membership(place.region, at=at) for _ in range(count)]


def test_the_last_places_go_once(app, place, do, at):
    people, slot = crowd(place, at), do.slot(needed=3)
    db.session.commit()
    told = together(app, CROWD, lambda number: do.turn("take", people[number], slot).membership_id)
    assert Counter(type(one) for one in told) == {int: 3, str: CROWD - 3}
    assert {one for one in told if isinstance(one, str)} == {"slot_full"} and live(slot) == (3, 3)


def test_one_person_on_many_phones_takes_one_turn(app, do, una):
    slot = do.slot(needed=20)
    db.session.commit()
    told = together(app, CROWD, lambda _: do.turn("take", una, slot).id)
    assert len(set(told)) == 1 and live(slot) == (1, 1)


def test_a_turn_is_taken_over_once_and_the_slot_is_never_empty(app, place, do, una, at):
    people, slot, least = crowd(place, at), do.slot(), []
    turn = do.turn("take", una, slot)
    do.turn("ask_swap", una, turn)
    db.session.commit()

    def look():
        least.append(live(slot))
        db.session.rollback()

    with Watching(app, look):
        told = together(app, CROWD, lambda number: do.turn("take_over", people[number], turn).membership_id)
    assert Counter(type(one) for one in told) == {int: 1, str: CROWD - 1}
    assert {one for one in told if isinstance(one, str)} == {"swap_gone"}
    assert set(least) == {(1, 1)} == {live(slot)}


def test_taken_back_or_taken_over_but_not_both(app, do, una, sora):
    for day in range(1, 6):
        slot = do.slot(day)
        turn = do.turn("take", una, slot)
        do.turn("ask_swap", una, turn)
        db.session.commit()
        acts = (("take_over", sora), ("keep", una), ("give_up", una))
        told = together(app, 12, lambda number, turn=turn, acts=acts: do.turn(*acts[number % 3], turn).id)
        count, taken = live(slot)
        assert count == taken <= 1 and {one for one in told if isinstance(one, str)} <= {"swap_gone", "turn_gone"}


def test_a_day_is_removed_or_taken(app, place, rota, do, at):
    people = crowd(place, at, 4)
    for day in range(1, 6):
        slot = do.slot(day, needed=4)
        db.session.commit()

        def act(number, slot=slot):
            if number % 2:
                return do.turn("take", people[number // 2], slot).id
            with transaction():
                return service.remove_slot(region=place.region, rota_id=rota.id, slot_id=slot.id, at=at).id

        together(app, 8, act)
        count, taken = live(slot)
        removed = db.session.get_one(Slot, slot.id).removed_at
        assert count == taken and (removed is None) == bool(taken)


def test_a_rota_ends_or_somebody_counts_on_it(app, place, una, sora, at):
    for _ in range(4):
        of = made.rota(place.region, una, at=at)
        slot = made.slots(place.region, of, 1, at=at)[0]
        db.session.commit()

        def act(number, of=of, slot=slot):
            if number % 2:
                return made.turn("take", place.region, of, sora, slot, at=at).id
            with transaction():
                return service.end(region=place.region, rota_id=of.id, at=at).id

        together(app, 8, act)
        rota = db.session.get_one(type(of), of.id, populate_existing=True)
        assert (rota.ended_at is None) == (live(slot) == (1, 1))
