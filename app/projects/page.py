"""What other rooms, and other parts of this one, show on a project's page: they register what they have to say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import render_template
from markupsafe import Markup

from app.projects.models import Project

Load = Callable[[Project], "Markup | None"]
_sections: dict[str, tuple[int, Load]] = {}


def add_section(name: str, order: int, load: Load) -> None:
    """Show what `load(project)` answers: a rendered fragment that begins with its root element, or nothing.

    Lower orders stand higher; the same name again replaces what it said before. Called from a room's `init`.
    """
    _sections[name] = (order, load)


def sections(project: Project) -> list[Markup]:
    """The fragments of a project's page, in their order."""
    loads = [load for _name, (_order, load) in sorted(_sections.items(), key=lambda one: (one[1][0], one[0]))]
    return [shown for shown in (load(project) for load in loads) if shown]


def rendered(template: str, **context: Any) -> Markup:
    """A section's own template as it stands on the page."""
    return Markup(render_template(template, **context))  # noqa: S704 - our own template
