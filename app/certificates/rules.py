"""Certificates: serials, what is certified and in which words of a text, the chain, who sees one. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from app.codes.rules import PUBLIC, is_code

VISIBILITIES = ("public", "link", "private")
SCOPES = ("year", "project", "days")
VERSION = 1  # of the text
FIRST_LINK = "0" * 64  # what stands before the first certificate of a region
A_DAY = 10  # certificates of one member
MOST_TIMES = 1000  # of one certificate
ROWS = 5  # of the sheet; the rest is one more
WORDS = 12  # of one activity
RECIPE = "hash = SHA-256 over the UTF-8 bytes of: previous hash (64 hex digits), one line feed, text; in hex"
SERIAL = re.compile(r"([A-Z]{2,6})(20[0-9]{2})([0-9]{4,6})")
SPACES = re.compile(r"[\s\-‐‑‒–—―−ー－]+")
TYPED_AMISS = str.maketrans({"O": "0", "I": "1", "L": "1"})


class Time(NamedTuple):
    """Confirmed minutes of one day; `confirmed_by` is a role, never a person."""

    day: date
    minutes: int
    paid: bool
    remote: bool
    confirmed_by: str


class Done(NamedTuple):
    """One entry: `key` says which activity it belongs to, the titles how that is called; `words` are her own."""

    key: str
    title: str
    title_en: str
    field: str
    words: str
    time: Time


class Link(NamedTuple):
    """A certificate as a link of its region's chain."""

    place: int
    text: str
    prev_hash: str
    hash: str


# --- the serial ---------------------------------------------------------------------------------------------


def serial(code: str, year: int, number: int) -> str:
    """TSK-2026-0001: the region, the 年度 in which it was issued, the how manieth of it."""
    return f"{code}-{year}-{number:04d}"


def read_serial(text: str) -> str | None:
    """What somebody typed as a serial, in its one form; None if it has not its shape."""
    plain = SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()
    letters = re.match(r"[A-Z]*", plain)
    head = letters[0] if letters else ""
    for end in range(len(head), 1, -1):  # a nought typed as O belongs to the number
        found = SERIAL.fullmatch(head[:end] + plain[end:].translate(TYPED_AMISS))
        if found:
            return f"{found[1]}-{found[2]}-{found[3]}"
    return None


def address(text: str) -> str:
    """The code in an address, whose letters ignore case; nothing where none can stand."""
    code = text.upper()
    return code if is_code(code) and len(code) == PUBLIC else ""


# --- what is certified --------------------------------------------------------------------------------------


def activities(done: Iterable[Done], *, words: bool) -> list[dict[str, Any]]:
    """By project, gathering or field, the earliest first, each with its times; her own words only if she wants them."""
    ordered = sorted(done, key=lambda one: (one.time.day, one.key))
    found: dict[str, dict[str, Any]] = {}
    for one in ordered:
        group = found.setdefault(one.key, _group(one, words))
        group["times"].append(_told(one.time))
        if words and one.words and one.words not in group["words"] and len(group["words"]) < WORDS:
            group["words"].append(one.words)
    return list(found.values())


def _group(one: Done, words: bool) -> dict[str, Any]:
    named = {"title": one.title, "title_en": one.title_en, "field": one.field}
    return named | ({"words": []} if words else {}) | {"times": []}


def _told(time: Time) -> dict[str, Any]:
    where = "remote" if time.remote else "onsite"
    told = {"day": time.day.isoformat(), "minutes": time.minutes, "paid": time.paid, "place": where}
    return told | {"confirmed_by": time.confirmed_by}


def minutes(done: Iterable[Done]) -> dict[str, int]:
    """Unpaid and paid minutes, apart."""
    sums = {"unpaid": 0, "paid": 0}
    for one in done:
        sums["paid" if one.time.paid else "unpaid"] += one.time.minutes
    return sums


def confirmed_by(confirmed_as: str, kind: str | None) -> str:
    """The role that is certified: a duty, the host, or else a resident or another member of the region."""
    if confirmed_as in ("steward", "office", "host"):
        return confirmed_as
    return "resident" if kind == "resident" else "member"


# --- the chain ----------------------------------------------------------------------------------------------


def chained(prev_hash: str, text: str) -> str:
    """SHA-256 over the hash before and the text, in hex (`RECIPE`)."""
    return hashlib.sha256(f"{prev_hash}\n{text}".encode()).hexdigest()


def is_sound(link: Link) -> bool:
    """Whether its hash is that of its text."""
    return chained(link.prev_hash, link.text) == link.hash


def broken_at(links: Iterable[Link]) -> int | None:
    """The place of the first link that does not hold, of a whole chain in order; None if all do."""
    before = FIRST_LINK
    for place, link in enumerate(links, start=1):
        if link.place != place or link.prev_hash != before or not is_sound(link):
            return place
        before = link.hash
    return None


# --- who sees it --------------------------------------------------------------------------------------------


def may_read(visibility: str, *, is_owner: bool, is_office: bool) -> bool:
    """Whether the page is there for a reader who has its address."""
    return visibility != "private" or is_owner or is_office


def may_check(visibility: str, *, revoked: bool, is_owner: bool, is_office: bool) -> bool:
    """Whether its serial is told of, without name and hours: what was revoked stays so for everybody."""
    return revoked or may_read(visibility, is_owner=is_owner, is_office=is_office)


# --- reading it -----------------------------------------------------------------------------------------------


class Shown(NamedTuple):
    """A line of the page: how often, from which day to which, how long, confirmed as what."""

    titles: dict[str, str]
    first: date
    last: date
    times: int
    unpaid: int
    paid: int
    roles: list[str]
    words: list[str]


def lines(groups: Sequence[dict[str, Any]]) -> list[Shown]:
    """The activities of a text, for reading."""
    return [_line(group) for group in groups]


def _line(group: dict[str, Any]) -> Shown:
    times = group["times"]
    days = [date.fromisoformat(one["day"]) for one in times]
    paid = sum(one["minutes"] for one in times if one["paid"])
    unpaid = sum(one["minutes"] for one in times) - paid
    roles = list(dict.fromkeys(one["confirmed_by"] for one in times))
    titles = {name: group[name] for name in ("title", "title_en", "field")}
    return Shown(titles, min(days), max(days), len(times), unpaid, paid, roles, group.get("words", []))


def on_paper(shown: Sequence[Shown]) -> tuple[list[Shown], list[Shown]]:
    """Those that have a line of the sheet, and those that share one: the longest have their own."""
    if len(shown) <= ROWS:
        return list(shown), []
    longest = sorted(shown, key=lambda one: -(one.unpaid + one.paid))[: ROWS - 1]
    return [one for one in shown if one in longest], [one for one in shown if one not in longest]
