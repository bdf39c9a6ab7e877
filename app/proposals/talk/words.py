"""What is said, to whom, by whom it is answered, and how long that took, in the reader's language."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app import clock
from app.proposals.talk import rules
from app.proposals.talk.queries import Shown
from app.regions.models import Region
from app.web.filters import REIWA, english

KIND_NAMES = {"good": _l("よいところ"), "worry": _l("心配なこと"), "question": _l("しつもん"), "against": _l("反対")}
KIND_HINTS = {
    "good": _l("ここが いい、と思うこと"),
    "worry": _l("気になること。返事が きます"),
    "question": _l("わからないこと。返事が きます"),
    "against": _l("反対の わけ。返事が ないと、投票は はじまりません"),
}
ADDRESSEE_NAMES = {"authors": _l("提案した人"), "office": _l("事務局"), "city": _l("自治体")}
TO_NAMES = {"authors": _l("提案した人へ"), "office": _l("事務局へ"), "city": _l("自治体へ")}
ROLE_NAMES = {"author": _l("提案した人の返事"), "office": _l("事務局の返事"), "officer_desk": _l("自治体の返事")}
MOOD_NAMES = {"good": _l("よいと思う"), "unsure": _l("まよっている"), "worried": _l("心配している")}
FILTER_NAMES = {
    "": _l("ぜんぶ"),
    "late": _l("返事が おくれている"),
    "waiting": _l("返事まち"),
    "answered": _l("返事ずみ"),
    "office": _l("事務局へ"),
    "city": _l("自治体へ"),
}
# The head of files is always Japanese, and so is what stands under it.
HEADER = (
    "年度",
    "番号",
    "言った日",
    "種類",
    "あて先",
    "提案",
    "意見",
    "返事の期限",
    "返事した日",
    "返事した人",
    "返事",
    "ようす",
)
KINDS = {"good": "よいところ", "worry": "心配なこと", "question": "しつもん", "against": "反対"}
ADDRESSEES = {"authors": "提案した人", "office": "事務局", "city": "自治体"}
ROLES = {"author": "提案した人", "office": "事務局", "officer_desk": "自治体"}
STANDS = {
    "free": "",
    "in_time": "期限のうちに返事",
    "late": "おくれて返事",
    "waiting": "返事まち",
    "overdue": "返事がおくれている",
    "hidden": "かくした",
}


def kind_name(kind: str) -> str:
    """心配なこと / Worry."""
    return str(KIND_NAMES[kind])


def addressee_name(addressee: str) -> str:
    """事務局 / The office."""
    return str(ADDRESSEE_NAMES[addressee])


def to_name(addressee: str) -> str:
    """事務局へ / To the office."""
    return str(TO_NAMES[addressee])


def role_name(role: str) -> str:
    """事務局の返事 / The office answers."""
    return str(ROLE_NAMES[role])


def mood_name(mood: str) -> str:
    """よいと思う / Likes it."""
    return str(MOOD_NAMES[mood])


def year_name(year: int) -> str:
    """令和8年度（2026年度） / FY2026."""
    return f"FY{year}" if english() else _("令和%(reiwa)s年度（%(year)s年度）", reiwa=year - REIWA, year=year)


def number_of(number: int) -> str:
    """12件 / 12."""
    return _("%(num)s件", num=number)


def stands(one: Shown, today: date) -> str:
    """How an opinion stands, in a word or two; "" for what wants no answer."""
    if one.stands == "waiting" and one.row.due_on is not None:
        return days_left(one.row.due_on, today)
    if one.stands == "overdue":
        return late_by(one, today)
    said = {"in_time": _("返事ずみ"), "late": _("おくれて 返事ずみ"), "hidden": _("かくしました")}
    return said.get(one.stands, "")


def days_left(due: date, today: date) -> str:
    """返事まち · あと 3日."""
    left = rules.days_left(due, today)
    if left <= 0:
        return _("返事まち · きょうまで")
    return ngettext("返事まち · あと %(num)s日", "返事まち · あと %(num)s日", left)


def late_by(one: Shown, today: date) -> str:
    """返事が 2日 おくれています."""
    late = -rules.days_left(one.row.due_on, today) if one.row.due_on is not None else 0
    return ngettext("返事が %(num)s日 おくれています", "返事が %(num)s日 おくれています", late)


def kind_options(*, hints: bool) -> list[tuple[str, str, str | None]]:
    """(value, name, what it means) of each kind, for the form."""
    return [(kind, str(KIND_NAMES[kind]), str(KIND_HINTS[kind]) if hints else None) for kind in rules.KINDS]


def addressee_options(addressees: tuple[str, ...]) -> list[tuple[str, str, None]]:
    """(value, name, None) of each of them, for the form."""
    return [(one, str(ADDRESSEE_NAMES[one]), None) for one in addressees]


def mood_options() -> list[tuple[str, str, None]]:
    """(value, name, None) of each mood, for the survey."""
    return [(mood, str(MOOD_NAMES[mood]), None) for mood in rules.MOODS]


def file_row(region: Region, year: int, one: Shown) -> tuple[str | int, ...]:
    """A line of the file for the general meeting; days are ISO dates of the region, nobody is named."""
    row, first = one.row, one.answers[0].row if one.answers else None
    said = f"かくしました: {row.hidden_why}" if one.stands == "hidden" else row.words
    about = one.proposal.title if one.proposal is not None else ""
    day = clock.local_day(region, row.at).isoformat()
    due = row.due_on.isoformat() if row.due_on is not None else ""
    answered = clock.local_day(region, first.at).isoformat() if first is not None else ""
    by, words = ROLES[first.role] if first is not None else "", " / ".join(said.row.words for said in one.answers)
    whose = (KINDS[row.kind], ADDRESSEES[row.addressee], about, said)
    return str(year), row.id, day, *whose, due, answered, by, words, STANDS[one.stands]
