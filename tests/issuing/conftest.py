"""The same fixtures as the ledger's."""

from tests.ledger.conftest import app, world

__all__ = ["app", "world"]
