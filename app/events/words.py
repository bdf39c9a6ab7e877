"""What the kinds of gatherings are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

FIELD_NAMES = {
    "environment": _l("環境"),
    "education": _l("教育"),
    "economy": _l("経済"),
    "energy": _l("エネルギー"),
    "resources": _l("資源循環"),
    "welfare": _l("福祉"),
    "governance": _l("自治"),
    "other": _l("その他"),
}


def field_name(field: str) -> str:
    """環境 / Environment."""
    return str(FIELD_NAMES[field])


def field_options() -> list[tuple[str, str]]:
    """(value, name) of each kind, for the form."""
    return [(value, str(name)) for value, name in FIELD_NAMES.items()]
