"""What is typed of one pile: sums of each line, or ballot by ballot."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app import canonical
from app.votes import queries as votes
from app.votes.by_hand import rules, words
from app.votes.by_hand.piles import service, typed
from app.votes.choices import valid_choice
from app.votes.models import Vote, VoteOption
from app.web.forms import Form, normalise
from app.web.sentences import sentence

LINE = 800  # letters: of a ballot on which all 200 projects are marked


@dataclass
class Line:
    """One field of a pile: `value` as typed, `said` what it means, `error` what to do about it."""

    field: str
    text: str
    value: str = ""
    said: str = ""
    error: str | None = None
    differs: bool = False


class Typing:
    """One form of a pile: sums of each line, or ballot by ballot, and how many are invalid."""

    def __init__(self, vote: Vote, form: Form | None = None) -> None:
        self.vote, self.options = vote, votes.options(vote)
        self.by_sums = words.is_counted(vote)
        self.lines = self._empty()
        self.ballots: list[tuple[int, Any]] = []
        self.lacks = False  # the other person has a ballot that is typed nowhere here
        self.invalid, self.invalid_line = 0, Line("invalid", _("無効（読めない・決まりと ちがう）"))
        if form is not None:
            for line in self.lines:
                self._read(form, line)
            self.invalid = self._number(form, self.invalid_line)

    @property
    def ok(self) -> bool:
        return not any(line.error for line in (*self.lines, self.invalid_line))

    def mark(self, differs: Set[str]) -> None:
        """Point at the lines of which the other person has typed another number."""
        self.invalid_line.differs = service.INVALID in differs
        known = {canonical.text(choice) for _count, choice in self.ballots}
        self.lacks = bool(differs - known - {service.INVALID})
        kept = [line for line in self.lines if self.by_sums or line.value]
        for line, (_count, choice) in zip(kept, self.ballots, strict=True):
            line.differs = canonical.text(choice) in differs

    def _empty(self) -> list[Line]:
        if self.by_sums:
            known = words.counted_lines(self.vote, self.options)
            return [Line(f"n_{at}", text) for at, (_value, text) in enumerate(known, 1)]
        return [Line(f"b_{at}", str(at)) for at in range(1, rules.TYPED + 1)]

    def _read(self, form: Form, line: Line) -> None:
        if self.by_sums:
            value = words.counted_lines(self.vote, self.options)[int(line.field[2:]) - 1][0]
            self.ballots.append((self._number(form, line), value))
            return
        line.value = normalise(form.raw(line.field))[:LINE]
        if line.value:
            choice = read_ballot(self.vote, self.options, line)
            self.ballots.append((1, choice))

    def _number(self, form: Form, line: Line) -> int:
        line.value = form.raw(line.field)[:9]
        number = form.integer(line.field, least=0, most=rules.LARGEST, required=False) or 0
        line.error = form.sentences.get(line.field)
        return number


def read_ballot(vote: Vote, options: Sequence[VoteOption], line: Line) -> Any:
    """The choice that a typed line means; `line` gets its words, or a complaint if it means none."""
    if not line.value:
        return None
    try:
        choice = typed.read(vote.method, [one.name for one in options], line.value)
    except typed.Unread as unread:
        line.error = sentence(str(unread), count=len(options))
        return None
    code = valid_choice(vote, options, choice)
    line.error = sentence(code) if code else None
    line.said = words.said(vote, options, choice)
    return choice
