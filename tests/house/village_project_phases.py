"""Money in every state, a logbook with a photo and a removal, trials, a service and a result."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO

import sqlalchemy as sa
from PIL import Image

from app.db import db, transaction, uuid7
from app.members.models import Membership
from app.projects import service as projects
from app.projects.logbook import service as logbook
from app.projects.models import Project
from app.projects.money import service as money
from app.projects.phases import service as phases
from app.projects.phases.service import Told
from app.regions.models import Region
from app.web.photos import keeping

HOST, STEWARD, OFFICE = "TSK-0009-2", "TSK-0002-1", "TSK-0007-6"  # as the village has them played
BUDGETS = ("ことわられた", "とりさげた", "みとめられた", "待っている")


def fill(region: Region, keys: dict[str, str], *, at: datetime) -> None:
    """The host's project waits for money, and has seen it all before; two more have phases of their own."""
    host, steward, office = (_numbered(number) for number in (HOST, STEWARD, OFFICE))
    who = {"region": region, "project_id": int(keys["project"]), "by": host}
    with transaction():
        for name in BUDGETS:
            asked = {"key": uuid7(), "amount_yen": 180_000, "purpose": f"{name}\n木ざい", "at": at}
            row = money.ask(**who, **asked)
            said = {"budget_id": row.id, "reason": "来年に しましょう", "at": at}
            if name == "とりさげた":
                money.withdraw(**who, budget_id=row.id, at=at)
            if name in ("ことわられた", "みとめられた"):
                money.answer(**who | {"by": office}, roles={"office"}, agrees=name == "みとめられた", **said)
            if name == "みとめられた":
                money.answer(**who | {"by": steward}, roles={"steward"}, agrees=True, **said)
    keys["budget"] = str(row.id)
    with transaction():
        _write(who | {"roles": set()}, steward, keys, at)
        _phases(region, host, at)


def _write(who: dict[str, object], steward: Membership, keys: dict[str, str], at: datetime) -> None:
    file = BytesIO()
    Image.new("RGB", (60, 40), (90, 140, 80)).save(file, "JPEG")
    file.seek(0)
    shown = {"photo": keeping.keep(file), "photo_words": "かった草の山"}
    logbook.write(**who, key=uuid7(), words="下草を かりました", at=at - timedelta(days=9))
    removed = logbook.write(**who, key=uuid7(), words="人の悪口", at=at - timedelta(days=8))
    logbook.write(**who, key=uuid7(), words="札を\nつけました", at=at - timedelta(hours=2), **shown)
    entry = logbook.write(**who, key=uuid7(), words="まちがえました", at=at - timedelta(hours=1))
    duty = {"by": steward, "roles": {"steward"}}
    logbook.remove(**who | duty, entry_id=removed.id, at=at)
    keys["log_entry"] = str(entry.id)


def _phases(region: Region, host: Membership, at: datetime) -> None:
    """Two trials that were not spoken of in time, one of which is a service now; and one whose result is told."""
    titles = {"近い": "あと少しの ためし", "すぎた": "のびた ためし", "おわり": "つづくことにした ためし"}
    for name, title in titles.items():
        began = at - timedelta(days=60)
        start = {"title": title, "wish": "ためしたい", "field": "welfare", "at": began}
        project = projects.start(region=region, lead=host, key=uuid7(), **start)
        who = {"region": region, "project_id": project.id, "by": host, "roles": set()}
        last = at.date() + timedelta(days=5 if name == "近い" else -5)
        told = {"hypothesis": "10けんが 助かる", "measure": "家の数", "ends_on": last}
        phases.try_out(**who, **told, at=began)
        if name == "すぎた":
            phases.serve(**who, use="おたがい便", cost_yen=0, review_on=date(2026, 11, 1), at=began)
        if name == "おわり":
            phases.finish_trial(**who, result="continue", learned="雨の日も\n来ました", at=at)
            shown = Told("バスを 待つ人", "待つ時間", "すわって\n話せる", "らくです", "○○さん(80代)")
            phases.tell_result(**who, told=shown, agreed=True, at=at)
        _touch(project, at)


def _touch(project: Project, at: datetime) -> None:
    db.session.flush()
    projects.touch(project.id, at)


def _numbered(number: str) -> Membership:
    return db.session.scalars(sa.select(Membership).where(Membership.number == number)).one()
