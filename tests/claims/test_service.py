from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.checkins import closing
from app.checkins import service as checkins
from app.checkins.models import CheckIn
from app.claims import service
from app.db import db, transaction, uuid7
from app.errors import Conflict, Forbidden, Refused
from app.ledger import proof
from app.ledger import queries as ledger
from app.members import service as members
from app.members.models import Member, Membership
from tests import factories


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def host(place, at):
    return factories.membership(place.region, at=at)


def visit(place, event, at, phone="phone"):
    with transaction():
        made = checkins.check_in(
            region=place.region, event_id=event.id, key=uuid7(), way="poster", by="visitor", at=at, visit=phone
        )
    return db.session.get(CheckIn, made.id)


def claim(at, phone: str | None = "phone", code=None, member=None, key=None, name=""):
    with transaction():
        return service.claim(key=key or uuid7(), visit=phone, code=code, member=member, name=name, by="visitor", at=at)


def balance(place, member, at):
    query = select(Membership).where(Membership.region_id == place.region.id, Membership.member_id == member.id)
    account = db.session.scalars(query).one().account_id
    return ledger.balance(place.region.id, account, at.date()).available


def test_coins_are_born_at_the_claim_once(place, host, at):
    event = factories.event(place.region, host, at=at, award="arrival")
    visit(place, event, at)
    claimed = claim(at, name="例野 みなと")
    assert [earned.amount for _, earned in claimed.visits] == [1]
    assert balance(place, claimed.member, at) == 1
    membership = db.session.scalars(select(Membership).where(Membership.member_id == claimed.member.id)).one()
    assert (membership.standing, membership.kind, membership.number) == ("provisional", "friend", None)
    with pytest.raises(Conflict, match="already_claimed"):
        claim(at)
    assert proof.prove()["ok"]


def test_a_second_tap_on_the_same_form_is_the_same_claim(place, host, at):
    visit(place, factories.event(place.region, host, at=at, award="arrival"), at)
    key = uuid7()
    first, second = claim(at, key=key), claim(at, key=key)
    assert second.repeated and second.member.id == first.member.id
    with pytest.raises(Conflict, match="already_claimed"):
        claim(at, key=uuid7())


def test_the_key_alone_does_not_sign_a_stranger_in(place, host, at):
    event = factories.event(place.region, host, at=at, award="arrival")
    visit(place, event, at)
    other = visit(place, event, at, "other")
    key = uuid7()
    claim(at, key=key)
    claim(at, phone="other")
    with pytest.raises(Conflict, match="already_claimed"):
        claim(at, key=key, phone=None, code=checkins.claim_code(other.key))


def test_claimed_before_the_end_is_paid_at_the_end(place, host, at):
    event = factories.event(place.region, host, at=at, coins=2)
    visit(place, event, at)
    claimed = claim(at)
    assert claimed.visits[0][1] is None
    assert balance(place, claimed.member, at) == 0
    end = at + timedelta(hours=1)
    with transaction():
        closing.close(region=place.region, event_id=event.id, by="job:close", at=end)
    assert balance(place, claimed.member, end) == 2


def test_claimed_after_the_end_is_paid_then_unless_unticked(place, host, at):
    event = factories.event(place.region, host, at=at, coins=2)
    visit(place, event, at, "one")
    unticked = visit(place, event, at, "two")
    with transaction():
        closing.close(region=place.region, event_id=event.id, left_out={unticked.id}, by="membership:1", at=at)
    assert balance(place, claim(at, phone="one").member, at) == 2
    assert balance(place, claim(at, phone=None, code=checkins.claim_code(unticked.key)).member, at) == 0


def test_two_visits_to_one_gathering_are_one(place, host, at):
    event = factories.event(place.region, host, at=at, award="arrival")
    first, second = visit(place, event, at, "one"), visit(place, event, at, "two")
    with transaction():
        member = members.open_member(at=at)
    claim(at, phone="one", member=member)
    claim(at, phone="two", member=member)
    assert balance(place, member, at) == 1
    assert db.session.get(CheckIn, first.id).membership_id is not None
    assert db.session.get(CheckIn, second.id).membership_id is None


def test_the_slip_works_for_thirty_days(place, host, at):
    row = visit(place, factories.event(place.region, host, at=at, award="arrival"), at)
    code = checkins.claim_code(row.key)
    with pytest.raises(Refused, match="claim_late"):
        claim(at + timedelta(days=31), phone=None, code=code)
    claimed = claim(at + timedelta(days=30), phone=None, code=code)
    assert balance(place, claimed.member, at) == 1


def test_nothing_to_claim_opens_nobody(place, at):
    before = db.session.scalar(select(func.count()).select_from(Member))
    with pytest.raises(Refused, match="nothing_to_claim"):
        claim(at, phone="empty")
    with pytest.raises(Refused, match="claim_unknown"):
        claim(at, phone=None, code="0" * 12)
    assert db.session.scalar(select(func.count()).select_from(Member)) == before


def test_at_a_cap_the_claim_pays_what_it_can(place, host, at):
    for _ in range(2):
        visit(place, factories.event(place.region, host, at=at, award="arrival"), at)
    event = factories.event(place.region, host, at=at, award="arrival")
    visit(place, event, at)
    claimed = claim(at)
    assert sorted(earned.amount for _, earned in claimed.visits) == [0, 1, 1]
    assert balance(place, claimed.member, at) == 2


def test_visits_in_two_regions_go_to_one_member(place, host, at):
    other = factories.world("ows", at=at)
    ows_host = factories.membership(other.region, at=at)
    visit(place, factories.event(place.region, host, at=at, award="arrival"), at)
    visit(other, factories.event(other.region, ows_host, at=at, award="arrival"), at)
    claimed = claim(at)
    assert balance(place, claimed.member, at) == balance(other, claimed.member, at) == 1


def test_a_second_tap_with_the_slip_is_the_same_claim_on_another_phone(place, host, at):
    row = visit(place, factories.event(place.region, host, at=at, award="arrival"), at)
    key, code = uuid7(), checkins.claim_code(row.key)
    first, second = (claim(at, phone=None, code=code, key=key) for _ in range(2))
    assert second.repeated and second.member.id == first.member.id


def test_an_officer_receives_no_coins(place, host, at):
    visit(place, factories.event(place.region, host, at=at, award="arrival"), at)
    officer = factories.membership(place.region, at=at, kind="municipality")
    with transaction():
        today = at.date()
        members.give_duty(
            membership=officer, role="officer", starts_on=today, ends_on=today.replace(year=today.year + 1)
        )
    with pytest.raises(Forbidden, match="not_allowed"):
        claim(at, member=db.session.get(Member, officer.member_id))
    assert ledger.balance(place.region.id, officer.account_id, at.date()).available == 0
