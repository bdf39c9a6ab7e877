"""はい・いいえ, and 反対がなければ決まる."""

from __future__ import annotations

from ..ballots import STANDS, WAYS
from ..quorum import HALF, part
from ..sheet import Sheet


def yes_no(sheet: Sheet) -> None:
    """Passes iff Y > θ·(Y + No), strictly: a tie fails. With an objection quorum, unless too many say no."""
    yes, no = (sheet.groups.get(answer, 0) for answer in (0, 1))
    threshold = part(sheet.rule.get("threshold", HALF), "threshold")
    sheet.yes, sheet.objections = yes, no
    sheet.details["threshold"] = threshold
    sheet.details["tallied"] = {"yes": yes, "no": no, "abstain": sheet.abstain}
    sheet.passed = yes > threshold * (yes + no) or _silence_assents(sheet)
    line = sheet.write(yes=yes, no=no, abstain=sheet.abstain, sign=">", needed=threshold * (yes + no))
    line["passed"] = sheet.passed
    if yes == no and yes:
        sheet.ties.append({"between": list(WAYS), "step": "motion", "round": 1, "by": "a tie fails", "chosen": ["no"]})
    if sheet.passed:
        sheet.winners = [0]


def _silence_assents(sheet: Sheet) -> bool:
    quorum = sheet.rule.get("quorum")
    return isinstance(quorum, dict) and quorum.get("kind") == "objection"


def consent(sheet: Sheet) -> None:
    """Passes iff no objection stands. The word alone is one whose reason is kept elsewhere."""
    found = dict.fromkeys(STANDS, 0)
    reasons: dict[str, int] = {}
    for (stand, reason), count in sheet.groups.items():
        found[stand] += count
        if reason:
            reasons[reason] = reasons.get(reason, 0) + count
    sheet.yes, sheet.objections = found["consent"], found["objection"]
    sheet.passed = not sheet.objections or _silence_assents(sheet)
    sheet.details["tallied"] = found | {"abstain": sheet.abstain}
    sheet.write(**found, abstain=sheet.abstain, reasons=dict(sorted(reasons.items())), passed=sheet.passed)
    if sheet.passed:
        sheet.winners = [0]
