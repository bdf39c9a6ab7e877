"""Everything to take away: the bundle that anybody can count again, a table, and budgets in the format of Pabulib."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response, g
from flask_babel import gettext as _

from app import clock
from app.errors import Missing
from app.tally import Election
from app.tally.pabulib import export
from app.votes.ballots import page
from app.votes.choices import BUDGETS
from app.votes.models import Vote
from app.votes.showing import views
from app.votes.views import blueprint
from app.web.access import Permission, requires
from app.web.tables import Cell, download

__all__ = ["blueprint"]
QUESTION = ("method", "options", "seats", "rule", "costs", "budget", "ballots")


@blueprint.get("/<tsk>/votes/<int:vote_id>/bundle.json")
@requires(Permission.VOTE_READ)
def bundle(vote_id: int) -> Response:
    """What `python -m app.tally verify` takes: byte for byte as it was hashed."""
    vote, _bundle, text = views.raw(vote_id)
    return _file(text, "application/json", f"{vote.code}.json")


@blueprint.get("/<tsk>/votes/<int:vote_id>/votes.pb")
@requires(Permission.VOTE_READ)
def pabulib(vote_id: int) -> Response:
    """A budget vote for those who study them."""
    vote, found, _text = views.raw(vote_id)
    if vote.method not in BUDGETS:
        raise Missing("not_found")
    count = found["counts"]["all"]
    text = export(election_of(count), meta=_meta(vote), selected=count["result"]["winners"])
    return _file(text, "text/plain", f"{vote.code}.pb")


def election_of(count: dict[str, Any]) -> Election:
    """The question and the ballots of one published count."""
    return Election(**{name: count[name] for name in QUESTION if name in count})


def _meta(vote: Vote) -> dict[str, Any]:
    """The same for every reader: the projects' names are in Japanese, and so is the rest."""
    told: dict[str, Any] = {
        "description": vote.question,
        "country": "Japan",
        "unit": g.region.name,
        "instance": vote.code,
    }
    days = {"date_begin": vote.opens_at, "date_end": page.now_of(vote)[0].ends_at}
    told |= {name: clock.local_day(g.region, at) for name, at in days.items()}
    return told | {"language": "ja", "currency": "JPY"}


@blueprint.get("/<tsk>/votes/<int:vote_id>/table.csv")
@requires(Permission.VOTE_READ)
def table(vote_id: int) -> Response:
    """Every number of the page, a line each."""
    vote, facts = views.opened(vote_id)
    header = [_("だれの"), _("こたえ"), _("数"), _("紙"), _("きまった")]
    return download(f"{vote.code}", header, _rows(facts))


def _rows(facts: dict[str, Any]) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for group in (*facts["groups"], *facts["parts"]):
        for bar in group.bars:
            name = facts["names"].get(bar.name, bar.name).strip("\u2068\u2069")
            rows.append([group.name, name, _number(bar.number), bar.by_paper, _("はい") if bar.won else ""])
        if group.blank:
            rows.append([group.name, _("白票"), group.blank, None, ""])
    used = facts["turnout"]
    return [
        *rows,
        [_("みんな"), _("投票した人"), used.used, used.by_way.get("paper", 0), ""],
        [_("みんな"), _("名簿の人"), used.roll, None, ""],
    ]


def _number(text: str) -> Cell:
    return int(text) if text.isdecimal() else text.replace("\u00a0", " ")


def _file(text: str, kind: str, name: str) -> Response:
    response = Response(text.encode(), content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
