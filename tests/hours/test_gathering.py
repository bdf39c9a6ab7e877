"""The hours that a gathering brings, by the real door: arrival, leaving, 会を終える, claims, late corrections."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.checkins.by_host import desk, leaving
from app.claims import service as claims
from app.db import db, transaction, uuid7
from app.hours import queries
from app.hours import service as hours
from app.issuing.queries import earned
from app.members.models import Member
from app.projects.models import ProjectEvent


def states(place):
    return {row.membership_id: (row.state, row.confirmed_as, row.minutes) for row in place.rows()}


def test_the_host_who_ends_it_confirms_all_but_their_own_and_their_households(place):
    event = place.gathering(place.sora, minutes=97)
    for who in (place.sora, place.hana, place.kaze):
        place.arrive(event, who)
    place.end(event, place.sora)
    waiting = ("waiting", "", 97)
    assert states(place) == {
        place.sora.id: waiting,
        place.hana.id: waiting,
        place.kaze.id: ("confirmed", "host", 97),
    }
    row = place.rows(place.kaze)[0]
    assert (row.way, row.activity, row.event_id, row.what) == ("event", f"event:{event.id}", event.id, event.title)
    assert (row.confirmed_by_id, row.day, row.field) == (place.sora.id, place.today, "environment")


def test_ended_by_a_job_all_wait_and_whoever_was_there_confirms(place):
    event = place.gathering(place.sora)
    for who in (place.sora, place.kaze):
        place.arrive(event, who)
    place.end(event, "job:close")
    assert {state for state, *_ in states(place).values()} == {"waiting"}
    assert place.confirm(place.kaze, *place.rows())[0].entry.confirmed_as == "together"
    assert place.confirm(place.sora, *place.rows(place.kaze))[0].entry.confirmed_as == "host"


def test_ended_by_the_steward_it_is_the_stewards_word(place):
    event = place.gathering(place.kaze)
    for who in (place.sora, place.yaku):
        place.arrive(event, who)
    place.end(event, place.yaku)
    assert states(place)[place.sora.id][:2] == ("confirmed", "steward")
    assert states(place)[place.yaku.id][0] == "waiting"
    other = place.gathering(place.kaze)
    place.arrive(other, place.hana)
    place.end(other, place.jimu)
    assert states(place)[place.hana.id][:2] == ("confirmed", "office")


def test_its_hours_never_pay_the_gathering_does(place):
    event = place.gathering(place.kaze, minutes=180, coins=1)
    place.arrive(event, place.sora)
    place.end(event, "job:close")
    assert place.coins(place.sora) == 1
    assert place.confirm(place.yaku, *place.rows())[0].earned is None
    assert place.coins(place.sora) == 1
    assert earned(place.region.id, place.sora.id, f"event:{event.id}").amount == 1


def test_hours_are_written_also_where_no_coins_are_given(place):
    for changes in ({"coins": 0}, {"award": "arrival"}):
        event = place.gathering(place.kaze, minutes=60, **changes)
        place.arrive(event, place.sora)
        place.end(event, place.kaze)
    assert [row.minutes for row in place.rows(place.sora)] == [60, 60]


def test_whoever_left_early_has_what_they_stayed(place):
    event = place.gathering(place.kaze, minutes=120)
    early, late = place.arrive(event, place.sora), place.arrive(event, place.hana)
    for check_in_id, minutes in ((early, 47), (late, 200)):
        with transaction():
            at = event.starts_at + timedelta(minutes=minutes)
            leaving.leave(region=place.region, check_in_id=check_in_id, at=at)
    place.end(event, place.kaze)
    assert [place.rows(who)[0].minutes for who in (place.sora, place.hana)] == [17, 120]


def test_left_out_is_not_there(place):
    event = place.gathering(place.kaze)
    out = place.arrive(event, place.sora)
    place.arrive(event, place.hana)
    place.end(event, place.kaze, out)
    assert not place.rows(place.sora) and place.rows(place.hana)


def test_a_guest_has_hours_when_the_visit_is_claimed(place):
    event = place.gathering(place.kaze)
    place.arrive(event, None, visit="phone")
    place.end(event, place.kaze)
    assert not place.rows()
    member = db.session.get_one(Member, place.sora.member_id)
    with transaction():
        claims.claim(key=uuid7(), visit="phone", code=None, member=member, name="", by="test", at=place.at)
    (row,) = place.rows()
    assert (row.membership_id, row.state, row.minutes) == (place.sora.id, "waiting", 120)
    assert place.confirmed(place.kaze, row).confirmed_as == "host"


def test_a_visit_claimed_before_the_end_has_its_hours_at_the_end(place):
    event = place.gathering(place.kaze)
    place.arrive(event, None, visit="phone")
    member = db.session.get_one(Member, place.sora.member_id)
    with transaction():
        claims.claim(key=uuid7(), visit="phone", code=None, member=member, name="", by="test", at=place.at)
    assert not place.rows()
    place.end(event, place.kaze)
    assert states(place)[place.sora.id][0] == "confirmed"


def test_entered_after_the_end_is_confirmed_by_the_host_who_enters_it(place):
    event = place.gathering(place.kaze)
    place.end(event, place.kaze)
    with transaction():
        who = {"membership": place.sora, "by": f"membership:{place.kaze.id}"}
        desk.let_in(region=place.region, event_id=event.id, key=uuid7(), way="name", at=place.at, **who)
    assert states(place) == {place.sora.id: ("confirmed", "host", 120)}


@pytest.mark.parametrize("ended_by", ["kaze", "job:close"])
def test_an_arrival_that_is_undone_takes_its_hours_along(place, ended_by):
    event = place.gathering(place.kaze)
    arrival = place.arrive(event, place.sora)
    place.end(event, getattr(place, ended_by, ended_by))
    place.undo(arrival, place.kaze)
    assert (place.minutes_of(place.sora), queries.confirmed_minutes(place.sora)) == (0, 0)
    assert place.coins(place.sora) == 0
    with transaction():
        who = {"membership": place.sora, "by": f"membership:{place.kaze.id}"}
        desk.let_in(region=place.region, event_id=event.id, key=uuid7(), way="name", at=place.at, **who)
    assert (place.minutes_of(place.sora), queries.confirmed_minutes(place.sora)) == (120, 120)
    assert queries.activities(place.sora, None) == 1


def test_asked_twice_it_is_written_once(place):
    event = place.gathering(place.kaze)
    place.arrive(event, place.sora)
    place.end(event, place.kaze)
    for key in (place.rows()[0].key, uuid7()):
        with transaction():
            present = [(place.sora, key, 120)]
            assert not hours.of_gathering(
                region=place.region, event=event, present=present, closed_by=None, at=place.at
            )
    assert len(place.rows()) == 1


def test_a_full_day_gives_what_is_left(place):
    place.log(place.sora, 660)
    place.log(place.hana, 720)
    event = place.gathering(place.kaze)
    for who in (place.sora, place.hana, place.yaku):
        place.arrive(event, who)
    place.end(event, place.kaze)
    assert [place.minutes_of(who) for who in (place.sora, place.hana, place.yaku)] == [720, 720, 120]
    assert [row.minutes for row in place.rows(place.sora)] == [660, 60] and len(place.rows(place.hana)) == 1


def test_confirmed_by_hand_before_it_is_not_counted_again(place):
    place.confirmed(place.yaku, place.log(place.sora, 120, what="梅林の下草かり"))
    event = place.gathering(place.kaze)
    place.arrive(event, place.sora)
    place.end(event, place.kaze)
    assert queries.confirmed_minutes(place.sora) == 120


def test_an_open_door_brings_no_hours_but_leaving_it_does(place):
    event = place.gathering(place.kaze, minutes=24 * 60)
    gone = place.arrive(event, place.sora)
    place.arrive(event, place.hana)
    with transaction():
        leaving.leave(region=place.region, check_in_id=gone, at=place.at + timedelta(minutes=50))
    place.end(event, place.kaze)
    assert [row.minutes for row in place.rows()] == [50]


def test_the_day_is_the_regions_on_which_it_began(place):
    """From 午後11時30分 of 31 March to 午前1時: the hours belong to March and to its 年度."""
    place.at = place.at.replace(year=2027, month=3, day=31, hour=15, minute=10)
    event = place.gathering(place.kaze, minutes=90, starts_at=place.at - timedelta(minutes=40), designated=True)
    place.arrive(event, place.sora)
    place.end(event, place.kaze)
    assert place.today.isoformat() == "2027-04-01"
    assert place.rows()[0].day.isoformat() == "2027-03-31"
    assert queries.designated(place.region, 2026) == [(place.sora.id, 1)]
    assert queries.designated(place.region, 2027) == []


def test_hours_of_a_projects_gathering_are_the_projects(place):
    project = place.project()
    event = place.gathering(place.kaze)
    with transaction():
        db.session.add(ProjectEvent(event_id=event.id, region_id=place.region.id, project_id=project.id))
    place.arrive(event, place.sora)
    place.end(event, place.kaze)
    assert queries.of_project(place.region, project.id).minutes == 120
