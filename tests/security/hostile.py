"""Inputs that nobody means well: values, bodies and the forms they go into."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from app.db import uuid7
from tests.house.crawl import Visit
from tests.house.markup import Element

MARK = "41897569"  # what the template fragments below come to where one is carried out
VALUES = [
    # nothing, much of it, and what looks like nothing
    "", " ", "　", "\u200b\u200b", "\ufeff", "a" * 10_000, "あ" * 5_000, "𠮷" * 400, "1" * 400,
    # letters of all kinds
    "𠮷見本 髙﨑", "👨‍👩‍👧‍👦" * 40, "مرحبا بالعالم", "ﷺ" * 60, "z\u0337\u0321" * 200, "１２３", "ﾊﾝｶｸ",
    "＜ｓｃｒｉｐｔ＞", "\x00", "a\x00b", "\x07\x1b[31m", "a\r\nSet-Cookie: a=b", "a\nb\tc",
    "\u202etxt.exe", "\u2066\u2069\u200f",
    # languages that somebody behind might speak
    "'", '"', "`", "\\", "'; DROP TABLE member;--", "' OR '1'='1", "1 UNION SELECT 1,2,3", "%' --", "%", "_",
    '"><img src=x onerror=alert(1)>', "<script>alert(1)</script>", "</title><script>alert(1)</script>",
    "</textarea><svg onload=alert(1)>", "<b>太い</b>", "&lt;b&gt;", "&#0;", "javascript:alert(1)", "{{1337*31337}}",
    "${1337*31337}", "#{1337*31337}", "{% raw %}", "%(name)s", "%s%n%d", "{0.__class__}", "../../etc/passwd",
    "＝cmd|' /C calc'!A0", "=1+1", "@SUM(1)", "null", "undefined", "true", "[]", "[1,2]", '{"$ne": null}',
    '{"id": ' * 500, '{"id": 1}', '{"id": "AAAA", "response": []}',
    # numbers, days, hours, places
    "-1", "-0", "+5", "0", "00012", "1.5", "2147483648", "9223372036854775808", "-9223372036854775809", "1e309", "NaN",
    "Infinity", "0x10", "１e３", "2026-02-30", "9999-12-31", "0000-00-00", "10000-01-01", "2026-W48-6", "25:61",
    "24:00", "00:00:60", "2026-11-28T00:00:00+09:00", "/", "//elsewhere.example", "TSK-0001-3",
]  # fmt: skip
RAW = ("%ff%fe", "%C0%80", "%ED%A0%80", "%", "%zz", "+" * 50, "%00", "a=b&a=c")  # already encoded, and badly
SENSIBLE = {
    "title": "川の石ひろい",
    "place": "五月川",
    "reason": "大雨のため",
    "nickname": "さくら",
    "name": "見本 さくら",
    "credential": '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}',
    "day": "2026-12-20",
    "begins": "10:00",
    "ends": "12:00",
    "capacity": "20",
}
TYPES = ("application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=x", "image/png", "")


@dataclass
class Form:
    """A form as a page shows it: {name: what it may be}."""

    endpoint: str
    address: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    method: str = "POST"

    @property
    def kind(self) -> tuple[object, ...]:
        """Forms of one kind are asked once."""
        return self.endpoint, self.method, tuple(sorted(self.fields))


def forms_of(visit: Visit, endpoint_of: Any) -> list[Form]:
    """The forms of a page; `endpoint_of(method, address)` names the route, or is None for another site's."""
    found = []
    for element in visit.page.all("form") if visit.page is not None else ():
        method = element.get("method").upper() or "GET"
        address = element.get("action") or visit.address
        endpoint = endpoint_of(method, address)
        if endpoint:
            found.append(Form(endpoint, address, _fields(visit, element), method))
    return found


def _fields(visit: Visit, form: Element) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for one in visit.page.elements:
        if one.tag in ("input", "select", "textarea", "button") and one.get("name") and one.above("form") is form:
            options = [inner.get("value") for inner in visit.page.all("option") if inner.above("select") is one]
            fields.setdefault(one.get("name"), []).extend(options or [one.get("value")])
    return fields


class Maker:
    """Makes inputs for one form, from one seed."""

    def __init__(self, form: Form, proof: str, known: dict[str, str], seed: str) -> None:
        self.form, self.proof, self.known = form, proof, known
        self.random = random.Random(seed)

    def input(self) -> dict[str, Any]:
        """What goes to the client: nearly what the form means, some of it hostile, some of it not a form at all."""
        fields = self._skeleton()
        turn = self.random.random()
        if turn < 0.4:
            self._spoil(fields, [name for name in fields if name not in ("key", "proof")], most=1)
        elif turn < 0.8:
            self._spoil(fields, list(fields), most=len(fields))
        elif turn < 0.9:
            self._misshape(fields)
        else:
            return self._no_form(fields)
        return {"data": fields}

    def _skeleton(self) -> dict[str, Any]:
        made: dict[str, Any] = {name: self._sensible(name, values) for name, values in self.form.fields.items()}
        if "key" in made:
            made["key"] = uuid7()
        return made | {"proof": self.proof}

    def _sensible(self, name: str, values: list[str]) -> str:
        choices = [value for value in values if value] or [self.known.get(name) or SENSIBLE.get(name, "")]
        if name in SENSIBLE and self.random.random() < 0.5:
            return SENSIBLE[name]
        return self.random.choice(choices)

    def _spoil(self, fields: dict[str, Any], names: list[str], *, most: int) -> None:
        for name in self.random.sample(names, self.random.randint(min(1, len(names)), min(most, len(names)))):
            fields[name] = self.random.choice(VALUES)

    def _misshape(self, fields: dict[str, Any]) -> None:
        """Fields that are missing, come twice, are lists, or belong to no form."""
        for name in list(fields):
            turn = self.random.random()
            if turn < 0.2:
                del fields[name]
            elif turn < 0.4:
                fields[name] = [fields[name], self.random.choice(VALUES)]
            elif turn < 0.5:
                fields[f"{name}[]"] = fields.pop(name)
        fields[self.random.choice(["role", "id", "a" * 5_000, "", "[]", "\x00", "__class__"])] = "9"

    def _no_form(self, fields: dict[str, Any]) -> dict[str, Any]:
        """A body that is broken or says it is something else."""
        body = urlencode({name: value for name, value in fields.items() if name != "proof"})
        if self.random.random() < 0.5:
            name = quote(self.random.choice([*fields, "x"]))
            content_type = "application/x-www-form-urlencoded"
            broken = f"proof={quote(self.proof)}&{body}&{name}={self.random.choice(RAW)}"
            return {"data": broken.encode(), "content_type": content_type}
        kind = self.random.choice(TYPES)
        return {"data": body.encode(), "content_type": kind, "headers": {"X-Proof": self.proof}}
