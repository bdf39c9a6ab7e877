"""What the sample regions hold again and again: one series, and いつもの会 to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app import clock
from app.db import db, uuid7
from app.series import reuse, rules
from app.series import service as series

if TYPE_CHECKING:
    from app.demo.story import Cast

USUAL = {"tsk": ("E01", "E03"), "ows": ("E10",), "sjr": ("E11",)}
MONTHLY = ("tsk", "E06")  # スマホと紙で入会おたすけ会
PROJECTS = {"E02": "梅林をまもる", "E09": "みんなの森"}  # in words alone; E05 is of a project that has its page


def add(cast: Cast) -> None:
    """A monthly gathering with its next three months, templates, and the projects that gatherings belong to."""
    for name, project in PROJECTS.items():
        cast.events[name].project = project
    db.session.flush()
    for slug, names in USUAL.items():
        for name in names:
            reuse.keep_template(region=cast.regions[slug], event_id=cast.events[name].id, at=cast.at)
    region, event = cast.regions[MONTHLY[0]], cast.events[MONTHLY[1]]
    day = clock.local_day(region, event.starts_at)
    series.begin(
        region=region,
        event_id=event.id,
        week=rules.suggested_week(day),
        weekday=day.weekday(),
        until=None,
        key=uuid7(),
        at=cast.at,
    )
