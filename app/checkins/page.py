"""What rooms above show on a gathering's page: they register what they have to say."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from app.events.models import Event

Load = Callable[[Event], "Markup | None"]
_sections: dict[str, tuple[int, Load]] = {}


def add_section(name: str, order: int, load: Load) -> None:
    """Show what `load(event)` answers: a rendered fragment that begins with its root element, or nothing.

    Lower orders stand higher; the same name again replaces what it said before. Called from a room's `init`.
    """
    _sections[name] = (order, load)


def sections(event: Event) -> list[Markup]:
    """The fragments of a gathering's page, in their order."""
    loads = [load for _name, (_order, load) in sorted(_sections.items(), key=lambda one: (one[1][0], one[0]))]
    return [shown for shown in (load(event) for load in loads) if shown]
