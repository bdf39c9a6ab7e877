"""Reads a page as strictly as it is written: every element closed in order, and what a reader needs to know of it."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

VOID = "area base br col embed hr img input link meta source track wbr".split()
FIELDS = ("input", "select", "textarea")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
REGIONS = ("header", "nav", "main", "aside", "footer")
NEED_NO_LABEL = ("hidden", "submit", "button", "image")


@dataclass(eq=False)
class Element:
    """One element: `text` is all the text inside it, `line` where it begins."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None
    line: int
    text: str = ""

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    def above(self, tag: str) -> Element | None:
        """The nearest element of this kind around this one, or itself."""
        one: Element | None = self
        while one is not None and one.tag != tag:
            one = one.parent
        return one

    def inherited(self, name: str) -> str | None:
        one: Element | None = self
        while one is not None:
            if name in one.attributes:
                return one.attributes[name]
            one = one.parent
        return None


@dataclass
class Words:
    """A run of text, or an attribute that is read out, with the language that the page says it is in."""

    text: str
    language: str
    own: bool  # written by a person of the region
    drawn: bool  # part of a picture that is not read out
    bare: bool  # stands where no markup can say which language it is in
    line: int


READ_OUT = ("aria-label", "alt", "placeholder", "title")
BARE = ("title", "option")  # hold no markup; neither does the sentence that is carried over a redirect
SILENT = ("script", "style")


@dataclass(eq=False)
class Page(HTMLParser):
    """A parsed page. `problems` is what is wrong with its nesting."""

    html: str
    elements: list[Element] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[Element] = []
        self.feed(self.html)
        self.close()
        self.problems += [f"<{one.tag}> of line {one.line} is never closed" for one in self._open]

    def all(self, *tags: str) -> list[Element]:
        return [one for one in self.elements if one.tag in tags]

    def first(self, tag: str) -> Element | None:
        return next(iter(self.all(tag)), None)

    # --- what the parser of the standard library calls ---

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        names = [name for name, _ in attrs]
        for twice in {name for name in names if names.count(name) > 1}:
            self.problems.append(f"<{tag}> of line {line} has {twice} twice")
        one = Element(tag, {name: value or "" for name, value in attrs}, self._inside(), line)
        self.elements.append(one)
        for name in READ_OUT:
            if one.get(name):
                self._say(one, one.get(name), bare=True)
        if tag not in VOID:
            self._open.append(one)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1].tag != tag:
            inside = f"inside <{self._open[-1].tag}> of line {self._open[-1].line}" if self._open else "alone"
            self.problems.append(f"</{tag}> in line {self.getpos()[0]} stands {inside}")
            if all(one.tag != tag for one in self._open):
                return
            while self._open[-1].tag != tag:
                self._open.pop()
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for one in self._open:
            one.text += data
        inside = self._inside()
        if data.strip() and inside is not None and inside.tag not in SILENT:
            self._say(inside, data.strip(), bare=inside.tag in BARE or "toast" in (inside.inherited("class") or ""))

    def _inside(self) -> Element | None:
        return self._open[-1] if self._open else None

    def _say(self, one: Element, text: str, *, bare: bool) -> None:
        own = one.inherited("data-hx-ignore") is not None
        drawn = one.above("svg") is not None and one.inherited("aria-hidden") == "true"
        self.words.append(Words(text, one.inherited("lang") or "", own, drawn, bare, one.line))


@lru_cache(maxsize=1000)
def faults(page: Page, *, language: str, whole: bool = True) -> list[str]:
    """What breaks the contract of every page; `whole`: a document, not a fragment."""
    found = [*page.problems, *_ids(page), *_labels(page), *_forms(page), *_pictures(page), *_inline(page)]
    return found + (_document(page, language) if whole else [])


def _document(page: Page, language: str) -> list[str]:
    found = [] if page.html.lstrip().lower().startswith("<!doctype html>") else ["no doctype"]
    root, title, headings = page.first("html"), page.first("title"), page.all("h1")
    if root is None or root.get("lang") != language:
        found.append(f"lang is {root.get('lang') if root else None!r}, not {language!r}")
    if title is None or not title.text.strip():
        found.append("no title")
    if len(headings) != 1 or not headings[0].text.strip():
        found.append(f"{len(headings)} h1: {[one.text.strip() for one in headings]}")
    mains = page.all("main")
    return found if len(mains) == 1 else [*found, f"{len(mains)} main"]


