"""What a gathering's page says of the general meeting that it is."""

from __future__ import annotations

from markupsafe import Markup

from app.assemblies import queries, rules
from app.assemblies.models import Assembly
from app.db import db
from app.events.models import Event
from app.web.pages import rendered


def shown(event: Event) -> Markup | None:
    """The way to the agenda, for a gathering that is a general meeting."""
    assembly = db.session.get(Assembly, event.id)
    if assembly is None or event.cancelled_at is not None:
        return None
    state = rules.state(assembly.opened_at, assembly.closed_at, assembly.agreed_at)
    rows = len(queries.rows(assembly))
    return rendered("assemblies/_of_event.html", event=event, state=state, matters=rows)
