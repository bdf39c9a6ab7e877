"""Reading the forms of the talk."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from app.proposals.talk import rules
from app.web.forms import Form

WORDS, ANSWER, REASON, VOICE = 600, 1000, 200, 300


def read_saying(data: MultiDict[str, str], addressees: tuple[str, ...]) -> tuple[Form, dict[str, Any]]:
    """What somebody says, of which kind, to whom."""
    form = Form(data)
    return form, {
        "kind": form.choice("kind", rules.KINDS),
        "addressee": form.choice("addressee", addressees),
        "words": form.text("words", most=WORDS, required=True, lines=True),
    }


def read_answer(data: MultiDict[str, str]) -> tuple[Form, str]:
    """The answer's words."""
    form = Form(data)
    return form, form.text("words", most=ANSWER, required=True, lines=True)


def read_reason(data: MultiDict[str, str]) -> tuple[Form, str]:
    """Why something is hidden."""
    form = Form(data)
    return form, form.text("reason", most=REASON, required=True)


def read_voice(data: MultiDict[str, str]) -> tuple[Form, dict[str, str]]:
    """A mood, and words if one likes."""
    form = Form(data)
    return form, {
        "mood": form.choice("mood", rules.MOODS),
        "words": form.text("words", most=VOICE, lines=True),
    }
