"""Numbers and fields in words, in the reader's language."""

from __future__ import annotations

from markupsafe import Markup

from app.events.models import FIELDS
from app.events.rules import FIVE
from app.events.words import field_name
from app.indicators import rules
from app.indicators.models import Indicator
from app.web.filters import in_language


def amount(value: int, indicator: Indicator) -> Markup:
    """1,234.5 t: the number as it is written, with its unit."""
    return Markup("{} {}").format(rules.written(value, indicator.decimals), in_language(indicator, "unit"))


def fields() -> list[tuple[str, str]]:
    """(value, name) of the five fields and the others, for the form."""
    ordered = [*FIVE, *(field for field in FIELDS if field not in FIVE)]
    return [(field, field_name(field)) for field in ordered]
