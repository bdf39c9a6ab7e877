"""Opening: what must stand before, who is on the roll, and that nothing of it changes afterwards."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.codes.models import PublicCode
from app.db import Id, UtcDateTime, db, transaction
from app.errors import Refused
from app.members.models import Membership
from app.votes import opening, queries, rules, service
from app.votes.models import Ballot, NamedBallot, RollLine, UsedLine, Vote, VoteOption
from tests import factories
from tests.votes import boxes
from tests.votes.boxes import DUTY, OPTIONS

FUTURE = datetime(2031, 1, 1, tzinfo=UTC)


def lines(vote):
    query = sa.select(RollLine.membership_id, RollLine.part).where(RollLine.vote_id == vote.id)
    return {(row[0], row[1]) for row in db.session.execute(query)}


# --- the roll -------------------------------------------------------------------------------------------------


@pytest.fixture
def mixed(region, people, at):
    """Beside twelve residents: friends, and those who may not vote."""
    friends = boxes.village(region, 10, at=at, kind="friend")
    for kind in ("company", "municipality", "shop"):
        factories.membership(region, at=at, kind=kind)
    factories.membership(region, at=at, standing="provisional")
    factories.membership(factories.world("ows", at=at).region, at=at)
    gone = factories.membership(region, at=at)
    with transaction():
        db.session.get_one(Membership, gone.id).standing = "ended"
    return friends


@pytest.mark.parametrize(
    ("electorate", "residents", "friends"),
    [("residents", 12, 0), ("friends", 0, 10), ("both", 12, 10), ("double", 12, 10)],
)
def test_the_roll_is_who_the_electorate_names(region, people, steward, mixed, at, electorate, residents, friends):
    vote = boxes.opened(region, steward, at=at, electorate=electorate)
    wanted = {(one.id, "resident") for one in people if residents} | {(one.id, "friend") for one in mixed if friends}
    assert lines(vote) == wanted
    assert (vote.roll_residents, vote.roll_friends, vote.roll_size) == (residents, friends, residents + friends)


def test_the_rolls_hash_can_be_worked_out_from_a_list_on_paper(region, people, steward, at):
    vote = boxes.opened(region, steward, at=at)
    numbers = "\n".join(sorted(one.number for one in people))
    assert vote.roll_hash == hashlib.sha256(numbers.encode()).hexdigest()


def test_who_joins_or_leaves_later_changes_nothing(region, people, steward, at):
    vote = boxes.opened(region, steward, at=at)
    before = lines(vote)
    factories.membership(region, at=at)
    with transaction():
        db.session.get_one(Membership, people[0].id).standing = "ended"
    assert lines(vote) == before and queries.by_id(region, vote.id).roll_size == 12


def test_opening_twice_is_once_and_the_code_leads_to_it(region, people, steward, at):
    vote = boxes.opened(region, steward, at=at)
    with transaction():
        again = opening.open(region=region, vote_id=vote.id, by=steward, roles=DUTY, at=at + timedelta(days=1))
    assert again.opened_at == at and len(lines(vote)) == 12
    assert db.session.get(PublicCode, vote.code).subject_id == vote.id


# --- what must stand before -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"decider": " "}, "vote_decider_missing"),
        ({"first_steps": ""}, "vote_first_steps_missing"),
        ({"secrecy": "strong"}, "vote_strong_later"),
        ({"quorum": "attendance"}, "vote_attendance_without_assembly"),
        ({"method": "approval"}, "vote_options_few"),
        ({"method": "approval", "options": OPTIONS[:1]}, "vote_options_few"),
        ({"method": "approval", "options": [str(one) for one in range(21)]}, "vote_options_many"),
        ({"method": "approval", "options": OPTIONS, "quorum": "objection"}, "vote_objection_without_motion"),
        ({"method": "approval", "options": OPTIONS, "seats": 4}, "vote_seats_many"),
        ({"method": "irv", "options": OPTIONS, "seats": 2}, "vote_seats_many"),
        ({"method": "greedy", "budget_yen": 5, "options": OPTIONS}, "vote_costs_missing"),
        ({"electorate": "double"}, "vote_double_small"),
        ({"electorate": "friends"}, "vote_roll_empty"),
        ({"days": 13.9}, "vote_too_short"),
        ({"days": 0}, "vote_times_past"),
    ],
)
def test_what_is_missing_is_said_and_nothing_opens(region, people, steward, at, refused, fields, code):
    fields = dict(fields)
    days = fields.pop("days", None)
    times: dict[str, Any] = {}
    if days is not None:
        times = {"opens_at": at - timedelta(days=1), "closes_at": at + timedelta(days=days), "reveals_at": FUTURE}
    draft = boxes.draft(region, steward, at=at, **times, **fields)
    assert opening.check(region, draft, at).hindrances[0] == code
    with refused(code):
        opening.open(region=region, vote_id=draft.id, by=steward, roles=DUTY, at=at)
    assert not lines(draft) and queries.by_id(region, draft.id).opened_at is None


def test_a_double_majority_is_of_a_motion(region, people, steward, mixed, at):
    draft = boxes.draft(region, steward, at=at, electorate="double", method="approval", options=OPTIONS)
    assert opening.check(region, draft, at).hindrances == ["vote_double_motion"]


@pytest.mark.parametrize(
    ("stage", "allowed"),
    [
        (0, {"ask"}),
        (1, {"ask"}),
        (2, {"ask", "choose"}),
        (3, {"ask", "choose", "decide"}),
        (4, {"ask", "choose", "decide"}),
    ],
)
def test_what_a_vote_may_do_follows_the_stage(app, at, stage, allowed):
    region = factories.world(at=at, stage=stage).region
    steward = boxes.village(region, 10, at=at)[0]
    for effect in ("ask", "choose", "decide"):
        found = opening.check(region, boxes.draft(region, steward, at=at, effect=effect), at)
        assert ("vote_effect_stage" not in found.hindrances) is (effect in allowed)


def test_a_draft_begins_with_the_quorum_of_the_stage(app, at):
    for slug, stage, percent in (("tsk", 2, 10), ("ows", 3, 20)):
        region = factories.world(slug, at=at, stage=stage).region
        steward = factories.membership(region, at=at)
        assert boxes.draft(region, steward, at=at, effect="ask").quorum_percent == percent


def test_with_fewer_than_ten_on_the_roll_nothing_is_secret(region, steward, at, refused):
    """The steward and eight: nine may vote, openly; one more, and secretly."""
    boxes.village(region, 8, at=at)
    with refused("vote_roll_small"):
        draft = boxes_draft(region, steward, at)
        opening.open(region=region, vote_id=draft.id, by=steward, roles=DUTY, at=at)
    assert boxes.opened(region, steward, at=at, secrecy="open").roll_size == 9
    boxes.village(region, 1, at=at)
    assert boxes.opened(region, steward, at=at).roll_size == 10


def boxes_draft(region, steward, at):
    """Inside a transaction that stands."""
    usual = {"question": "q", "decider": "d", "first_steps": "f", "quorum": "none", "opens_at": at}
    times = {"closes_at": at + timedelta(days=15), "reveals_at": at + timedelta(days=16)}
    return service.draft(region=region, by=steward, roles=DUTY, key="k", at=at, **usual, **times)


def test_a_question_that_only_asks_may_be_short_and_an_assemblys_vote_too(region, people, steward, at, monkeypatch):
    soon = {"closes_at": at + timedelta(days=3), "reveals_at": at + timedelta(days=4)}
    assert opening.check(region, boxes.draft(region, steward, at=at, effect="ask", **soon), at).may_open
    draft = boxes.draft(region, steward, at=at, **soon)
    assert opening.check(region, draft, at).hindrances == ["vote_too_short", "vote_weekends"]
    monkeypatch.setattr(service, "_gathered", lambda _vote: True)
    assert opening.check(region, draft, at).may_open


def test_a_draft_that_lay_about_opens_now_and_not_in_the_past(region, people, steward, at):
    draft = boxes.draft(region, steward, at=at, opens_at=at - timedelta(days=3))
    with transaction():
        opened = opening.open(region=region, vote_id=draft.id, by=steward, roles=DUTY, at=at)
    assert opened.opens_at == at


def test_only_a_duty_opens(region, people, steward, at):
    draft = boxes.draft(region, steward, at=at)
    for roles in ({"member"}, {"member", "host"}, {"auditor"}, {"officer_desk"}):
        with pytest.raises(opening.Forbidden), transaction():
            opening.open(region=region, vote_id=draft.id, by=steward, roles=roles, at=at)


# --- frozen ---------------------------------------------------------------------------------------------------

TABLES = (Vote, VoteOption, RollLine)
COLUMNS = [(table, column.key) for table in TABLES for column in sa.inspect(table).columns]
BOXES = [(table, column.key) for table in (UsedLine, Ballot, NamedBallot) for column in sa.inspect(table).columns]


def other(value: Any, type: Any) -> Any:
    """A value that the column could take and that is not this one."""
    if value is None:
        return FUTURE if isinstance(type, UtcDateTime) else 1 if isinstance(type, Id | sa.Integer) else "x"
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, datetime):
        return value + timedelta(days=1)
    return f"{value}2"


def named(case):
    return f"{case[0].__tablename__}.{case[1]}"


@pytest.fixture
def frozen(region, people, steward, at):
    return boxes.opened(region, steward, at=at, method="approval", options=OPTIONS)


@pytest.mark.parametrize("case", COLUMNS, ids=named)
def test_the_rule_refuses_every_column_of_an_open_vote(frozen, case):
    table, name = case
    wanted = table.id == frozen.id if table is Vote else table.vote_id == frozen.id
    with pytest.raises(Refused, match="vote_frozen"), transaction():
        row = db.session.scalars(sa.select(table).where(wanted).limit(1)).one()
        setattr(row, name, other(getattr(row, name), getattr(table, name).type))
        db.session.flush()


@pytest.mark.parametrize("case", COLUMNS, ids=named)
def test_the_database_refuses_every_column_of_an_open_vote(frozen, case):
    table, name = case
    attribute = getattr(table, name)
    wanted = table.id == frozen.id if table is Vote else table.vote_id == frozen.id
    value = other(db.session.scalar(sa.select(attribute).where(wanted).limit(1)), attribute.type)
    _refused_by_database(sa.update(table.__table__).where(wanted).values({attribute.property.columns[0]: value}))


@pytest.mark.parametrize("table", TABLES)
def test_no_row_of_an_open_vote_goes_or_comes(frozen, table):
    wanted = table.id == frozen.id if table is Vote else table.vote_id == frozen.id
    _refused_by_database(sa.delete(table.__table__).where(wanted))
    if table is not Vote:
        row = {column.name: None for column in table.__table__.columns} | {"vote_id": frozen.id}
        row |= {
            "region_id": frozen.region_id,
            "number": 9,
            "name": "まつ",
            "name_en": "",
            "about": "",
            "part": "resident",
        }
        stranger = {"membership_id": 10**6}
        told = {name: value for name, value in (row | stranger).items() if name in table.__table__.columns}
        _refused_by_database(sa.insert(table.__table__).values(**told))


@pytest.mark.parametrize("case", BOXES, ids=named)
def test_nothing_in_the_box_changes_once_it_is_counted(region, people, steward, at, case):
    table, name = case
    vote = boxes.opened(region, steward, at=at, secrecy="open" if table is NamedBallot else "usual")
    boxes.cast_all(region, vote, people, ["yes", "no"], at=at)
    boxes.settle(vote, boxes.over(vote))
    attribute = getattr(table, name)
    value = other(db.session.scalar(sa.select(attribute).where(table.vote_id == vote.id).limit(1)), attribute.type)
    found = table.vote_id == vote.id
    _refused_by_database(sa.update(table.__table__).where(found).values({attribute.property.columns[0]: value}))
    _refused_by_database(sa.delete(table.__table__).where(found))


def _refused_by_database(statement):
    """By a trigger, or a right that the app was never given; not by a constraint that happens to stand in the way."""
    with pytest.raises(sa.exc.DBAPIError, match="frozen|append-only|permission denied"), transaction():
        db.session.execute(statement)


def test_the_verbs_of_a_draft_say_that_it_is_frozen(region, frozen, steward, at, refused):
    who = {"region": region, "vote_id": frozen.id, "by": steward, "roles": DUTY, "at": at}
    for name in service.DRAFTED:
        with refused("vote_frozen"):
            service.change(**who, **{name: getattr(frozen, name)})
    with refused("vote_frozen"):
        service.set_options(**who, options=[{"name": "まつ"}])
    with refused("vote_frozen"):
        service.drop(**who)


def test_the_cases_cover_all_columns_that_there_are():
    assert len(COLUMNS) == sum(len(table.__table__.columns) for table in TABLES) > 40
    assert rules.HIDDEN_FROM == rules.SHOWN_FROM == 10
