"""How many phones there are, and what is left to chance."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def phones_and_taps(record_property: Callable[[str, Any], None]) -> tuple[int, int]:
    """How many phones, and how often each was tapped without signal: a few each time, many before a release."""
    phones, taps = int(os.environ.get("OUTBOX_PHONES", "5")), int(os.environ.get("OUTBOX_TAPS", "20"))
    record_property("rounds", phones * taps)
    return phones, taps


@pytest.fixture
def chance(record_property: Callable[[str, Any], None]) -> random.Random:
    """Whatever is left to chance; a failed test prints the seed, and RACE_SEED brings it back."""
    seed = int(os.environ.get("RACE_SEED") or random.randrange(1 << 32))
    print(f"RACE_SEED={seed}")
    record_property("seed", seed)
    return random.Random(seed)
