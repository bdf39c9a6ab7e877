"""The verbs of a poll: ask, answer, end, fix a day, make a gathering of it.

Locks: the poll.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from app import clock
from app.codes import service as codes
from app.db import db, find
from app.errors import Conflict, Forbidden, Refused
from app.events import service as events
from app.events.models import Event
from app.members.models import Membership
from app.polls import queries, rules
from app.polls.models import Poll, PollAnswer, PollOption
from app.regions.models import Region


@dataclass(frozen=True)
class Choice:
    """`words` of a quick poll, or a day from `starts_at` to `ends_at`."""

    words: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None


def ask(
    *,
    region: Region,
    by: Membership,
    key: str,
    kind: str,
    question: str,
    choices: Sequence[Choice],
    lasts: timedelta,
    at: datetime,
) -> Poll:
    """One poll, open at once. The same form sent twice is one.

    Raises Refused `poll_many` (with most), Conflict `other_request`.
    """
    find(Membership, region.id, by.id, lock=True)  # a day's polls of one asker are counted one after the other
    first = db.session.scalar(sa.select(Poll).where(Poll.key == key))
    if first is not None:
        if (first.region_id, first.asked_by_id) != (region.id, by.id):
            raise Conflict("other_request")
        return first
    if queries.asked_since(by, at - timedelta(days=1)) >= rules.A_DAY:
        raise Refused("poll_many", most=rules.A_DAY)
    code = codes.draw_public()
    told = {"kind": kind, "question": question, "asked_by_id": by.id, "created_at": at, "closes_at": at + lasts}
    poll = Poll(region_id=region.id, key=key, code=code, **told)
    db.session.add(poll)
    db.session.flush()
    for number, choice in enumerate(choices, start=1):
        db.session.add(PollOption(region_id=region.id, poll_id=poll.id, number=number, **vars(choice)))
    codes.publish(code=code, region_id=region.id, purpose="poll", subject_id=poll.id)
    return poll


def answer(*, region: Region, poll_id: int, by: Membership, marks: Mapping[int, str], at: datetime) -> Poll:
    """What `by` says now, in place of whatever they said before. Raises Refused `poll_over`, `poll_marks`, Missing."""
    poll = find(Poll, region.id, poll_id, lock=True)
    if not rules.is_open(poll, at):
        raise Refused("poll_over")
    if rules.refused_marks(poll.kind, [one.number for one in queries.options(poll)], marks):
        raise Refused("poll_marks")
    mine = sa.delete(PollAnswer).where(PollAnswer.poll_id == poll.id, PollAnswer.membership_id == by.id)
    db.session.execute(mine.execution_options(synchronize_session=False))
    told = {"region_id": region.id, "poll_id": poll.id, "membership_id": by.id, "at": at}
    rows = [{**told, "number": number, "mark": mark} for number, mark in sorted(marks.items())]
    db.session.execute(sa.insert(PollAnswer), rows)
    return poll


def end(*, region: Region, poll_id: int, by: Membership, at: datetime) -> Poll:
    """おわりにする, by whoever asked; twice is once. Raises Forbidden, Missing."""
    poll = _own(region, poll_id, by)
    if rules.is_open(poll, at):
        poll.ended_at = at
    return poll


def fix_day(*, region: Region, poll_id: int, by: Membership, number: int, at: datetime) -> Poll:
    """この日に きめる: the poll ends, the day stands. Another day may be fixed later.

    Raises Refused `poll_marks` for a day that is not in it, Forbidden, Missing.
    """
    poll = _own(region, poll_id, by)
    if poll.kind != "dates" or number not in {one.number for one in queries.options(poll)}:
        raise Refused("poll_marks")
    poll.chosen_number = number
    poll.ended_at = poll.ended_at or at
    return poll


def make_gathering(*, region: Region, poll_id: int, by: Membership, place: str, at: datetime) -> Event:
    """A gathering in draft on the chosen day; of one day there is one, which is left as its maker has changed it.

    Raises Refused `poll_no_day`, `field_past`, Forbidden, Missing.
    """
    poll = _own(region, poll_id, by)
    day = next((one for one in queries.options(poll) if one.number == poll.chosen_number), None)
    if day is None or day.starts_at is None:
        raise Refused("poll_no_day")
    made = queries.gathering(poll)
    if made is not None:
        return made
    key, title = queries.gathering_key(poll), poll.question[:60]
    event = events.draft(region=region, host=by, key=key, title=title, place=place, field="other", at=at)
    begins, ends = clock.local(region, day.starts_at), clock.local(region, day.ends_at or day.starts_at)
    return events.set_time(
        region=region, event_id=event.id, day=begins.date(), begins=begins.time(), ends=ends.time(), at=at
    )


def _own(region: Region, poll_id: int, by: Membership) -> Poll:
    poll = find(Poll, region.id, poll_id, lock=True)
    if poll.asked_by_id != by.id:
        raise Forbidden("not_allowed")
    return poll
