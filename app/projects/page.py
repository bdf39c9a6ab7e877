"""What other rooms, and other parts of this one, show on a project's page: they register what they have to say."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from app.projects.models import Project

Load = Callable[[Project], "Markup | None"]
Tell = Callable[[Project], Mapping[str, str]]
_sections: dict[str, tuple[int, Load]] = {}
_stories: list[Tell] = []


def add_section(name: str, order: int, load: Load) -> None:
    """Show what `load(project)` answers: a rendered fragment that begins with its root element, or nothing.

    Lower orders stand higher; the same name again replaces what it said before. Called from a room's `init`.
    """
    _sections[name] = (order, load)


def sections(project: Project) -> list[Markup]:
    """The fragments of a project's page, in their order."""
    loads = [load for _name, (_order, load) in sorted(_sections.items(), key=lambda one: (one[1][0], one[0]))]
    return [shown for shown in (load(project) for load in loads) if shown]


def add_story(tell: Tell) -> None:
    """Let `tell(project)` say how steps of its story line stand that this room knows nothing of.

    Its answer: step of `rules.STORY` → `done`, `now` or `ahead`. Called from a room's `init`.
    """
    if tell not in _stories:
        _stories.append(tell)


def told(project: Project) -> dict[str, str]:
    """What rooms above know of a project's story line."""
    return {step: state for tell in _stories for step, state in tell(project).items()}
