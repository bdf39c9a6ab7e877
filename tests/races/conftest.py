"""How long races run: a few rounds each time, many before a release (`make soak`)."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def rounds(record_property: Callable[[str, Any], None]) -> int:
    """How often each race is run."""
    number = int(os.environ.get("RACE_ROUNDS", "5"))
    record_property("rounds", number)
    return number


@pytest.fixture
def kills(record_property: Callable[[str, Any], None]) -> int:
    """How many workers are killed."""
    number = int(os.environ.get("RACE_KILLS", "3"))
    record_property("rounds", number)
    return number


@pytest.fixture
def chance(record_property: Callable[[str, Any], None]) -> random.Random:
    """Whatever is left to chance; a failed test prints the seed, and RACE_SEED brings it back."""
    seed = int(os.environ.get("RACE_SEED") or random.randrange(1 << 32))
    print(f"RACE_SEED={seed}")
    record_property("seed", seed)
    return random.Random(seed)
