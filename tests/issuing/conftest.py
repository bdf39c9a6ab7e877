"""The same fixtures as the ledger's."""

from tests.ledger.conftest import _one_app, world

__all__ = ["_one_app", "world"]
