"""Codes: what a QR carries, how it is drawn, and the addresses `/C/…` and `/n` that they lead to.

Eight characters are public and only identify; twelve are a slip's claim code and sixteen a redemption code, both
derived from the instance's secret and stored hashed. This room knows no other: rooms above say what a purpose opens
(`opens`) and who reads a kind of typed number (`reads`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask


def init(app: Flask) -> None:
    from app.codes import service, views

    service.install(app.extensions["config"].key)
    app.register_blueprint(views.blueprint)


def opens(app: Flask, purpose: str, view: Callable[[int], Any]) -> None:
    """A public code of this purpose is answered by `view(subject_id)`."""
    app.extensions.setdefault("code_views", {})[purpose] = view


def reads(app: Flask, length: int, address: Callable[[str], str]) -> None:
    """A secret code of this length, scanned or typed, leads to `address(code)`."""
    app.extensions.setdefault("code_addresses", {})[length] = address