def _ids(page: Page) -> list[str]:
    ids = [one.get("id") for one in page.elements if "id" in one.attributes]
    found = [f"id {name!r} {ids.count(name)} times" for name in sorted(set(ids)) if ids.count(name) > 1]
    for one in page.elements:
        for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
            found += [f"{name}={key!r} leads nowhere" for key in one.get(name).split() if key not in ids]
    return found


def _labels(page: Page) -> list[str]:
    fors = {one.get("for") for one in page.all("label")}
    found = []
    for one in page.all(*FIELDS):
        if one.tag == "input" and one.get("type") in NEED_NO_LABEL:
            continue
        named = one.get("aria-label") or one.get("aria-labelledby") or one.get("id") in fors - {""}
        if not named and one.above("label") is None:
            found.append(f"<{one.tag} name={one.get('name')!r}> of line {one.line} has no label")
    silent = [one for one in page.all("button", "a") if not one.text.strip() and not one.get("aria-label")]
    return found + [f"<{one.tag}> of line {one.line} says nothing" for one in silent]


ONCE = ("key", "proof", "next", "back")


def _forms(page: Page) -> list[str]:
    """What comes twice is refused by whoever reads the form, and a page must not send that by itself."""
    found = []
    for form in page.all("form"):
        names = [one.get("name") for one in page.all("input") if one.above("form") is form]
        found += [
            f"{name} {names.count(name)} times in the form of line {form.line}"
            for name in ONCE
            if names.count(name) > 1
        ]
        if form.get("method").lower() not in ("get", "post"):
            found.append(f"the form of line {form.line} has no method")
        if form.parent is not None and form.parent.above("form") is not None:
            found.append(f"the form of line {form.line} stands in another one")
    return found


def _pictures(page: Page) -> list[str]:
    drawings = [one for one in page.all("svg") if one.parent is None or one.parent.above("svg") is None]
    found = [f"<svg> of line {one.line} without width and height" for one in drawings if not _has_size(one)]
    found += [f"<img> of line {one.line} without width and height" for one in page.all("img") if not _has_size(one)]
    return found + [f"<img> of line {one.line} without alt" for one in page.all("img") if "alt" not in one.attributes]


def _has_size(one: Element) -> bool:
    return all(one.get(name).replace(".", "").removesuffix("mm").isdigit() for name in ("width", "height"))


def _inline(page: Page) -> list[str]:
    found = [f"<style> in line {one.line}" for one in page.all("style")]
    for one in page.elements:
        found += [f"{name}= in line {one.line}" for name in one.attributes if name == "style" or name.startswith("on")]
        if one.tag == "script" and one.get("type") != "application/json" and (one.text.strip() or not one.get("src")):
            found.append(f"inline script in line {one.line}")
        for name in ("href", "src", "action", "formaction"):
            scheme = one.get(name).strip().lower().partition(":")[0]
            if scheme in ("javascript", "vbscript") or (scheme == "data" and one.tag == "a"):
                found.append(f"{name}={one.get(name)[:30]!r} in line {one.line}")
    return found


def links(page: Page) -> list[str]:
    """Own addresses that a tap, the browser or htmx would fetch with GET."""
    found = [one.get("href") for one in page.all("a", "link") if one.get("href")]
    found += [one.get("src") for one in page.all("img", "script", "source") if one.get("src")]
    found += [one.get("action") for one in page.all("form") if one.get("method").lower() in ("", "get")]
    found += [one.get("data-hx-get") for one in page.elements if one.get("data-hx-get")]
    found += [one.get("data-address") for one in page.elements if one.get("data-address")]
    local = [url.partition("#")[0] for url in found if url.startswith("/") and not url.startswith("//")]
    return list(dict.fromkeys(filter(None, local)))


def shapes(page: Page) -> set[str]:
    """How its elements are put together, without words and numbers: pages of the same shapes are valid together.

    Of each element where it stands, what it has and what it holds (two of the same stand for many); and what is
    judged over a whole page: how headings follow one another, and which regions it has.
    """
    paths: dict[Element | None, str] = {None: ""}
    held: dict[Element, list[str]] = {one: [] for one in page.elements}
    for one in page.elements:
        paths[one] = f"{paths[one.parent]}/{one.tag}"
        if one.parent is not None and held[one.parent][-2:] != [one.tag] * 2:
            held[one.parent].append(one.tag)
    found = [f"{paths[one]} {sorted(one.attributes)} {held[one]}" for one in page.elements]
    headings = [one.tag for one in page.all(*HEADINGS)]
    found += [f"{above} {below}" for above, below in itertools.pairwise(["", *headings])]
    found.append(str([(one.tag, sorted(one.attributes)) for one in page.all(*REGIONS)]))
    return {hashlib.sha256(one.encode()).hexdigest()[:20] for one in found}
