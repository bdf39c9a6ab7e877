"""The many people of a region who play no part in the telling: they have no sign-in, and fill the rolls of votes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from app.demo.sample import told
from app.members import service as members
from app.members.models import Membership
from app.members.rules import card_number
from app.regions.models import Region

if TYPE_CHECKING:
    from app.demo.story import Cast

SURNAME, YOMI = "村人", "むらびと"
DIGITS = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九")
SOUNDS = ("", "いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう")
EVERY_FRIEND = 4  # of so many, one lives elsewhere
VOTERS = ("resident", "friend")


def add(cast: Cast) -> None:
    """So many that the people of each region who may vote are as many as the telling says."""
    for one in told("regions")["regions"]:
        region = cast.regions[one["slug"]]
        known = sum(person["kind"] in VOTERS for person in one["members"])
        first = len(one["members"]) + 1
        numbers = range(first, first + one["voters"] - known)
        cast.villagers[region.slug] = [_villager(region, number, cast.began) for number in numbers]


def _villager(region: Region, number: int, at: datetime) -> Membership:
    return members.join(
        region=region,
        member=members.open_member(at=at),
        kind="friend" if number % EVERY_FRIEND == 0 else "resident",
        name=f"{SURNAME} {in_kanji(number)}",
        yomi=f"{YOMI} {in_kana(number)}",
        number=card_number(region.code, number),
        at=at,
    )


def in_kanji(number: int) -> str:
    """123: 百二十三. From 1 to 999."""
    return _spoken(number, DIGITS, "百", "十")


def in_kana(number: int) -> str:
    """123: ひゃくにじゅうさん; read plainly, without the changes of sound."""
    return _spoken(number, SOUNDS, "ひゃく", "じゅう")


def _spoken(number: int, digits: tuple[str, ...], hundred: str, ten: str) -> str:
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    parts = [(digits[hundreds] if hundreds > 1 else "") + hundred] if hundreds else []
    parts += [(digits[tens] if tens > 1 else "") + ten] if tens else []
    return "".join([*parts, digits[ones]])
