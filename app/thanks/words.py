"""The three sentences that stand ready."""

from __future__ import annotations

from flask_babel import gettext as _

from app.thanks.models import LONGEST


def ready() -> list[str]:
    """In the reader's language, the shortest first."""
    return [
        _("ありがとうございました。"),
        _("いっしょに できて うれしかったです。"),
        _("おかげで 助かりました。"),
    ]


def added(words: str, number: str) -> str:
    """What was typed, with the ready sentence of this number behind it; as it was where there is none or no room."""
    said = ready()
    if number not in {str(index) for index in range(len(said))}:
        return words
    sentence = said[int(number)]
    joined = f"{words} {sentence}".strip() if words else sentence
    return joined if sentence not in words and len(joined) <= LONGEST else words
