"""Years, people and hours in words, in the reader's language."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from app.records.evidence import Proven, Row
from app.records.together import Sum
from app.web.filters import REIWA, english, hours

KINDS = {"resident": "住民", "friend": "関係人口", "company": "会社", "municipality": "自治体", "shop": "お店"}
PROJECTS = {"residents": "住民", "friends": "関係人口", "mutual_aid": "共助", "service": "サービス"}
FIELDS = {
    "environment": "環境",
    "education": "教育",
    "economy": "経済",
    "energy": "エネルギー",
    "resources": "資源循環",
    "welfare": "福祉",
    "governance": "自治",
    "other": "その他",
}
# The head of files is always Japanese, and so is what stands under it.
HOURS_HEADER = ("月", "プロジェクト", "プロジェクトの種類", "分野", "無償か有償", "分", "記録の数", "人数")
EVIDENCE_HEADER = ("年度", "会員番号", "お名前", "よみがな", "種類", "指定の活動の数", "見せることにした日")


def fiscal_year(year: int) -> str:
    """2026年度 / FY2026."""
    return f"FY{year}" if english() else f"{year}年度"


def era(year: int) -> str:
    """令和8年度（2026年度）: as papers are dated that are kept. FY2026."""
    return fiscal_year(year) if english() else _("令和%(reiwa)s年度（%(year)s年度）", reiwa=year - REIWA, year=year)


def people(number: int) -> str:
    """12人 / 12 people."""
    return ngettext("%(num)s人", "%(num)s人", number)


def told(sum_of: Sum) -> str:
    """12時間30分 · 8人, or that it is of too few people to be told."""
    if sum_of.hidden:
        return _("5人より少ない")
    return f"{hours(sum_of.minutes)} · {people(sum_of.people)}"


def reached(number: int) -> str:
    """What is said at a step that is reached: the number of activities that it asked for."""
    return ngettext("%(num)s回 · とどきました", "%(num)s回 · とどきました", number)


def missing(number: int) -> str:
    """How many activities are still missing to a step."""
    return ngettext("あと %(num)s回の活動で", "あと %(num)s回の活動で", number)


def hours_row(row: Row) -> tuple[str | int, ...]:
    """A line of the file of hours."""
    paid = "有償" if row.paid else "無償"
    kind = PROJECTS.get(row.project_kind, "")
    return row.month, row.project, kind, FIELDS[row.field], paid, row.minutes, row.entries, row.people


def evidence_row(year: int, one: Proven, agreed_on: date) -> tuple[str | int, ...]:
    """A line of the list for ふるさと住民登録."""
    member = one.membership
    who = (member.number or "", member.name, member.yomi, KINDS[member.kind])
    return str(year), *who, one.times, agreed_on.isoformat()
