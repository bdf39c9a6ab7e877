"""What a trial's results are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

RESULT_NAMES = {"continue": _l("つづける"), "change": _l("かえる"), "stop": _l("やめる")}
RESULT_HINTS = {
    "continue": _l("このまま つづけます。"),
    "change": _l("わかったことを もとに、やり方を かえます。"),
    "stop": _l("プロジェクトも おわりに します。"),
}


def trial_result(result: str) -> str:
    """つづける / Go on."""
    return str(RESULT_NAMES[result])


def result_options() -> list[tuple[str, str, str]]:
    """(value, name, what it means) of each result, for the form."""
    return [(value, str(name), str(RESULT_HINTS[value])) for value, name in RESULT_NAMES.items()]
