"""The versions of a proposal with what changed, and the sheet of paper with its tear-off slip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, g, request, url_for

from app.codes import addresses
from app.proposals import queries, words
from app.proposals.models import ProposalVersion
from app.proposals.views import blueprint, published, sees_names
from app.proposals.writing import texts
from app.proposals.writing.texts import Piece
from app.web.access import Permission, requires
from app.web.forms import row_id
from app.web.pages import done, render_page

__all__ = ["blueprint"]
SIZES = ((1150, "least"), (800, "longest"), (500, "longer"), (250, "long"), (0, ""))  # from so many letters on


@dataclass(frozen=True)
class Change:
    """What became of one text: its name, and the text with what went and what came."""

    name: str
    pieces: list[Piece]


@blueprint.get("/<tsk>/proposals/<int:proposal_id>/versions")
@requires(Permission.PROPOSAL_READ)
def versions(proposal_id: int) -> Response:
    """All of them, the newest first; any two may be laid side by side."""
    found = queries.versions(published())
    options = [(one.row.number, one.row.number) for one in reversed(found)]
    context: dict[str, Any] = {"versions": found, "options": options, "sees_names": sees_names()}
    return render_page("proposals/versions.html", proposal=g.proposal, **context)


@blueprint.get("/<tsk>/proposals/<int:proposal_id>/versions/<int:number>")
@requires(Permission.PROPOSAL_READ)
def version(proposal_id: int, number: int) -> Response:
    """What one change changed, and why."""
    row = queries.version(published(), number)
    return _changes(queries.version(g.proposal, number - 1) if number > 1 else None, row)


@blueprint.get("/<tsk>/proposals/<int:proposal_id>/changes")
@requires(Permission.PROPOSAL_READ)
def changes(proposal_id: int) -> Response:
    """What differs between any two versions, the older first."""
    numbers = [request.args.get(name, type=row_id) for name in ("from", "to")]
    if None in numbers:
        queries.version(published(), 1)  # a draft has none
        return done(url_for("proposals.versions", proposal_id=proposal_id))
    first, last = sorted(number for number in numbers if number is not None)
    return _changes(queries.version(published(), first), queries.version(g.proposal, last))


def _changes(before: ProposalVersion | None, after: ProposalVersion) -> Response:
    old, new = texts.read(before.texts) if before else {}, texts.read(after.texts)
    changed = [Change(name, _pieces(name, old.get(name, ""), new.get(name, ""))) for name in texts.changed(old, new)]
    context: dict[str, Any] = {"before": before, "after": after, "last": g.proposal.version}
    return render_page("proposals/changes.html", proposal=g.proposal, changes=changed if before else [], **context)


def _pieces(name: str, old: str, new: str) -> list[Piece]:
    """Letter by letter; a choice or an amount as a whole."""
    if name not in texts.CHOSEN:
        return texts.difference(old, new)
    return [Piece("gone", words.shown(name, old)), Piece("new", words.shown(name, new))]


@blueprint.get("/<tsk>/proposals/<int:proposal_id>/sheet")
@requires(Permission.PROPOSAL_READ)
def sheet(proposal_id: int) -> Response:
    """One A4 for the notice board, with a slip to tear off, write on and hand in."""
    proposal = published()
    length = sum(len(text) for text in texts.of(proposal).values())
    size = next(name for least, name in SIZES if length >= least)
    told: dict[str, Any] = {"authors": queries.authors(proposal), "support": queries.points(proposal)}
    qr = addresses.qr(proposal.code, level="Q", label=addresses.address(proposal.code))
    return render_page("proposals/sheet.html", proposal=proposal, qr=qr, size=size, sees_names=sees_names(), **told)
