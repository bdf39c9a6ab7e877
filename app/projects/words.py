"""What the parts of a project are called, and how long ago something was."""

from __future__ import annotations

from datetime import datetime

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app import clock
from app.events.rules import FIVE
from app.events.words import FIELD_NAMES
from app.projects import page, rules
from app.projects.models import Project

KIND_NAMES = {
    "residents": _l("住民のとりくみ"),
    "friends": _l("地域の外の人と いっしょに"),
    "mutual_aid": _l("たすけあい（共助）"),
    "service": _l("つづくサービス"),
}
DECIDES_NAMES = {"talk": _l("話し合い"), "majority": _l("多数決"), "lead": _l("言い出した人")}
STATE_NAMES = {
    "running": _l("うごいています"),
    "trial": _l("ためしています"),
    "dormant": _l("しばらく しずかです"),
    "resting": _l("おやすみ中"),
    "ended": _l("おわりました"),
}
FILTER_NAMES = {"": _l("ぜんぶ"), "wanted": _l("募集中"), "remote": _l("在宅でできる"), "ended": _l("おわった")}
STORY_NAMES = {
    "wish": _l("想い"),
    "proposal": _l("提案"),
    "vote": _l("投票"),
    "project": _l("プロジェクト"),
    "shape": _l("カタチ"),
}
STORY_STATES = {"done": _l("あります"), "now": _l("いま ここ"), "ahead": _l("これから"), "none": _l("ありません")}
WEEK, MONTH, MONTHS_FROM = 7, 30, 60  # days


def kind_name(kind: str) -> str:
    """住民のとりくみ / By residents."""
    return str(KIND_NAMES[kind])


def decides_name(decides: str) -> str:
    """話し合い / Talking it over."""
    return str(DECIDES_NAMES[decides])


def state_name(state: str) -> str:
    """What stands behind いま."""
    return str(STATE_NAMES[state])


def kind_options() -> list[tuple[str, str]]:
    """(value, name) of each kind, for the form."""
    return [(value, str(name)) for value, name in KIND_NAMES.items()]


def decides_options() -> list[tuple[str, str, None]]:
    """(value, name, no hint) of each way to decide, for the form."""
    return [(value, str(name), None) for value, name in DECIDES_NAMES.items()]


def filters() -> list[tuple[str, str]]:
    """(value, name) of the board's filters, in their order."""
    names = FILTER_NAMES | {name: FIELD_NAMES[name] for name in FIVE}
    return [(value, str(names[value])) for value in ("", *rules.FILTERS)]


def story(project: Project) -> list[tuple[rules.Step, str, str]]:
    """The story line with the name of each step, and in words how it stands."""
    steps = rules.story(project, page.told(project))
    return [(step, str(STORY_NAMES[step.name]), str(STORY_STATES[step.state])) for step in steps]


def ago(at: datetime) -> str:
    """きょう, きのう, 3日前, 2週間前, 4か月前 / today, yesterday, 3 days ago …, by the region's calendar."""
    days = (clock.local_day(g.region, clock.now()) - clock.local_day(g.region, at)).days
    if days <= 0:
        return _("きょう")
    if days == 1:
        return _("きのう")
    if days < 2 * WEEK:
        return ngettext("%(num)s日前", "%(num)s日前", days)
    if days < MONTHS_FROM:
        return ngettext("%(num)s週間前", "%(num)s週間前", days // WEEK)
    return ngettext("%(num)sか月前", "%(num)sか月前", days // MONTH)
