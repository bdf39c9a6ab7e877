from datetime import timedelta

import pytest

from app import clock
from app.db import db, transaction, uuid7
from app.errors import Conflict, Forbidden, Missing, Refused
from app.projects import queries as projects
from app.rotas import queries, service
from app.rotas.models import Rota, Slot, Turn
from tests import factories
from tests.projects import factories as projects_made
from tests.rotas import factories as made


def fresh(row):
    return db.session.get_one(type(row), row.id, populate_existing=True)


def test_the_same_form_is_one_rota(place, maker, una, at):
    key = uuid7()
    assert len({made.rota(place.region, maker, at=at, key=key).id for _ in range(3)}) == 1
    with pytest.raises(Conflict, match="other_request"):
        made.rota(place.region, una, at=at, key=key)
    assert db.session.query(Rota).count() == 1


def test_who_makes_a_rota_of_a_project(place, maker, una, at):
    project = projects_made.project(place.region, maker, at=at - timedelta(days=9))
    assert made.rota(place.region, maker, at=at, project_id=project.id).project_id == project.id
    assert fresh(project).active_at == at
    with pytest.raises(Forbidden, match="not_in_project"):
        made.rota(place.region, una, at=at, project_id=project.id)
    newcomer = factories.membership(place.region, at=at, standing="provisional", kind="friend")
    with pytest.raises(Refused, match="rota_provisional"):
        made.rota(place.region, newcomer, at=at)
    other = factories.world("ows", at=at)
    with pytest.raises(Missing):
        made.rota(other.region, factories.membership(other.region, at=at), at=at, project_id=project.id)
    ended = projects_made.project(place.region, maker, at=at, ended_at=at)
    with pytest.raises(Refused, match="project_over"):
        made.rota(place.region, maker, at=at, project_id=ended.id)


def test_many_weeks_in_one_form_and_a_second_tap_adds_none(do):
    first = do.slots(weeks=4, needed=2)
    assert len(first) == 4 and [slot.id for slot in do.slots(weeks=4, needed=2)] == [slot.id for slot in first]
    assert {slot.day.weekday() for slot in first} == {first[0].day.weekday()}
    with pytest.raises(Refused, match="slot_known") as told:
        do.slots(14, ends="12:00")
    assert told.value.params["day"] == first[1].day
    assert db.session.query(Slot).count() == 4


def test_what_cannot_be_a_slot(do, place, rota, at):
    for facts, code in (((-1,), "field_past"), ((401,), "slot_far")):
        with pytest.raises(Refused, match=code):
            do.slots(*facts)
    with pytest.raises(Refused, match="field_order"):
        do.slots(ends="10:00")
    with transaction():
        service.end(region=place.region, rota_id=rota.id, at=at)
    with pytest.raises(Refused, match="rota_over"):
        do.slots()


def test_only_a_slot_that_nobody_took_is_removed_and_may_come_again(do, place, rota, una, at):
    def remove(slot):
        with transaction():
            return service.remove_slot(region=place.region, rota_id=rota.id, slot_id=slot.id, at=at)

    free, taken = do.slots(weeks=2)
    do.turn("take", una, taken)
    with pytest.raises(Refused, match="slot_taken"):
        remove(taken)
    assert remove(free).removed_at == at == remove(free).removed_at
    with pytest.raises(Refused, match="slot_removed"):
        do.turn("take", una, free)
    assert do.slot(ends="11:30").id == free.id and fresh(free).removed_at is None
    other = made.rota(place.region, una, at=at)
    with pytest.raises(Missing), transaction():
        service.remove_slot(region=place.region, rota_id=other.id, slot_id=free.id, at=at)


def test_a_rota_ends_when_nobody_counts_on_it(do, place, rota, una, at):
    def end(when):
        with transaction():
            return service.end(region=place.region, rota_id=rota.id, at=when)

    slot = do.slot(1)
    do.turn("take", una, slot)
    with pytest.raises(Refused, match="rota_turns_ahead"):
        end(at)
    later = at + timedelta(days=1, hours=1, minutes=30)  # 11時: the slot has just ended
    assert end(later).ended_at == later == end(later + timedelta(days=1)).ended_at


# --- turns ----------------------------------------------------------------------------------------------------


