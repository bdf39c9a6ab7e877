"""What the minutes say by themselves: who was there, how each vote was shut, what came out."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from app.assemblies import queries
from app.assemblies.rules import Attendance
from app.events.models import Event
from app.web.filters import day_long, time


def opening(event: Event, began: datetime, numbers: Attendance) -> str:
    """The first words: when and where it began, and the three numbers."""
    return _(
        "%(day)s %(time)s、%(place)sで はじめた。出席 %(present)s人、書面 %(written)s人、委任 %(proxies)s人、"
        "あわせて %(total)s人（名簿 %(roll)s人）。",
        day=day_long(began),
        time=time(began),
        place=event.place or event.title,
        present=numbers.present,
        written=numbers.written,
        proxies=numbers.proxies,
        total=numbers.total,
        roll=numbers.roll,
    )


def closing(at: datetime) -> str:
    """The last words."""
    return _("%(time)sに おわった。", time=time(at))


def drafted(row: queries.Row) -> str:
    """What the minutes suggest for a matter that nobody has written about yet; numbers stand beside it anyway."""
    if row.stage == "draft":
        return _("投票は しなかった。")
    if row.vote is None and row.item.begun_at is None:
        return _("時間が なく、とりあげなかった。")
    kinds = {"report": _("説明と 質問が あった。"), "talk": _("話し合った。"), "vote": _("話し合いの あと、投票した。")}
    return kinds[row.item.kind]


def outcome(row: queries.Row) -> str:
    """What came out, in a sentence; "" as long as it is dark."""
    if row.result is None or row.vote is None:
        return ""
    said = {
        "passed": _("可決した。"),
        "failed": _("否決した。"),
        "no_quorum": _("人数が 足りず、成立しなかった。"),
        "chosen": _("%(names)s に 決まった。", names=_names(row)),
        "asked": _("意見を きいた。"),
    }[row.result.outcome]
    numbers = _totals(row)
    return _("%(numbers)s%(outcome)s", numbers=numbers, outcome=said) if numbers else said


def totals(row: queries.Row) -> dict[str, int] | None:
    """Of a motion: how many for, against and neither, in all groups together; None for other votes."""
    if row.vote is None or row.result is None or row.vote.method != "yes_no":
        return None
    sums = {"yes": 0, "no": 0, "abstain": 0}
    for count in _counts(row):
        sums["yes"] += int(count["totals"].get("yes", 0))
        sums["no"] += int(count["totals"].get("no", 0))
        sums["abstain"] += int(count["abstain"])
    return sums


def _totals(row: queries.Row) -> str:
    found = totals(row)
    if found is not None:
        return _("賛成 %(yes)s、反対 %(no)s、どちらでもない %(abstain)s。", **found)
    chosen = _chosen(row)
    return _("%(options)s。", options="、".join(f"{name} {number}" for name, number in chosen)) if chosen else ""


def _chosen(row: queries.Row) -> list[tuple[str, int]]:
    """How many chose each option, where a ballot names some; the most chosen first."""
    sums: dict[str, int] = {}
    if row.vote is not None and row.vote.method in ("choose_one", "approval"):
        for count in _counts(row):
            for name, number in count["totals"].items():
                sums[name] = sums.get(name, 0) + int(number)
    return sorted(sums.items(), key=lambda one: -one[1])


def _names(row: queries.Row) -> str:
    return "、".join(str(name) for count in _counts(row) for name in count["winners"])


def _counts(row: queries.Row) -> list[dict[str, Any]]:
    """The count as it was published, of everybody or of each group that must pass."""
    return list(json.loads(row.result.result)["counts"].values()) if row.result is not None else []
