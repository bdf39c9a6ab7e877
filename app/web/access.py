"""Who may do what.

Every view carries one access line directly under its route: `@public` or `@requires(Permission.X)`. The start fails
for a view without one. What a permission means stands in `permissions.toml` alone. Rooms above teach the porch
how to find out who somebody is: `add_role_source`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.exceptions import Unauthorized

from app import clock
from app.errors import Forbidden
from app.web.security import check_field

ROLES = (
    "visitor",
    "provisional",
    "member",
    "host",
    "shop",
    "steward",
    "office",
    "auditor",
    "officer",
    "officer_desk",
    "till",
)
TABLE: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("permissions.toml").read_text())


def _permissions() -> Any:
    """`Permission.EVENT_READ` for `event.read`: a misspelt one stops the start."""
    return StrEnum("Permission", {name.upper().replace(".", "_"): name for name in TABLE})


Permission = _permissions()

FRESH = timedelta(minutes=30)
WANT_NUMBER = {  # what somebody who only came and claimed coins is told the way to
    "event.create": "provisional",
    "project.start": "project_provisional",
    "proposal.write": "proposal_provisional",
    "rota.make": "rota_provisional",
    "hours.confirm": "hours_numberless",
}


@dataclass
class Actor:
    """The person or till behind this request. `name` is what the ledger and lists write: `membership:5`, `till:2`."""

    sign_in: Any = None
    member: Any = None
    membership: Any = None
    roles: set[str] = field(default_factory=lambda: {"visitor"})
    shop_ids: set[int] = field(default_factory=set)  # where the actor is staff
    standings: dict[int, Any] = field(default_factory=dict)  # by region: what was read with the sign-in, for `members`
    is_active = True
    is_anonymous = False

    @property
    def is_authenticated(self) -> bool:
        return self.sign_in is not None

    @property
    def is_till(self) -> bool:
        return "till" in self.roles

    @property
    def name(self) -> str:
        if self.membership is not None:
            return f"membership:{self.membership.id}"
        if self.is_till:
            return f"till:{self.sign_in.id}"
        return f"member:{self.member.id}" if self.member is not None else "visitor"


def actor() -> Actor:
    """The actor of this request; a visitor if nobody is signed in."""
    known: Actor | None = g.get("actor")
    if known is None:
        user = current_user._get_current_object()
        g.actor = known = user if isinstance(user, Actor) else Actor()
        for source in current_app.extensions.get("role_sources", []):
            source(known, request.view_args or {})
    return known


def add_role_source(app: Flask, source: Callable[[Actor, dict[str, Any]], None]) -> None:
    """`source(actor, view_args)` adds the roles it knows of: region, event or shop of the address."""
    app.extensions.setdefault("role_sources", []).append(source)


def may(permission: str, who: Actor | None = None) -> bool:
    """Whether the actor holds one of the roles that `permission` names."""
    return not (who or actor()).roles.isdisjoint(TABLE[permission])


def public(view: Callable[..., Any]) -> Callable[..., Any]:
    """Access line: everybody, signed in or not."""
    view.access = "public"  # type: ignore[attr-defined]  # a mark on a function
    return view


def requires(permission: str, *, fresh: bool = False, field: bool = False) -> Callable[..., Any]:
    """Access line: the permission; `fresh` also a recent passkey; `field` also the form's hidden field."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*args: Any, **values: Any) -> Any:
            if not may(permission):
                return _refuse(permission)
            if fresh and not is_fresh(actor()):
                return redirect(url_for("passkeys.confirm", next=_return_to()), 303)
            if field and request.method not in ("GET", "HEAD"):
                check_field()
            return view(*args, **values)

        guarded.access = str(permission)  # type: ignore[attr-defined]  # a mark on a function
        return guarded

    return decorate


def is_fresh(who: Actor) -> bool:
    """Whether this device showed a passkey in the last 30 minutes (a demo's sign-in always counts)."""
    if who.sign_in is None:
        return False
    fresh_at = who.sign_in.fresh_at
    return is_sample(who.sign_in) or (fresh_at is not None and clock.now() - fresh_at <= FRESH)


def is_sample(sign_in: Any) -> bool:
    """Whether a sample person is signed in by a demo link: it stands in for a passkey, in a demo instance only."""
    return sign_in.way == "demo" and current_app.extensions.get("is_demo", lambda: False)()


def _return_to() -> str:
    return request.full_path.rstrip("?") if request.method == "GET" else (request.form.get("back") or "/")


def _refuse(permission: str) -> Response:
    """Strangers are led to the sign-in; whoever is known is told no, and whoever lacks only a number so."""
    if actor().is_authenticated:
        lacks_number = "provisional" in actor().roles
        raise Forbidden(WANT_NUMBER.get(permission, "not_allowed") if lacks_number else "not_allowed")
    if request.method in ("GET", "HEAD") and not request.headers.get("HX-Request"):
        return redirect(url_for("sign_in.show", next=_return_to()), 303)  # type: ignore[return-value]  # Flask makes it its own
    raise Unauthorized()


def views_without_access(app: Flask) -> Iterable[str]:
    """Endpoints that forgot their access line."""
    return sorted(name for name, view in app.view_functions.items() if not hasattr(view, "access"))
