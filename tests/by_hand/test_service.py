"""Envelopes, piles typed by two, and what is left: against a real database."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.errors import Conflict, DomainError, Forbidden, Refused
from app.members.models import Household, Membership
from app.votes import closing
from app.votes import queries as votes
from app.votes.by_hand import queries
from app.votes.by_hand.models import PaperCount
from app.votes.models import Ballot, UsedLine
from tests.by_hand import factories as made
from tests.ledger.threads import together
from tests.projects.test_money import share_roof

YES_NO = [(3, "yes"), (1, "no"), (0, "abstain")]


def ballots_of(vote):
    rows = db.session.scalars(sa.select(Ballot.choice).where(Ballot.vote_id == vote.id))
    return sorted(json.loads(one) for one in rows)


@pytest.fixture
def sealed(do, crowd):
    """Four envelopes of residents came in time; the doors are shut."""
    for who in crowd.people[:4]:
        assert do.envelope(who)
    do.close()
    return do


# --- envelopes ----------------------------------------------------------------------------------------------


def test_an_envelope_uses_the_line_once(do, crowd, vote):
    who = crowd.people[0]
    assert do.envelope(who) is True and do.envelope(who) is False
    assert votes.used(vote, who) == "paper" and queries.envelopes(vote) == {"resident": 1}
    with pytest.raises(Refused, match="vote_used_paper"):
        do.phone(who)


def test_a_phone_that_came_first_is_told_at_the_desk(do, crowd, vote):
    who = crowd.people[0]
    do.phone(who)
    with pytest.raises(Refused, match="vote_used_phone"):
        do.envelope(who)
    assert queries.envelopes(vote) == {}


def test_a_wrong_envelope_is_taken_back_while_the_doors_are_open(do, crowd, vote):
    who = crowd.people[0]
    do.envelope(who)
    assert do.undo(who) is True and do.undo(who) is False
    do.phone(who)
    with pytest.raises(Refused, match="vote_used_phone"):
        do.undo(who)


def test_nothing_is_taken_back_once_the_doors_are_shut(sealed, crowd):
    with pytest.raises(Refused, match="vote_over"):
        sealed.undo(crowd.people[0])
    with pytest.raises(Refused, match="vote_over"):
        sealed.envelope(crowd.people[5])


def test_who_is_not_on_the_roll_has_no_envelope(do, place, at):
    stranger = made.people(place.region, at=at, residents=1, friends=0)[0]
    with pytest.raises(Refused, match="vote_not_on_roll"):
        do.envelope(stranger)


def test_a_vote_with_names_takes_no_paper(place, crowd, clock, at):
    named = made.vote(place.region, crowd.office, at=at, secrecy="open")
    do = made.acts(place.region, named, clock)
    with pytest.raises(Refused, match="paper_named"):
        do.envelope(crowd.people[0])
    do.close()
    with pytest.raises(Refused, match="paper_named"):
        do.begin(crowd.office, YES_NO)


# --- piles --------------------------------------------------------------------------------------------------


def test_paper_is_not_counted_before_the_doors_are_shut(do, crowd):
    do.envelope(crowd.people[0])
    with pytest.raises(Refused, match="paper_early"):
        do.begin(crowd.office, [(1, "yes")])


def test_paper_is_counted_after_the_time_although_no_job_came_by(do, crowd, vote, clock):
    do.envelope(crowd.people[0])
    clock.set(vote.closes_at)
    assert do.begin(crowd.office, [(1, "yes")]).accepted_at is None
    assert votes.closure(vote) is not None


def test_two_who_say_the_same_count_a_pile(sealed, crowd, vote):
    pile = sealed.begin(crowd.office, YES_NO)
    assert ballots_of(vote) == [] and queries.waits(vote)
    done = sealed.second(pile, crowd.steward, [(1, "no"), (3, "yes")])
    assert not done.differs and done.pile.second_by_id == crowd.steward.id
    assert ballots_of(vote) == ["no", "yes", "yes", "yes"] and not queries.waits(vote)
    assert sealed.second(pile, crowd.steward, YES_NO).pile.id == pile.id
    assert len(ballots_of(vote)) == 4


def test_two_who_differ_count_nothing_and_may_type_again(sealed, crowd, vote):
    pile = sealed.begin(crowd.office, YES_NO)
    assert sealed.second(pile, crowd.steward, [(2, "yes"), (2, "no")]).differs == {'"yes"', '"no"'}
    assert sealed.second(pile, crowd.steward, [(3, "yes")], invalid=1).differs == {'"no"', "invalid"}
    assert ballots_of(vote) == [] and queries.waits(vote)
    sealed.drop(pile)
    with pytest.raises(Conflict, match="pile_dropped"):
        sealed.second(pile, crowd.steward, YES_NO)
    again = sealed.begin(crowd.office, [(2, "yes"), (2, "no")])
    assert not sealed.second(again, crowd.steward, [(2, "yes"), (2, "no")]).differs
    with pytest.raises(Conflict, match="pile_done"):
        sealed.drop(again)


def test_nobody_types_alone_nor_with_their_own_house(sealed, crowd, place, vote):
    pile = sealed.begin(crowd.office, YES_NO)
    with pytest.raises(Forbidden, match="paper_same_person"):
        sealed.second(pile, crowd.office, YES_NO)
    share_roof(place.region, crowd.office, crowd.steward)
    with pytest.raises(Forbidden, match="paper_household"):
        sealed.second(pile, crowd.steward, YES_NO)
    assert ballots_of(vote) == []


def test_the_database_too_wants_two(sealed, crowd):
    pile = sealed.begin(crowd.office, YES_NO)
    for values in (
        {"second_by_id": crowd.office.id, "accepted_at": pile.first_at},
        {"accepted_at": pile.first_at},
    ):
        with pytest.raises(sa.exc.IntegrityError), transaction():
            db.session.execute(sa.update(PaperCount).where(PaperCount.id == pile.id).values(**values))


def test_never_more_papers_than_envelopes(sealed, crowd, vote):
    with pytest.raises(Refused, match="paper_over"):
        sealed.begin(crowd.office, [(5, "yes")])
    with pytest.raises(Refused, match="paper_over"):
        sealed.begin(crowd.office, [(4, "yes")], invalid=1)
    with pytest.raises(Refused, match="paper_over"):
        sealed.begin(crowd.office, [(1, "yes")], part="friend")
    with pytest.raises(Refused, match="paper_empty"):
        sealed.begin(crowd.office, [(0, "yes")])
    sealed.begin(crowd.office, [(3, "yes")])
    with pytest.raises(Refused, match="paper_over"):
        sealed.begin(crowd.steward, [(2, "yes")])


def test_the_same_form_is_one_pile(sealed, crowd):
    key = uuid7()
    assert sealed.begin(crowd.office, YES_NO, key=key).id == sealed.begin(crowd.office, YES_NO, key=key).id
    with pytest.raises(Conflict, match="form_stale"):
        sealed.begin(crowd.steward, YES_NO, key=key)


# --- the reveal waits ---------------------------------------------------------------------------------------


def test_the_result_stays_dark_until_all_envelopes_are_counted(sealed, crowd, vote, clock):
    clock.set(vote.reveals_at)
    sealed.close()
    assert votes.result(vote) is None
    clock.set(vote.reveals_at)
    pile = sealed.begin(crowd.office, [(2, "yes")])
    assert not sealed.second(pile, crowd.steward, [(2, "yes")]).differs
    assert votes.result(vote) is None
    rest = sealed.begin(crowd.steward, [(1, "no")], invalid=1)
    assert not sealed.second(rest, crowd.office, [(1, "no")], invalid=1).differs
    result = votes.result(vote)
    assert result is not None and (result.turnout, result.by_paper, result.invalid) == (4, 4, 1)


def test_what_holds_no_ballot_is_declared_by_two_with_a_reason(sealed, crowd, vote, clock):
    clock.set(vote.reveals_at)
    with pytest.raises(Refused, match="reason_missing"):
        sealed.rest(crowd.office, "")
    pile = sealed.rest(crowd.office, "封筒が 空でした")
    assert (pile.invalid, pile.name) == (4, "封筒が 空でした") and votes.result(vote) is None
    with pytest.raises(Forbidden, match="paper_same_person"):
        sealed.second(pile, crowd.office, [], invalid=4)
    sealed.second(pile, crowd.steward, [], invalid=4)
    assert votes.result(vote).invalid == 4
    with pytest.raises(Conflict, match="vote_counted"):
        sealed.begin(crowd.office, [(1, "yes")])


@pytest.mark.parametrize(("method", "more", "choice"), [
    ("choose_one", {}, "ベンチ"), ("approval", {}, ["屋根", "花だん"]), ("consent", {}, {"objection": "遠い"}),
    ("schulze", {}, ["花だん", ["屋根", "ベンチ"]]), ("irv", {}, ["花だん", "屋根"]), ("stv", {"seats": 2}, ["ベンチ"]),
    ("score", {}, {"屋根": 5, "ベンチ": 0}), ("star", {}, {}), ("equal_shares", {"budget_yen": 90_000}, ["屋根"]),
    ("greedy", {"budget_yen": 90_000}, []),
])  # fmt: skip
def test_ballots_of_every_method_are_counted_from_paper(place, crowd, clock, at, method, more, choice):
    vote = made.vote(place.region, crowd.office, at=at, method=method, **more)
    do = made.acts(place.region, vote, clock)
    do.envelope(crowd.people[0])
    do.envelope(crowd.friends[0])
    do.close()
    for part in ("resident", "friend"):
        pile = do.begin(crowd.office, [(1, choice)], part=part)
        assert not do.second(pile, crowd.steward, [(1, choice)]).differs
    with transaction():
        closing.settle(vote.id, vote.reveals_at)
    assert votes.result(vote).by_paper == 2


# --- at one moment ------------------------------------------------------------------------------------------


def caught(act):
    try:
        return act()
    except DomainError as error:
        db.session.rollback()
        return error.code


def test_a_pile_is_counted_once_however_many_type_it_at_once(sealed, crowd, place, app, vote, at):
    third = made.duty(place.region, crowd.people[8], "office", at=at)
    pile = sealed.begin(crowd.office, YES_NO)
    seconds = (crowd.steward, third)
    db.session.commit()
    told = together(app, 8, lambda n: caught(lambda: len(sealed.second(pile, seconds[n % 2], YES_NO).differs)))
    assert len(ballots_of(vote)) == 4 and sorted(set(map(str, told))) == ["0", "pile_done"]


def test_two_piles_at_once_never_pass_the_envelopes(sealed, crowd, app, vote):
    db.session.commit()
    two = (crowd.office, crowd.steward)
    told = together(app, 6, lambda n: caught(lambda: sealed.begin(two[n % 2], [(3, "yes")]).id))
    assert [one for one in told if isinstance(one, int)] and told.count("paper_over") == 5
    assert sum(queries.desk(vote).typed.values()) == 3


def test_who_moves_in_meanwhile_types_no_second_time(sealed, crowd, place, vote):
    pile = sealed.begin(crowd.office, YES_NO)
    with transaction():
        house = Household(region_id=place.region.id)
        db.session.add(house)
        db.session.flush()
        both = Membership.id.in_((crowd.office.id, crowd.steward.id))
        db.session.execute(sa.update(Membership).where(both).values(household_id=house.id))
    with pytest.raises(Forbidden, match="paper_household"):
        sealed.second(pile, crowd.steward, YES_NO)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(UsedLine)) == 4
