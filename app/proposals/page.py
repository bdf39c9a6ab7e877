"""What other rooms, and other parts of this one, show on a proposal's page: they register what they have to say."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from app.proposals import rules
from app.proposals.models import Proposal

__all__ = ["add_deadline", "add_section", "sections", "until"]
ABOVE = 20  # orders
Load = Callable[[Proposal], "Markup | None"]
Until = Callable[[Proposal], "str | None"]
_sections: dict[str, tuple[int, Load]] = {}
_deadlines: list[Until] = []


def add_section(name: str, order: int, load: Load) -> None:
    """Show what `load(proposal)` answers: a rendered fragment that begins with its root element, or nothing.

    Lower orders stand higher; the same name again replaces what it said before. Called from a room's `init`.
    """
    _sections[name] = (order, load)


def sections(proposal: Proposal) -> tuple[list[Markup], list[Markup]]:
    """The fragments of a proposal's page, in their order: those that stand above its texts, and those below.

    From its vote on, what is said in orders below ABOVE (the vote) is what people come for.
    """
    above: list[Markup] = []
    below: list[Markup] = []
    for _name, (order, load) in sorted(_sections.items(), key=lambda one: (one[1][0], one[0])):
        if shown := load(proposal):
            (above if order < ABOVE and proposal.stage in rules.VOTED else below).append(shown)
    return above, below


def add_deadline(tell: Until) -> None:
    """Let `tell(proposal)` say in words until when something is open (しめきり), or nothing. Called from `init`."""
    if tell not in _deadlines:
        _deadlines.append(tell)


def until(proposal: Proposal) -> str | None:
    """The first deadline that a room above knows of."""
    return next((said for said in (tell(proposal) for tell in _deadlines) if said), None)