def test_one_tap_takes_a_turn_and_a_second_is_the_first(do, una, sora, at):
    slot = do.slot(needed=2)
    first = do.turn("take", una, slot)
    assert do.turn("take", una, slot).id == first.id and fresh(slot).taken == 1
    do.turn("take", sora, slot)
    assert fresh(slot).taken == 2


def test_the_last_place_is_taken_once(do, una, sora):
    slot = do.slot()
    do.turn("take", una, slot)
    with pytest.raises(Conflict, match="slot_full"):
        do.turn("take", sora, slot)
    assert fresh(slot).taken == 1


def test_somebody_without_a_number_takes_a_turn_as_well(do, place, at):
    newcomer = factories.membership(place.region, at=at, standing="provisional", kind="friend", name="")
    assert do.turn("take", newcomer, do.slot()).membership_id == newcomer.id


def test_a_turn_is_a_sign_of_life_of_the_project(place, maker, una, at):
    project = projects_made.project(place.region, maker, at=at - timedelta(days=9))
    rota = made.rota(place.region, maker, at=at - timedelta(days=8), project_id=project.id)
    slot = made.slots(place.region, rota, 1, at=at)[0]
    made.turn("take", place.region, rota, una, slot, at=at)
    assert projects.by_id(place.region, project.id).active_at == at


def test_what_is_over_is_not_taken(do, una, at):
    slot = do.slot(0)
    do.turn("take", una, slot, when=at + timedelta(minutes=89))
    with pytest.raises(Refused, match="slot_over"):
        do.turn("take", una, do.slot(0, begins="09:00", ends="10:00"), when=at + timedelta(minutes=30))


def test_giving_up_until_the_day_before_and_later_a_swap(do, una, sora, at):
    slot = do.slot(1)
    turn = do.turn("take", una, slot)
    evening = at + timedelta(hours=14, minutes=29)  # 23時59分
    do.turn("give_up", una, turn, when=evening)
    do.turn("give_up", una, turn, when=evening)
    assert fresh(slot).taken == 0
    again = do.turn("take", una, slot)
    with pytest.raises(Refused, match="turn_late"):
        do.turn("give_up", una, again, when=evening + timedelta(minutes=1))
    assert do.turn("ask_swap", una, again, when=evening + timedelta(minutes=1)).swap_asked_at
    with pytest.raises(Missing):
        do.turn("give_up", sora, again)


def test_a_turn_changes_hands_without_a_gap(do, una, sora, at):
    slot = do.slot()
    old = do.turn("take", una, slot)
    do.turn("ask_swap", una, old, words="かぜを ひきました")
    assert (fresh(slot).taken, fresh(old).ended_at, fresh(old).swap_words) == (1, None, "かぜを ひきました")
    new = do.turn("take_over", sora, old)
    assert (new.from_id, new.membership_id, fresh(slot).taken) == (old.id, sora.id, 1)
    assert fresh(old).ended_at == at and do.turn("take_over", sora, old).id == new.id
    assert db.session.query(Turn).filter_by(slot_id=slot.id, ended_at=None).one().id == new.id


def test_the_turn_of_whoever_left_is_taken_over_by_anybody(do, place, rota, una, sora, phone, at):
    slot = do.slot()
    old = do.turn("take", una, slot)
    with transaction():
        db.session.get_one(type(una), una.id).standing = "ended"
    assert [one.turn.id for one in queries.swaps_wanted(place.region, sora, at)] == [old.id]
    page = phone(sora).get(f"/tsk/rotas/{rota.id}").text
    assert "この当番に 出る人を さがしています。" in page and "かわりに 出ます" in page and una.name not in page
    with transaction():
        assert service.end(region=place.region, rota_id=rota.id, at=at).ended_at == at  # nobody counts on it
        rota_again = db.session.get_one(type(rota), rota.id)
        rota_again.ended_at = None
    new = do.turn("take_over", sora, old)
    assert (new.from_id, fresh(slot).taken, queries.swaps_wanted(place.region, una, at)) == (old.id, 1, [])


