"""When an answer is due and who may give it, for every combination there is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.proposals import models
from app.proposals.talk import rules

pytestmark = pytest.mark.rules
DAYS = st.dates(date(2020, 1, 1), date(2099, 12, 31))
ROLES = st.sets(st.sampled_from(["member", "host", "steward", "office", "auditor", "officer", "officer_desk", "shop"]))


def test_the_rules_and_the_tables_know_the_same_words():
    assert (rules.KINDS, rules.ADDRESSEES, rules.MOODS) == (models.OPINIONS, models.ADDRESSEES, models.MOODS)
    assert set(rules.ANSWERED_BY) == set(rules.ADDRESSEES) and set(rules.WAITING) < set(rules.KINDS)
    assert {role for roles in rules.ANSWERED_BY.values() for role in roles} == {"author", "office", "officer_desk"}


@given(said=DAYS, days=st.integers(1, 60), late=st.integers(-70, 70), kind=st.sampled_from(rules.WAITING))
def test_an_answer_is_in_time_until_its_day_is_over(said, days, late, kind):
    due = rules.due_on(kind, said, days)
    day = due + timedelta(days=late)
    assert (due - said).days == days and rules.due_on("good", said, days) is None
    assert rules.state(due, day, day) == ("in_time" if late <= 0 else "late")
    assert rules.state(due, None, day) == ("waiting" if late <= 0 else "overdue")
    assert rules.days_left(due, day) == -late
    assert rules.state(None, None, day) == "free"


@given(st.lists(st.sampled_from(["free", "in_time", "late", "waiting", "overdue", "hidden"])))
def test_every_opinion_is_counted_once(stands):
    counts = rules.count(stands)
    assert counts.asked == counts.in_time + counts.late + counts.still_open
    assert counts.asked + counts.good + counts.hidden == len(stands)
    assert counts.overdue == stands.count("overdue") <= counts.still_open


@given(roles=ROLES, is_author=st.booleans(), addressee=st.sampled_from(rules.ADDRESSEES))
def test_only_authors_the_office_and_the_desk_answer(roles, is_author, addressee):
    role = rules.answers_as(addressee, roles, is_author=is_author)
    by_duty = roles & {"office", "officer_desk"} & set(rules.ANSWERED_BY[addressee])
    if is_author and addressee == "authors":
        assert role == "author"
    else:
        assert role in by_duty if by_duty else role is None
    assert (role, addressee) != ("officer_desk", "authors")


@given(roles=ROLES, is_own=st.booleans(), is_author=st.booleans())
def test_nobody_hides_what_concerns_themselves(roles, is_own, is_author):
    may = rules.hide_refusal(roles, is_own=is_own, is_author=is_author) is None
    assert may == (bool(roles & {"steward", "office"}) and not is_own and not is_author)


@given(st.dictionaries(st.sampled_from(rules.MOODS), st.integers(0, 9)))
def test_below_five_voices_nothing_is_told(moods):
    assert rules.may_show(moods) == (sum(moods.values()) >= 5)
