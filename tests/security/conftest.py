"""Security tests walk through the village of the house tests."""

from tests.house.village import _village, village

__all__ = ["_village", "village"]
