"""Writing down, putting right before anybody confirmed, taking back; twelve hours a day; once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.db import transaction, uuid7
from app.errors import Forbidden, Missing
from app.members import service as members
from tests import factories
from tests.hours.factories import refused


def test_one_entry_waits_for_a_second_person(place):
    project = place.project()
    row = place.log(
        place.sora,
        90,
        what=" 竹を はこんだ ",
        field="environment",
        project_id=project.id,
        place="remote",
        with_membership=place.kaze,
        with_names="ほか 2人",
    )
    assert (row.state, row.way, row.minutes, row.what) == ("waiting", "phone", 90, "竹を はこんだ")
    assert (row.activity, row.with_id, row.entered_by_id) == (f"hours:{row.key}", place.kaze.id, None)
    assert (row.field, row.place, row.paid, row.project_id) == ("environment", "remote", False, project.id)
    assert (place.minutes_of(place.sora), place.coins(place.sora)) == (90, 0)


def test_hours_are_a_projects_sign_of_life(place):
    project = place.project(active_at=place.at - timedelta(days=80))
    place.log(place.sora, project_id=project.id)
    assert project.active_at == place.at


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"minutes": 20}, "hours_step"),
        ({"minutes": 0}, "hours_length"),
        ({"minutes": 735}, "hours_length"),
        ({"what": " \u3000"}, "field_empty"),
    ],
)
def test_what_cannot_be_written(place, values, code):
    with refused(code):
        place.log(place.sora, **values)


def test_days_are_the_regions(place):
    """At 午前0時30分 in Japan it is still yesterday in London; 400 days ago is the last day."""
    place.at = place.at.replace(day=30, hour=15, minute=30)
    assert place.today.isoformat() == "2026-12-01"
    place.log(place.sora, day=place.today)
    place.log(place.sora, day=place.today - timedelta(days=400))
    with refused("hours_old"):
        place.log(place.sora, day=place.today - timedelta(days=401))
    with refused("hours_future"):
        place.log(place.sora, day=place.today + timedelta(days=1))


def test_nobody_is_with_themselves(place):
    with refused("hours_with_oneself"):
        place.log(place.sora, with_membership=place.sora)


# --- who ----------------------------------------------------------------------------------------------------


def test_an_officer_writes_nothing_down_for_anybody(place):
    for values in ({"who": place.machi}, {"who": place.sora, "entered_by": place.machi}):
        with refused("not_allowed"):
            place.log(**values)
    with refused("not_allowed"):
        place.log(place.sora, with_membership=place.machi)


def test_who_has_left_writes_nothing_down(place):
    with refused("not_allowed"):
        place.log(place.person(standing="ended"))


def test_who_only_came_writes_down_what_they_do(place):
    assert place.log(place.person(standing="provisional")).state == "waiting"


def test_nothing_is_written_for_another_region(place, at):
    stranger = factories.membership(factories.world("ows", at=at).region, at=at)
    for values in ({"who": stranger}, {"who": place.sora, "with_membership": stranger}):
        with pytest.raises(Missing):
            place.log(**values)
    with pytest.raises(Missing):
        place.log(place.sora, project_id=99)


def test_typed_by_oneself_is_no_proxy(place):
    row = place.log(place.sora, entered_by=place.sora)
    assert (row.way, row.entered_by_id) == ("phone", None)


# --- twelve hours a day -------------------------------------------------------------------------------------


def test_twelve_hours_a_day_and_not_a_quarter_more(place):
    first = place.log(place.sora, 660)
    with refused("hours_full") as told:
        place.log(place.sora, 75)
    assert told.params == {"left": 60}
    place.log(place.sora, 60)
    place.log(place.sora, 720, place.today - timedelta(days=1))
    place.log(place.hana, 720)
    place.withdraw(place.sora, first)
    assert place.minutes_of(place.sora) == 60
    place.log(place.sora, 660)


def test_what_was_sent_back_makes_room_and_may_find_none_again(place):
    row = place.send_back(place.yaku, place.log(place.sora, 720))
    place.log(place.sora, 15)
    with refused("hours_full"):
        place.send_again(place.sora, row)
    assert place.send_again(place.sora, row, minutes=705).minutes == 705


# --- once ---------------------------------------------------------------------------------------------------


def test_the_same_form_again_is_the_first_entry(place):
    values = {"key": uuid7(), "what": "草むしり"}
    first = place.log(place.sora, **values)
    place.confirmed(place.yaku, first)
    assert place.log(place.sora, **values).id == first.id
    with refused("other_request"):
        place.log(place.sora, 75, **values)
    with refused("other_request"):
        place.log(place.hana, **values)
    assert len(place.rows()) == 1 and place.minutes_of(place.sora) == 60


def test_two_tabs_are_one_entry(place):
    first = place.log(place.sora, what="草むしり")
    place.at += timedelta(minutes=9)
    assert place.log(place.sora, what="草 むしり").id == first.id
    assert place.log(place.sora, 75, what="草むしり").id != first.id
    assert place.log(place.sora, what="草むしり", day=place.today - timedelta(days=1)).id != first.id


def test_paper_and_telephone_are_one_activity(place):
    """Somebody types in a week later what was written down by the person: refused, and told where it stands."""
    first = place.confirmed(place.yaku, place.log(place.sora, what="草むしり"))
    day = place.today
    place.at += timedelta(days=7)
    with refused("already_logged") as told:
        place.log(place.sora, day=day, what="草むしり", entered_by=place.jimu)
    assert told.params == {"entry_id": first.id, "event_id": None}
    place.correct(place.sora, first)
    assert place.log(place.sora, day=day, what="草むしり").state == "waiting"


def test_a_gathering_is_not_written_down_by_hand(place):
    event = place.gathering(place.kaze)
    place.arrive(event, place.sora)
    place.end(event, place.kaze)
    with refused("already_logged") as told:
        place.log(place.sora, 120, what="梅林の　下草かり")
    assert told.params == {"entry_id": place.rows(place.sora)[0].id, "event_id": event.id}
    assert place.log(place.sora, 60, what="梅林の下草かりの あとかたづけ").state == "waiting"
    assert place.log(place.hana, 120, what="梅林の下草かり").state == "waiting"


# --- taking back --------------------------------------------------------------------------------------------


def test_whoever_did_it_or_typed_it_takes_it_back(place):
    for by in (place.sora, place.jimu):
        row = place.log(place.sora, entered_by=place.jimu)
        assert place.withdraw(by, row).state == "withdrawn"
        assert place.withdraw(by, row).state == "withdrawn"
    assert place.minutes_of(place.sora) == 0
    with pytest.raises(Forbidden):
        place.withdraw(place.yaku, place.log(place.sora))


def test_what_is_confirmed_is_corrected_not_withdrawn(place):
    row = place.confirmed(place.yaku, place.log(place.sora))
    with refused("hours_confirmed"):
        place.withdraw(place.sora, row)
    with refused("hours_confirmed"):
        place.send_again(place.sora, row)


def test_withdrawn_from_what_was_sent_back_counts_nothing(place):
    row = place.withdraw(place.sora, place.send_back(place.yaku, place.log(place.sora)))
    assert (row.state, place.minutes_of(place.sora)) == ("withdrawn", 0)
    with refused("hours_withdrawn"):
        place.send_again(place.sora, row)


def test_only_the_writer_sends_it_again_and_twice_is_once(place):
    row = place.send_back(place.yaku, place.log(place.sora))
    with pytest.raises(Forbidden):
        place.send_again(place.kaze, row)
    for _ in range(2):
        assert place.send_again(place.sora, row).state == "waiting"
    assert place.minutes_of(place.sora) == 60
    with refused("hours_step"):
        place.send_again(place.sora, place.send_back(place.yaku, row), minutes=50)


def test_put_right_it_is_not_what_stands_there_already(place):
    first, other = place.log(place.sora, 60, what="草むしり"), place.log(place.sora, 90, what="草むしり")
    place.send_back(place.yaku, other)
    with refused("already_logged") as told:
        place.send_again(place.sora, other, minutes=60)
    assert told.params["entry_id"] == first.id and place.minutes_of(place.sora) == 60
    assert place.send_again(place.sora, other).state == "waiting"


def test_an_officer_takes_nothing_back(place):
    row = place.log(place.sora)
    with transaction():
        year = {"starts_on": place.today, "ends_on": place.today + timedelta(days=9)}
        members.give_duty(membership=place.sora, role="officer", **year)
    with refused("not_allowed"):
        place.withdraw(place.sora, row)
