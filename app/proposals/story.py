"""On a project's page: the proposal it came from, or that asks something for it."""

from __future__ import annotations

from flask import g
from markupsafe import Markup

from app.projects.models import Project
from app.proposals import queries
from app.proposals.models import Proposal
from app.web.pages import rendered


def of_project(project: Project) -> dict[str, str]:
    """How the steps 提案 and 投票 of its story line stand."""
    stages = [one.stage for one in _of(project)]
    if not stages:
        return {}
    is_voted = any(stage in ("doing", "reported") for stage in stages)
    vote = "done" if is_voted else "now" if "vote" in stages else "ahead"
    return {"proposal": "done" if is_voted or "vote" in stages else "now", "vote": vote}


def section(project: Project) -> Markup | None:
    """The way back to the proposal."""
    found = _of(project)
    return rendered("proposals/project_section.html", project=project, proposals=found) if found else None


def _of(project: Project) -> list[Proposal]:
    """A page asks twice, once for the line and once for the section."""
    known: dict[int, list[Proposal]] = g.setdefault("proposals_of", {})
    if project.id not in known:
        known[project.id] = queries.of_project(project.id)
    return known[project.id]
