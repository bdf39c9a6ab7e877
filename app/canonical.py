"""One content, one text: whatever is hashed, signed or compared is written here. (`tally`, which also runs copied out,
writes its own bundles.)
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any


def text(content: Any, *, default: Callable[[Any], Any] | None = None) -> str:
    """JSON with sorted names, without spaces, its letters as they are; `default` says what JSON cannot.

    >>> text({"b": "月", "a": [1]})
    '{"a":[1],"b":"月"}'
    """
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=default)
