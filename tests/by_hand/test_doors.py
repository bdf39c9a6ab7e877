"""One roll: whichever door comes first, the others say so; in both orders, and at one moment."""

from __future__ import annotations

import itertools

import pytest
import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.errors import DomainError, Forbidden, Refused
from app.votes import queries as votes
from app.votes.by_hand import assisting, proxies
from app.votes.by_hand.models import Assistance, Proxy
from app.votes.models import Ballot, UsedLine
from tests import factories
from tests.by_hand import factories as made
from tests.ledger.threads import together
from tests.projects.test_money import share_roof

WAYS = {"phone": "phone", "envelope": "paper", "proxy": "proxy", "assisted": "assisted"}


@pytest.fixture
def doors(do, crowd, place, vote, clock):
    """Each uses the line of the first of `people`; the second holds the proxy, the office helps."""
    voter, holder = crowd.people[:2]
    do.give(voter, holder)

    def assisted():
        told = {"why": "eyes", "choice": "no", "key": uuid7().replace("-", "")}
        who = {"voter": voter, "helper": crowd.office}
        with transaction():
            assisting.cast(region=place.region, vote_id=vote.id, at=clock.at, **who, **told)

    return {
        "phone": lambda: do.phone(voter),
        "envelope": lambda: do.envelope(voter),
        "proxy": lambda: do.cast_for(voter, holder),
        "assisted": assisted,
    }


def lines(vote):
    return db.session.scalars(sa.select(UsedLine.way).where(UsedLine.vote_id == vote.id)).all()


def ballots(vote):
    return db.session.scalar(sa.select(sa.func.count()).select_from(Ballot).where(Ballot.vote_id == vote.id))


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(WAYS, 2)))
def test_the_second_door_is_told_which_was_first(doors, vote, first, second):
    doors[first]()
    with pytest.raises(Refused, match=f"vote_used_{WAYS[first]}"):
        doors[second]()
    assert lines(vote) == [WAYS[first]] and ballots(vote) == (0 if first == "envelope" else 1)


@pytest.mark.parametrize("door", ["phone", "proxy"])
def test_another_device_at_the_same_door_is_told_too(doors, vote, door):
    doors[door]()
    with pytest.raises(Refused, match=f"vote_used_{WAYS[door]}"):
        doors[door]()
    assert lines(vote) == [WAYS[door]] and ballots(vote) == 1


def test_help_and_envelopes_twice_are_once(doors, vote):
    doors["assisted"]()
    doors["assisted"]()
    assert lines(vote) == ["assisted"] and ballots(vote) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Assistance)) == 1


def test_one_line_at_one_moment_is_used_by_exactly_one_door(doors, vote, app):
    """Phone, envelope, proxy and help for one person, each twice, all at once."""
    acts = list(doors.values())

    def act(number):
        try:
            acts[number % 4]()
        except DomainError as error:
            db.session.rollback()
            return error.code
        return "in"

    db.session.commit()
    told = together(app, 8, act)
    (way,) = lines(vote)
    assert ballots(vote) == (0 if way == "paper" else 1)
    repeats = {"paper": 2, "assisted": 2}.get(way, 1)  # an envelope or a helper who comes twice is answered calmly
    assert told.count("in") == repeats and told.count(f"vote_used_{way}") == 8 - repeats


# --- proxies ------------------------------------------------------------------------------------------------


def test_one_holder_has_two_givers_at_most(do, crowd):
    first, second, third, holder = crowd.people[:4]
    do.give(first, holder)
    do.give(second, holder)
    with pytest.raises(Refused, match="proxy_full"):
        do.give(third, holder)


def test_two_givers_at_one_moment_pass_the_limit_never(do, crowd, app):
    holder, givers = crowd.people[8], crowd.people[:6]

    def act(number):
        try:
            return do.give(givers[number], holder).id and "in"
        except DomainError as error:
            db.session.rollback()
            return error.code

    db.session.commit()
    told = together(app, 6, act)
    assert sorted(told) == ["in"] * 2 + ["proxy_full"] * 4


def test_one_giver_at_one_moment_gives_once(do, crowd, app):
    giver, holders = crowd.people[0], crowd.people[1:7]

    def act(number):
        try:
            return do.give(giver, holders[number]).id and "in"
        except DomainError as error:
            db.session.rollback()
            return error.code

    db.session.commit()
    assert sorted(together(app, 6, act)) == ["in"] + ["proxy_given"] * 5


def test_the_same_form_is_one_proxy(do, crowd):
    giver, holder = crowd.people[:2]
    key = uuid7()
    assert do.give(giver, holder, key=key).id == do.give(giver, holder, key=key).id
    with pytest.raises(DomainError, match="form_stale"):
        do.give(crowd.people[2], holder, key=key)