def test_who_cannot_take_over(do, place, una, sora, maker, at):
    slot = do.slot(needed=2)
    turn = do.turn("take", una, slot)
    with pytest.raises(Conflict, match="swap_gone"):
        do.turn("take_over", sora, turn)
    do.turn("ask_swap", una, turn)
    with pytest.raises(Refused, match="swap_own"):
        do.turn("take_over", una, turn)
    do.turn("take", maker, slot)
    with pytest.raises(Refused, match="turn_known"):
        do.turn("take_over", maker, turn)
    with pytest.raises(Refused, match="slot_over"):
        do.turn("take_over", sora, turn, when=at + timedelta(days=8))
    do.turn("take_over", sora, turn)
    third = factories.membership(place.region, at=at)
    with pytest.raises(Conflict, match="swap_gone"):
        do.turn("take_over", third, turn)
    for verb in ("ask_swap", "keep"):
        with pytest.raises(Refused, match="turn_gone"):
            do.turn(verb, una, turn)
        with pytest.raises(Missing):
            do.turn(verb, third, turn)


def test_a_wish_to_swap_is_taken_back(do, una, sora):
    turn = do.turn("take", una, do.slot())
    do.turn("ask_swap", una, turn, words="だれか")
    assert do.turn("keep", una, turn).swap_asked_at is None
    with pytest.raises(Conflict, match="swap_gone"):
        do.turn("take_over", sora, turn)


def test_other_regions_and_other_rotas_are_missing(do, place, rota, una, at):
    slot = do.slot()
    turn = do.turn("take", una, slot)
    other = factories.world("ows", at=at).region
    stranger = factories.membership(other, at=at)
    with pytest.raises(Missing):
        made.turn("take", other, rota, stranger, slot, at=at)
    second = made.rota(place.region, una, at=at)
    for verb, which in (("take", slot), ("give_up", turn), ("take_over", turn)):
        with pytest.raises(Missing):
            made.turn(verb, place.region, second, una, which, at=at)


# --- reading --------------------------------------------------------------------------------------------------


def test_next_turns_and_swaps_wanted(do, place, una, sora, at):
    soon, later = do.slot(1), do.slot(8)
    first, second = do.turn("take", una, soon), do.turn("take", una, later)
    assert [one.turn.id for one in queries.next_turns(place.region, una, at)] == [first.id, second.id]
    assert [one.turn.id for one in queries.next_turns(place.region, una, at + timedelta(days=2))] == [second.id]
    do.turn("ask_swap", una, second)
    assert len(queries.next_turns(place.region, una, at)) == 2
    do.turn("take_over", sora, second)
    assert [one.turn.id for one in queries.next_turns(place.region, una, at)] == [first.id]


def test_swaps_are_shown_to_all_who_could_take_over(do, place, una, sora, maker, at):
    slot = do.slot(1, needed=2)
    turn = do.turn("take", una, slot)
    do.turn("take", maker, slot)
    do.turn("ask_swap", una, turn)
    wanted = {
        who.id: [one.turn.id for one in queries.swaps_wanted(place.region, who, at)] for who in (una, sora, maker)
    }
    assert wanted == {una.id: [], sora.id: [turn.id], maker.id: []}
    assert queries.swaps_wanted(place.region, sora, at + timedelta(days=2)) == []
    do.turn("take_over", sora, turn)
    assert queries.swaps_wanted(place.region, sora, at) == []


def test_whoever_was_relieved_is_told_for_a_week_while_the_day_lies_ahead(do, place, rota, una, sora, at):
    near, far = do.slot(2), do.slot(30)
    for slot in (near, far):
        turn = do.turn("take", una, slot)
        do.turn("ask_swap", una, turn)
        do.turn("take_over", sora, turn)

    def told(days, who=una):
        return [one.slot.id for one in queries.relieved(place.region, who, at + timedelta(days=days), rota)]

    assert told(0) == [near.id, far.id] and told(0, sora) == []
    assert told(3) == [far.id] and told(7) == []


def test_slots_by_day_are_paged(do, place, rota, at):
    made_ = do.slots(weeks=5)
    today = clock.local_day(place.region, at)
    first = queries.lines(rota, today, limit=3)
    rest = queries.lines(rota, today, after=first[-1].slot.id)
    assert [line.slot.id for line in (*first, *rest)] == [slot.id for slot in made_]
