"""House tests share one village."""

from tests.house.village import _village, village

__all__ = ["_village", "village"]