def test_who_may_not_give_or_hold(do, crowd, place, at):
    giver, holder = crowd.people[:2]
    stranger = made.people(place.region, at=at, residents=1, friends=0)[0]
    for who, whom, code in (
        (giver, giver, "proxy_self"),
        (stranger, holder, "proxy_not_on_roll"),
        (giver, stranger, "proxy_holder_unknown"),
    ):
        with pytest.raises(Refused, match=code):
            do.give(who, whom)
    do.phone(giver)
    with pytest.raises(Refused, match="vote_used_phone"):
        do.give(giver, holder)


def test_a_proxy_is_taken_back_until_it_is_used(do, crowd, place, clock):
    giver, holder, other = crowd.people[:3]

    def revoke(row, by, desk=False):
        with transaction():
            return proxies.revoke(region=place.region, proxy_id=row.id, by=by, desk=desk, at=clock.at)

    row = do.give(giver, holder)
    with pytest.raises(Forbidden, match="not_allowed"):
        revoke(row, holder)
    assert revoke(row, giver).revoked_at == revoke(row, giver).revoked_at
    with pytest.raises(Forbidden, match="proxy_not_given"):
        do.cast_for(giver, holder)
    again = do.give(giver, other)
    do.cast_for(giver, other)
    with pytest.raises(Refused, match="proxy_used"):
        revoke(again, giver)
    with pytest.raises(Refused, match="vote_used_proxy"):
        do.phone(giver)


def test_taking_back_and_using_at_one_moment_end_in_one_of_the_two(do, crowd, place, clock, app, vote):
    giver, holder = crowd.people[:2]
    row = do.give(giver, holder)

    def act(number):
        try:
            if number:
                do.cast_for(giver, holder)
            else:
                with transaction():
                    proxies.revoke(region=place.region, proxy_id=row.id, by=giver, desk=False, at=clock.at)
            return "done"
        except DomainError as error:
            db.session.rollback()
            return error.code

    db.session.commit()
    told = together(app, 2, act)
    came = db.session.get_one(Proxy, row.id, populate_existing=True)
    assert (came.revoked_at is None) == (lines(vote) == ["proxy"])
    assert sorted(told) in (["done", "proxy_used"], ["done", "proxy_not_given"])


def test_a_proxy_on_paper_is_typed_by_somebody_else(do, crowd, vote):
    giver, holder = crowd.people[:2]
    with pytest.raises(Refused, match="proxy_own_paper"):
        do.give(crowd.office, holder, vote_id=vote.id, entered_by=crowd.office)
    row = do.give(giver, holder, vote_id=vote.id, entered_by=crowd.office)
    assert (row.way, row.entered_by_id) == ("paper", crowd.office.id)


def test_a_proxy_for_a_meeting_is_for_all_its_votes_and_rests_while_the_giver_is_there(
    do, crowd, place, vote, clock, at
):
    from app.checkins import service as checkins

    giver, holder, third = crowd.people[:3]
    event = factories.event(place.region, crowd.office, at=at)
    before = proxies._event_of, proxies._votes_of
    proxies.install(lambda vote_id: event.id if vote_id == vote.id else None, lambda _event_id: [vote.id])
    try:
        do.give(giver, holder, event_id=event.id)
        with pytest.raises(DomainError, match="proxy_given"):
            do.give(giver, third)
        do.give(third, holder)
        with pytest.raises(Refused, match="proxy_full"):
            do.give(crowd.people[4], holder)
        with transaction():
            came = {"membership": giver, "way": "name", "key": uuid7(), "by": "host", "at": clock.at}
            checkins.check_in(region=place.region, event_id=event.id, **came)
        with pytest.raises(Forbidden, match="proxy_not_given"):
            do.cast_for(giver, holder)
        do.phone(giver)
        do.cast_for(third, holder)
    finally:
        proxies.install(*before)
    assert sorted(lines(vote)) == ["phone", "proxy"]


# --- help ---------------------------------------------------------------------------------------------------


def test_the_trace_of_help_says_who_and_which_day_never_what(doors, vote, crowd, clock):
    doors["assisted"]()
    row = db.session.scalars(sa.select(Assistance)).one()
    assert (row.membership_id, row.helper_id, row.reason) == (crowd.people[0].id, crowd.office.id, "eyes")
    assert {one.name for one in Assistance.__table__.columns} == {
        "vote_id", "membership_id", "region_id", "helper_id", "reason", "on_day",
    }  # fmt: skip
    assert votes.used(vote, crowd.people[0]) == "assisted"


def test_nobody_helps_themselves_or_their_house(place, crowd, vote, clock):
    def helped(voter):
        told = {"why": "eyes", "choice": "no", "key": uuid7().replace("-", "")}
        with transaction():
            assisting.cast(region=place.region, vote_id=vote.id, voter=voter, helper=crowd.office, at=clock.at, **told)

    share_roof(place.region, crowd.office, crowd.people[0])
    for voter, code in ((crowd.office, "assist_self"), (crowd.people[0], "assist_household")):
        with pytest.raises(Forbidden, match=code):
            helped(voter)
    assert lines(vote) == []
