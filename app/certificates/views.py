"""What strangers see: a certificate at its address, on paper, as a text to check, and what its serial says."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, g, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from app.certificates import forms, queries, rules
from app.certificates.queries import Held
from app.codes.drawing import svg
from app.errors import Missing
from app.web.access import Permission, actor, may, public
from app.web.pages import render_page, rendered

blueprint = Blueprint("certificates", __name__)
LANGUAGES = ("ja", "en")  # of the sheet, one below the other


def certificate_of_code(certificate_id: int) -> Response:
    """The page itself at `/C/…`, for everybody who may read it."""
    held = queries.one(g.region, id=certificate_id)
    try:
        readable(held)
    except Missing:
        g.pop("region")  # a hidden one and a code that nobody drew are answered alike
        raise
    response = render_page("certificates/show.html", is_owner=is_owner(held), **_shown(held))
    return _quiet(response, held)


@blueprint.get("/<tsk>/certificates/<certificate>/sheet")
@public
def sheet(certificate: str) -> Response:
    """One A4, black on white, in Japanese and below it in English."""
    held = readable(at_address(certificate))
    shown = _shown(held)
    shown["own"], shown["rest"] = rules.on_paper(shown["lines"])
    texts = [(language, *_in(language, shown)) for language in LANGUAGES]
    return _quiet(render_page("certificates/sheet.html", texts=texts, **shown), held)


def _in(language: str, shown: dict[str, Any]) -> tuple[Markup, str]:
    """The text of the sheet in a language, and how to check it."""
    with force_locale(language):
        box = url_for("codes.box", _external=True)
        how = _("QRを 読むか、番号を %(box)s に 入れると、ほんものか たしかめられます。", box=box)
        own = _("この証明は 本人だけのものです。ほかの人に ゆずれません。")
        return rendered("certificates/parts/paper.html", **shown), f"{how} {own}"


@blueprint.get("/<tsk>/certificates/<certificate>/text")
@public
def text(certificate: str) -> Response:
    """Everything that its hash covers, for whoever works it out again."""
    held = readable(at_address(certificate))
    row, revocation = held.row, held.revocation
    told: dict[str, Any] = {"serial": row.serial, "previous_hash": row.prev_hash, "hash": row.hash}
    told |= {"recipe": rules.RECIPE, "revoked_at": revocation.at.isoformat() if revocation else None, "text": row.text}
    body = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    return _quiet(Response(body, content_type="application/json; charset=utf-8"), held)


@blueprint.get("/<tsk>/certificates/check/<serial>")
@public
def check(serial: str) -> Response:
    """Whether a serial is valid, revoked or unknown, and whether the chain holds; no name and no hours."""
    held = queries.one(g.region, serial=rules.read_serial(serial) or "")
    seen = {"is_owner": is_owner(held), "is_office": may(Permission.CERTIFICATE_MANAGE)}
    if not rules.may_check(held.visibility, revoked=held.revocation is not None, **seen):
        raise Missing("not_found")
    row, last = held.row, queries.last_link(g.region)
    response = render_page(
        "certificates/check.html",
        held=held,
        count=last.place if last else 0,
        broken=rules.broken_at(queries.chain(g.region)),
        sound=rules.is_sound(rules.Link(row.place, row.text, row.prev_hash, row.hash)),
        opens=held.visibility == "public" or any(seen.values()),
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def address_of_serial(text: str) -> str | None:
    """Where a serial that somebody typed leads: to what may be said of it to anybody."""
    serial = rules.read_serial(text)
    found = queries.anywhere(serial) if serial else None
    if found is None or not rules.may_check(found.visibility, revoked=found.revoked, is_owner=False, is_office=False):
        return None
    return url_for("certificates.check", tsk=found.slug, serial=serial)


# --- who reads ----------------------------------------------------------------------------------------------


def at_address(certificate: str) -> Held:
    """The certificate that an address of this region names, whoever reads. Missing."""
    return queries.one(g.region, code=rules.address(certificate))


def is_owner(held: Held) -> bool:
    """Whether it is the reader's own."""
    membership = actor().membership
    return membership is not None and membership.id == held.row.membership_id


def readable(held: Held) -> Held:
    """The certificate, if this reader may see it: else it is not there. Missing."""
    if not rules.may_read(held.visibility, is_owner=is_owner(held), is_office=may(Permission.CERTIFICATE_MANAGE)):
        raise Missing("not_found")
    return held


def _shown(held: Held) -> dict[str, Any]:
    told, address = held.told, forms.link(held.row.code)
    return {
        "held": held,
        "told": told,
        "lines": rules.lines(told["activities"]),
        "today": queries.now(held.row),
        "address": address,
        "code": svg(address, label=_("証明の QRコード")),
        "audiences": forms.audiences(),
    }


def _quiet(response: Response, held: Held) -> Response:
    """Search engines keep what everybody may see, and nothing else."""
    if held.visibility != "public" or held.revocation is not None:
        response.headers["X-Robots-Tag"] = "noindex"
    return response
