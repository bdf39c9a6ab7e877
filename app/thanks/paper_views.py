"""Cards on paper, for people without any sign-in."""

from __future__ import annotations

from flask import Response, g, request, url_for
from flask_babel import ngettext

from app import clock
from app.db import transaction
from app.thanks import queries, service
from app.thanks.views import blueprint
from app.web.access import Permission, requires
from app.web.forms import Form
from app.web.pages import done, render_page

__all__ = ["blueprint"]
EACH = 8  # cards on an A4


@blueprint.get("/<tsk>/thanks/sheet")
@requires(Permission.THANKS_PRINT)
def sheet() -> Response:
    """Eight on an A4, to cut and hand over."""
    cards = queries.on_paper(g.region)
    sheets = [cards[first : first + EACH] for first in range(0, len(cards), EACH)]
    return render_page("thanks/sheet.html", cards=cards, sheets=sheets)


@blueprint.post("/<tsk>/thanks/sheet")
@requires(Permission.THANKS_PRINT)
def hand_over() -> Response:
    """わたしました: those on the sheet that was printed, and none that came later."""
    ids = Form(request.form).ids("card")
    with transaction():
        count = service.hand_over(region=g.region, ids=ids, at=clock.now())
    said = ngettext("%(num)sまい わたしたことに しました。", "%(num)sまい わたしたことに しました。", count)
    return done(url_for("thanks.sheet"), toast=said)
