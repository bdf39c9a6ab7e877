"""Codes: what a QR carries, how it is drawn, and the addresses `/C/…` and `/n` that they lead to.

Eight characters are public and only identify; twelve are a slip's claim code and sixteen a redemption code, both
derived from the instance's secret and stored hashed; twenty-six and thirty-two carry their own proof (`signed`).
This room knows no other: rooms above say what a purpose opens
(`opens`) and who reads a kind of typed number (`reads`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Flask

if TYPE_CHECKING:
    from app.codes.signed import Signed


def init(app: Flask) -> None:
    from app.codes import service, signed, views

    service.install(app.extensions["config"].key)
    signed.install(app.extensions["config"].key)
    app.register_blueprint(views.blueprint)


def opens(app: Flask, purpose: str, view: Callable[[int], Any]) -> None:
    """A public code of this purpose is answered by `view(subject_id)`."""
    app.extensions.setdefault("code_views", {})[purpose] = view


def reads(app: Flask, length: int, address: Callable[[str], str]) -> None:
    """A secret code of this length, scanned or typed, leads to `address(code)`."""
    app.extensions.setdefault("code_addresses", {})[length] = address


def reads_typed(app: Flask, reader: Callable[[str], str | None]) -> None:
    """Whatever is typed into the box for numbers is shown to `reader`, who answers where it leads, or None."""
    app.extensions.setdefault("typed_readers", []).append(reader)


def opens_signed(app: Flask, kind: str, view: Callable[[Signed, str], Any]) -> None:
    """A code of this kind that carries its own proof is answered by `view(signed, code)`, which asks for the proof."""
    app.extensions.setdefault("signed_views", {})[kind] = view
