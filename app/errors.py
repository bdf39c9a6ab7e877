"""The four ways in which Yui says no. A code names the sentence that a person reads (`app/web/sentences.py`)."""

from __future__ import annotations

from typing import Any, ClassVar


class DomainError(Exception):
    """Something that a rule forbids: `code` names the sentence, `params` fill its gaps."""

    status: ClassVar[int] = 422

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class Refused(DomainError):
    """The rule says no; the person can do something about it."""

    status = 422


class Conflict(DomainError):
    """Somebody, perhaps the same person a second ago, was first."""

    status = 409


class Missing(DomainError):
    """Not there, or not yours: the two are never told apart."""

    status = 404


class Forbidden(DomainError):
    """Known, but not allowed."""

    status = 403
