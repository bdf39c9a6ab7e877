"""Every pair of doors at one moment; proxies at the edges of time: withdrawn, too late, for a meeting called off."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from app.db import db, transaction
from app.errors import DomainError, Forbidden, Refused
from app.votes.by_hand import proxies, queries
from tests import factories
from tests.by_hand import factories as made
from tests.by_hand.test_doors import WAYS, ballots, doors, lines  # noqa: F401 - a fixture
from tests.ledger.threads import together
from tests.ledger.world import statements, without_begin


@pytest.mark.parametrize("pair", list(itertools.combinations(WAYS, 2)), ids="-".join)
def test_two_doors_at_one_moment_use_a_line_once(doors, vote, app, pair):  # noqa: F811 - the fixture
    """Two devices at each of the two doors, for one person."""
    acts = [doors[door] for door in pair]

    def act(number):
        try:
            acts[number % 2]()
        except DomainError as error:
            db.session.rollback()
            return error.code
        return "in"

    db.session.commit()
    told = together(app, 4, act)
    (way,) = lines(vote)
    assert way in {WAYS[door] for door in pair}
    assert ballots(vote) == (0 if way == "paper" else 1)
    assert set(told) <= {"in", f"vote_used_{way}"} and "in" in told


def test_nobody_gives_a_proxy_once_the_time_is_over_though_no_job_came(do, crowd, vote, clock):
    clock.set(vote.closes_at)
    with pytest.raises(Refused, match="vote_over"):
        do.give(*crowd.people[:2])
    assert proxies.of_giver(vote, crowd.people[0].id) is None


def test_nobody_gives_a_proxy_before_the_doors_open(place, crowd, clock, at):
    later = at + timedelta(days=1)
    times = {"opens_at": later, "closes_at": later + made.LASTS, "reveals_at": later + made.LASTS}
    ahead = made.vote(place.region, crowd.office, at=at, **times)
    with pytest.raises(Refused, match="vote_not_open"):
        made.acts(place.region, ahead, clock).give(*crowd.people[:2])


def test_a_proxy_that_was_withdrawn_leaves_the_line_free_for_every_door(do, crowd, place, vote, clock):
    giver, holder = crowd.people[:2]
    row = do.give(giver, holder)
    with transaction():
        proxies.revoke(region=place.region, proxy_id=row.id, by=giver, desk=False, at=clock.at)
    with pytest.raises(Forbidden, match="proxy_not_given"):
        do.cast_for(giver, holder)
    assert do.envelope(giver)
    assert lines(vote) == ["paper"] and proxies.held_in(vote, holder.id) == []


@pytest.mark.parametrize("off", ["cancelled_at", "postponed_to", "ended_at"])
def test_nobody_gives_a_proxy_for_a_meeting_that_is_off_or_over(do, crowd, place, at, off):
    event = factories.event(place.region, crowd.office, at=at, **{off: at + timedelta(days=9)})
    with pytest.raises(Refused, match="assembly_over" if off == "ended_at" else "assembly_off"):
        do.give(*crowd.people[:2], event_id=event.id)


def test_proxies_on_paper_go_on_after_the_last_row(do, crowd, place, vote):
    gave = list(zip(crowd.people[:4], crowd.people[4:8], strict=True))
    rows = [do.give(giver, holder, vote_id=vote.id, entered_by=crowd.office) for giver, holder in gave]
    first = proxies.on_paper(place.region, vote_id=vote.id, limit=3)
    rest = proxies.on_paper(place.region, vote_id=vote.id, after=first[-1][0].id, limit=3)
    assert [one[0].id for one in first + rest] == [one.id for one in reversed(rows)]
    assert (first[0][1].id, first[0][2].id) == (rows[-1].giver_id, rows[-1].holder_id)


def test_an_envelope_taken_back_frees_the_line_and_an_empty_one_is_declared(do, crowd, vote):
    first, second = crowd.people[:2]
    do.envelope(first)
    assert do.undo(first) and lines(vote) == []
    do.phone(first)
    do.envelope(second)
    do.close()
    desk = queries.desk(vote)
    assert desk.left("resident") == 1 and desk.waits
    with pytest.raises(Refused, match="paper_over"):
        do.begin(crowd.office, [(2, "yes")])  # a ballot without an envelope
    pile = do.rest(crowd.office, "封筒が からだった")
    do.second(pile, crowd.steward, [], invalid=1)
    assert not queries.desk(vote).waits and ballots(vote) == 1


@pytest.mark.parametrize("off", ["cancelled_at", "postponed_to", "ended_at"])
def test_a_voice_for_a_meeting_that_is_off_or_over_waits_for_nobody(do, crowd, place, at, off):
    event = factories.event(place.region, crowd.office, at=at)
    (giver, holder), when = crowd.people[:2], event.starts_at
    do.give(giver, holder, event_id=event.id)
    (held,) = proxies.held(place.region, holder.id, when)
    assert (held.other.id, held.event.id, held.vote) == (giver.id, event.id, None)
    assert proxies.held(place.region, holder.id, event.ends_at) == []
    with transaction():
        setattr(db.session.merge(event), off, when)
    assert proxies.held(place.region, holder.id, when) == []


def test_voices_given_for_many_votes_are_asked_for_at_once(do, crowd, place, vote, at, clock):
    holder = crowd.people[0]
    for _ in range(2):
        one = made.vote(place.region, crowd.office, at=at)
        made.acts(place.region, one, clock).give(crowd.people[1], holder, vote_id=one.id)
    with statements() as seen:
        assert [one.other.id for one in proxies.held(place.region, holder.id, at)] == [crowd.people[1].id] * 2
    assert len(without_begin(seen)) == 1
