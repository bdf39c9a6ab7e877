"""「来てよかったですか」: one tap of whoever came, which may be changed for a week. Only sums are shown, from three
answers on; the host alone reads the lines, without names and in no order that would tell whose they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import Response, g, request
from flask_babel import gettext as _

from app import clock
from app.checkins import forms, queries, rules
from app.checkins.models import CheckIn, Feeling
from app.checkins.service import lock_with_event
from app.checkins.views import blueprint
from app.db import db, transaction
from app.errors import Conflict, Missing, Refused
from app.events.models import Event
from app.regions.models import Region
from app.web import visits
from app.web.access import Permission, actor, requires
from app.web.forms import Form
from app.web.pages import done
from app.web.sentences import sentence

ANSWERS = ("3", "2", "1")
WORDS = 100  # characters


@dataclass(frozen=True)
class Sums:
    """How many said よかった, ふつう and うーん; None while they are too few to be nobody's."""

    good: int
    fair: int
    poor: int


def feel(*, region: Region, check_in_id: int, answer: int, words: str | None, at: datetime) -> Feeling:
    """Keep an answer, or change it; `words` stay as they are if None. Refused before the end and after a week."""
    event, row = lock_with_event(region, check_in_id)
    if row.undone_at is not None:
        raise Conflict("already_undone")
    code = rules.refuses_feeling(event, at)
    if code is not None:
        raise Refused(code)
    kept = db.session.get(Feeling, row.id)
    if kept is None:
        kept = Feeling(check_in_id=row.id, region_id=region.id, event_id=event.id, words="")
        db.session.add(kept)
    kept.answer, kept.at = answer, at
    kept.words = kept.words if words is None else words
    db.session.flush()
    return kept


_STANDS = sa.and_(CheckIn.id == Feeling.check_in_id, CheckIn.undone_at.is_(None))


def feelings_of(event: Event) -> Sums | None:
    """What those who came said, if they are three or more."""
    query = sa.select(Feeling.answer, sa.func.count().label("number"))
    query = query.join(CheckIn, _STANDS).where(Feeling.event_id == event.id)
    count = {row.answer: row.number for row in db.session.execute(query.group_by(Feeling.answer))}
    if sum(count.values()) < rules.ENOUGH:
        return None
    return Sums(good=count.get(3, 0), fair=count.get(2, 0), poor=count.get(1, 0))


def lines_of(event: Event) -> Sequence[str]:
    """What people wrote, for the host: as a dictionary would have it, and only from three answers on."""
    if feelings_of(event) is None:
        return []
    query = sa.select(Feeling.words).join(CheckIn, _STANDS).where(Feeling.event_id == event.id, Feeling.words != "")
    return sorted(db.session.scalars(query))


def feeling_of(check_in: CheckIn) -> Feeling | None:
    """For templates: what this person answered."""
    return db.session.get(Feeling, check_in.id)


def may_feel(event: Event) -> bool:
    """For templates: whether the question is asked now."""
    return rules.refuses_feeling(event, clock.now()) is None


@blueprint.post("/<tsk>/events/<int:event_id>/check-ins/feeling")
@requires(Permission.CHECK_IN_MAKE)
def answer_feeling(event_id: int) -> Response:
    """One tap; a line may follow."""
    form, own_row = Form(request.form), queries.mine(g.event, actor().membership, visits.cookie())
    if own_row is None:
        raise Missing("not_found")
    answer = form.choice("answer", ANSWERS)
    words = form.text("words", most=WORDS) if "words" in request.form else None
    forms.refuse_unless_ok(form)
    try:
        with transaction():
            feel(region=g.region, check_in_id=own_row.id, answer=int(answer), words=words, at=clock.now())
    except Refused as error:
        return done(f"/C/{g.event.code}", toast=sentence(error.code))
    return done(f"/C/{g.event.code}", toast=_("こたえてくださって ありがとうございます。"))
