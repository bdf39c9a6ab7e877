"""ふりがな over the kanji of a finished page, for whoever has switched it on.

The readings stand in `readings.txt`. Only text between tags is touched: never an attribute, a title, an option, nor
what people wrote themselves. A word that is not known stays bare: no reading is better than a wrong one.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from flask import Response, g

ASKS = " data-furigana"  # on the root element of a page
LIST = Path(__file__).with_name("readings.txt")
KANJI = "一-龥々〆ヶ"
RUN = re.compile(rf"(?P<number>[0-9０-９][0-9０-９,]*)?(?P<kanji>[{KANJI}]+)(?P<tail>[ぁ-ん]*)")
PIECE = re.compile(r"(<!--.*?-->|<[^>]*>)", re.DOTALL)
NAME = re.compile(r"</?([a-zA-Z0-9]+)")
BARE = frozenset({"title", "option", "textarea", "script", "style", "svg", "ruby", "rt", "rp"})
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
DAYS = {  # of a month; the others are read as numbers
    **dict(enumerate("ついたち ふつか みっか よっか いつか むいか なのか ようか ここのか とおか".split(), 1)),
    14: "じゅうよっか",
    20: "はつか",
    24: "にじゅうよっか",
}
WEEKDAYS = dict(zip("月火水木金土日", "げつ か すい もく きん ど にち".split(), strict=True))
MINUTES_P = "013468"  # after these digits 分 is ぷん


def put(response: Response) -> Response:
    """The page with readings above its kanji, if this reader wants them."""
    if g.get("furigana") and response.mimetype == "text/html" and not response.is_streamed:
        page = response.get_data(as_text=True)
        if "<html" not in page or f"{ASKS}>" in page[:400]:  # a fragment, or a page that has room for it: no print
            response.set_data(annotate(page))
    return response


def annotate(page: str) -> str:
    """A page or a fragment of one; what is no text between tags comes back as it was."""
    parts: list[str] = []
    bare: list[str] = []  # the open elements inside of which nothing is touched
    for piece in PIECE.split(page):
        if piece.startswith("<"):
            _step(piece, bare)
            parts.append(piece)
        else:
            parts.append(piece if bare else read_text(piece))
    return "".join(parts)


def _step(tag: str, bare: list[str]) -> None:
    """Go into or out of an element that stays bare; others of its name inside it are counted too."""
    match = NAME.match(tag)
    if match is None:
        return
    name = match[1].lower()
    if tag.startswith("</"):
        if bare and bare[-1] == name:
            bare.pop()
    elif name not in VOID and not tag.endswith("/>") and (name in BARE or "data-hx-ignore" in tag or name in bare):
        bare.append(name)


def read_text(text: str) -> str:
    """Plain text (escaped as it stands in a page) with ruby over every run of kanji that is known altogether."""
    plain = text.strip()
    if plain in WEEKDAYS:
        return text.replace(plain, _ruby(plain, WEEKDAYS[plain]))
    if plain == "分" or plain[:2].rstrip("がのを ") == "人":  # its number stands before it in an element of its own
        counter = _ruby(plain[0], {"人": "にん", "分": "ふん"}[plain[0]])
        head, _, tail = text.partition(plain[0])
        return head + counter + RUN.sub(lambda run: _run(run, tail), tail)
    return RUN.sub(lambda run: _run(run, text), text)


def _run(run: re.Match[str], text: str) -> str:
    number, kanji, tail = run["number"] or "", run["kanji"], run["tail"]
    before, after = text[: run.start()], text[run.end("kanji") :]
    if before.endswith(("(", "（")) and kanji in WEEKDAYS and after.startswith((")", "）")):
        return number + _ruby(kanji, WEEKDAYS[kanji]) + tail
    head, marked = "", number
    if number:
        head, marked = _counted(number, kanji, dated=before.endswith(("月", "</ruby>")))
    elif before.endswith("か") and before[-2:-1].isdigit() and kanji.startswith("月"):
        head, marked = "月", _ruby("月", "げつ")
    rest = _words(kanji[len(head) :], tail)
    if rest is None:
        return marked + kanji[len(head) :] + tail if head else number + kanji + tail
    return marked + rest


def _counted(number: str, kanji: str, *, dated: bool) -> tuple[str, str]:
    """What of `kanji` counts, and the number with it, marked."""
    digits = re.sub(r"\D", "", number.translate(str.maketrans("０１２３４５６７８９", "0123456789")))
    if kanji[0] == "分" and not kanji.startswith("分の"):
        return "分", number + _ruby("分", "ぷん" if digits[-1] in MINUTES_P else "ふん")
    head = max((one for one in _counters() if kanji.startswith(one)), key=len, default="")
    if head == "人" and digits in ("1", "2"):
        return head, _ruby(number + head, ("ひとり", "ふたり")[int(digits) - 1])
    if head == "日" and dated and int(digits) in DAYS:
        return head, _ruby(number + head, DAYS[int(digits)])
    return head, number + (_ruby(head, _counters()[head]) if head else "")


def _words(kanji: str, tail: str) -> str | None:
    """The run split into known words, the longest first; None if one is not known."""
    if not kanji:
        return tail
    for length in range(len(kanji), 0, -1):
        whole = length == len(kanji)
        found = _fitting(kanji[:length], tail if whole else "")
        if found is not None:
            rest = tail if whole else _words(kanji[length:], tail)
            if rest is not None:
                return _ruby(kanji[:length], found) + rest
    return None


def _fitting(kanji: str, tail: str) -> str | None:
    """The reading of the kanji by the word that has most of `tail` in it."""
    okurigana = max((kana for kana in _readings().get(kanji, {}) if tail.startswith(kana)), key=len, default=None)
    return None if okurigana is None else _readings()[kanji][okurigana]


@cache
def _counters() -> dict[str, str]:
    """What is read otherwise when a number stands before it."""
    return {line[1]: line[2] for line in re.finditer(rf"^～([{KANJI}]+) ([ぁ-ん]+)$", LIST.read_text(), re.MULTILINE)}


@cache
def _readings() -> dict[str, dict[str, str]]:
    """{kanji: {the hiragana after it: the reading of the kanji alone}}."""
    found: dict[str, dict[str, str]] = {}
    for line in LIST.read_text().splitlines():
        if line and line[0] not in "#～":
            word = re.fullmatch(rf"([{KANJI}]+)(?:\+([ぁ-ん]+)|([ぁ-ん]*)) ([ぁ-ん]+)", line)
            if word is None or not word[4].endswith(word[3] or ""):
                raise ValueError(f"readings.txt: {line}")
            found.setdefault(word[1], {})[word[2] or word[3]] = word[4].removesuffix(word[3] or "")
    return found


def _ruby(word: str, reading: str) -> str:
    return f"<ruby>{word}<rp>(</rp><rt>{reading}</rt><rp>)</rp></ruby>"
