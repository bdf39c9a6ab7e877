"""What waits for a member here: a turn today or tomorrow, somebody who took one over, somebody who wants to swap."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.members.models import Membership
from app.members.waiting import Line
from app.regions.models import Region
from app.rotas import queries
from app.rotas.models import Rota
from app.rotas.words import instants
from app.web.filters import day, isolated, plain, time


def lines(region: Region, membership: Membership, roles: Collection[str], at: datetime) -> list[Line]:
    """At most one line of each kind, the most pressing first."""
    found = [_turn(region, membership, at), _relieved(region, membership, at), _swaps(region, membership, at)]
    return [line for line in found if line is not None]


def _turn(region: Region, membership: Membership, at: datetime) -> Line | None:
    """The next turn, on its day and the day before: «あした 午前10時 めぐるステーション»."""
    today = clock.local_day(region, at)
    near = [one for one in queries.next_turns(region, membership, at) if one.slot.day <= today + timedelta(days=1)]
    if not near:
        return None
    first = near[0]
    said = {"time": time(instants(region, first.slot)[0]), "what": isolated(_where(first.rota))}
    if first.slot.day == today:
        text = _("きょう %(time)s %(what)s の当番です。", **said)
    else:
        text = _("あした %(time)s %(what)s の当番です。", **said)
    return Line(text, url_for("rotas.show", rota_id=first.rota.id), len(near))


def _where(rota: Rota) -> str:
    return rota.place or plain(rota, "title")


def _relieved(region: Region, membership: Membership, at: datetime) -> Line | None:
    """Somebody has taken over a turn that the member gave away."""
    told = queries.relieved(region, membership, at)
    if not told:
        return None
    first = told[0]
    who = isolated(first.by.name) if first.by.name else _("ほかの人")
    text = _("%(day)sの当番は、%(name)sさんが かわってくれました。", day=day(first.slot.day), name=who)
    return Line(text, url_for("rotas.show", rota_id=first.rota.id), len(told))


def _swaps(region: Region, membership: Membership, at: datetime) -> Line | None:
    """Somebody of the region wants to be relieved."""
    wanted = queries.swaps_wanted(region, membership, at)
    if not wanted:
        return None
    first = wanted[0]
    said = {"day": day(first.slot.day), "what": isolated(plain(first.rota, "title"))}
    text = ngettext(
        "%(day)sの「%(what)s」を かわってほしい人が います。",
        "当番を かわってほしい人が %(num)s人 います。はじめは %(day)sの「%(what)s」です。",
        len(wanted),
        **said,
    )
    return Line(text, url_for("rotas.show", rota_id=first.rota.id), len(wanted))
