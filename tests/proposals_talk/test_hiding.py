"""Hiding what the house rules forbid, and showing it again: by whom, with which trace, and what stays as it was."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.db import db, transaction
from app.errors import Conflict, Forbidden, Refused
from app.proposals.models import Opinion, OpinionHiding
from app.proposals.talk import queries
from tests.proposals_talk.test_views import INDEX, page_of, proof


def again(row):
    return db.session.get_one(Opinion, row.id, populate_existing=True)


def trace(row):
    return [(act.act, who.name, act.why) for act, who in queries.hidings(row)]


def test_what_was_hidden_is_shown_again_as_it_was(do, people, proposal):
    row = do.say(words="きびしい ことば")
    due = row.due_on
    do.hide(row)
    assert queries.unanswered(proposal) == []
    do.show_again(row)
    after = again(row)
    assert (after.hidden_at, after.hidden_why, after.words, after.due_on) == (None, "", "きびしい ことば", due)
    assert [one.id for one in queries.unanswered(proposal)] == [row.id]


def test_both_acts_leave_who_and_why(do, people):
    row = do.say()
    do.hide(row)
    do.hide(row, people.office, "べつの わけ", roles=("office",))  # it is hidden already
    do.show_again(row)
    do.show_again(row, reason="もう一度")
    expected = [("hide", "仮野 steward", "人を 悪く 言っています"), ("show", "仮野 office", "読みちがえました")]
    assert trace(row) == expected


def test_the_trace_is_never_changed(do):
    row = do.say()
    do.hide(row)
    for statement in (sa.update(OpinionHiding).values(why="なし"), sa.delete(OpinionHiding)):
        with pytest.raises(sa.exc.DBAPIError, match=r"append-only|permission denied"), transaction():
            db.session.execute(statement)
    assert len(trace(row)) == 1


@pytest.mark.parametrize(("who", "roles", "code"), [
    ("una", ("member", "steward"), "opinion_hide_own"),
    ("second", ("member", "office"), "opinion_hide_author"),
    ("sora", ("member",), "not_allowed"),
    ("officer_desk", ("officer_desk",), "not_allowed"),
])  # fmt: skip
def test_who_may_not_hide_may_not_show_again(do, people, who, roles, code):
    row = do.say()
    do.hide(row)
    with pytest.raises(Forbidden, match=code):
        do.show_again(row, getattr(people, who), roles=roles)
    assert again(row).hidden_at is not None


def test_a_reason_is_wanted_and_what_was_taken_back_stays_away(do, people):
    row = do.say()
    do.hide(row)
    with pytest.raises(Refused, match="reason_missing"):
        do.show_again(row, reason=" ")
    gone = do.say(people.sora, words="やめます")
    do.take_back(gone, people.sora)
    with pytest.raises(Conflict, match="opinion_gone"):
        do.show_again(gone)


def test_the_page_shows_it_again_with_its_trace(client, enter, people, do):
    row = do.say(words="きびしい ことば")
    do.hide(row)
    here, office = f"{page_of(row)}", enter(people.office)
    assert "また 見えるように する" in office.get(here).text and "また 見えるように する" not in client.get(here).text
    field = {"proof": proof(office.get(here))}
    undoing = f"{INDEX}/{row.id}/hiding/undoing"
    empty = office.post(undoing, data=field | {"reason": ""})
    assert empty.status_code == 422 and 'id="field-reason-problem"' in empty.text
    assert enter(people.office, fresh=False).post(undoing, data=field | {"reason": "はい"}).location is not None
    assert again(row).hidden_at is not None
    told = {"reason": "読みちがえました"}
    assert [office.post(undoing, data=field | told).status_code for _tap in range(2)] == [303, 303]
    shown = client.get(here).text
    assert "きびしい ことば" in shown and "かくした きろく" in shown and "読みちがえました" in shown
    assert "仮野" not in shown and "仮野 office" in office.get(here).text
    assert enter(people.sora).post(undoing, data=told).status_code == 403
