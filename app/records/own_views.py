"""`/tsk/my-record`, «わたしのあゆみ»: for whoever it is about, and nobody else; and the booklet of a year."""

from __future__ import annotations

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import transaction
from app.members.models import Membership
from app.records import own, service, together
from app.records.views import asked_year, blueprint, years
from app.thanks import queries as cards
from app.web.access import Permission, actor, requires
from app.web.forms import Form, row_id
from app.web.pages import done, render_page

CARDS = 3  # of thanks
SAID = {
    ("board", True): lambda: _("名前を のせることに しました。"),
    ("board", False): lambda: _("名前を のせるのを やめました。もう 見えません。"),
    ("evidence", True): lambda: _("証明の一覧に のることに しました。"),
    ("evidence", False): lambda: _("証明の一覧から はずれました。もう 見えません。"),
}


@blueprint.get("/<tsk>/my-record")
@requires(Permission.RECORD_OWN)
def mine() -> Response:
    """Seals, hours, thanks, the ladder, and what others may see."""
    membership, year, begin = _me(), asked_year(), request.args.get("before", type=row_id)
    seals, more = own.seals(membership, before=begin)
    months = own.months(membership, year)
    return render_page(
        "records/mine.html",
        fragment="records/_seals.html",
        seals=seals,
        more=more,
        begin=begin,
        year=year,
        years=years(),
        months=months,
        minutes=sum(one.minutes for one in months),
        thanks=cards.received(membership, CARDS),
        ladder=own.ladder(g.region, membership),
        consents=own.consents(membership),
        step=together.last_step(g.region),
    )


@blueprint.post("/<tsk>/my-record/consents")
@requires(Permission.RECORD_OWN)
def consent() -> Response:
    """One switch: `part`, and whether it is `given` (1 or 0) from now on."""
    form, at = Form(request.form), clock.now()
    part, given = form.choice("part", {part for part, _given in SAID}), form.choice("given", ("0", "1"))
    if not form.ok:
        return done(url_for("records.mine"))
    with transaction():
        verb = service.agree if given == "1" else service.withdraw
        verb(membership=_me(), part=part, at=at)
    return done(url_for("records.mine") + "#consents", toast=SAID[part, given == "1"]())


@blueprint.get("/<tsk>/my-record/booklet")
@requires(Permission.RECORD_OWN)
def booklet() -> Response:
    """あゆみ帳: eight pages on one sheet, to be folded."""
    membership, year = _me(), asked_year()
    months = own.months(membership, year)
    return render_page(
        "records/booklet.html",
        membership=membership,
        year=year,
        seals=own.seals_of_year(g.region, membership, year),
        months=months,
        minutes=sum(one.minutes for one in months),
        fields=own.by_field(membership, year),
        thanks=cards.received(membership, CARDS, between=own.instants(g.region, year)),
        ladder=own.ladder(g.region, membership),
    )


def _me() -> Membership:
    """Whose record it is: the reader's, by no parameter."""
    membership: Membership = actor().membership
    return membership
