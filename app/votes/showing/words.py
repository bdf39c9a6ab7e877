"""What came out, in plain sentences: the result, each round, each tie, and what happens next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.votes.ballots.words import yen
from app.votes.choices import BUDGETS, MOTIONS, SCORED
from app.votes.models import Vote
from app.votes.showing.figures import exact
from app.web.filters import isolated

Count = Mapping[str, Any]
Names = Mapping[str, str]
BY = {
    "a tie fails": _l("同じ数なので、とおりません。"),
    "earlier round": _l("前の回の 数で きめました。"),
    "more supporters": _l("えらんだ人の 多いほうに しました。"),
    "lower cost": _l("お金の かからないほうに しました。"),
    "higher sum": _l("点の 多いほうに しました。"),
    "preferred to more of them": _l("ほかより 上の点を つけた人が 多いほうに しました。"),
    "more top scores": _l("いちばん上の点が 多いほうに しました。"),
    "lots by seed": _l("前もって きめた みんなの知る数で くじを引きました。"),
    "lots drawn": _l("ふたりの立会人が くじを引きました。"),
    "lots, no seed was given": _l("くじを引きました。"),
}
GROUPS = {"all": _l("みんな"), "resident": _l("住民"), "friend": _l("地域の外から関わる人")}


def unit(method: str) -> str:
    """票, 点, 勝ち behind a number."""
    if method in SCORED:
        return _("点")
    return _("勝ち") if method == "schulze" else _("票")


def group_name(group: str) -> str:
    """みんな, 住民, 地域の外から関わる人."""
    return str(GROUPS[group])


def verdict(vote: Vote, found: Mapping[str, Any], names: Names) -> str:
    """The result in one sentence."""
    counts = list(found["counts"].values())
    if found["small"]:
        return _("どちらかの グループが 10票に とどかず、成立しませんでした。")
    short = next((one for one in counts if one.get("quorum") and not one["quorum"]["met"]), None)
    if short is not None:
        return _short(short["quorum"])
    if vote.method in MOTIONS:
        return _motion(vote, counts)
    return _chosen(vote, counts[0], names)


def _short(quorum: Mapping[str, Any]) -> str:
    told = {"reached": quorum["reached"], "needed": quorum["needed"]}
    if quorum["kind"] == "objection":
        return _("反対が %(reached)s人 あり、%(needed)s人までを こえたので、とおりませんでした。", **told)
    if quorum["kind"] == "approval":
        return _("賛成した人は %(reached)s人でした。%(needed)s人以上が 必要なので、成立しませんでした。", **told)
    if quorum["kind"] == "attendance":
        return _(
            "出席・書面・委任は あわせて %(reached)s人でした。%(needed)s人以上が 必要なので、成立しませんでした。",
            **told,
        )
    return _("投票した人は %(reached)s人でした。%(needed)s人以上が 必要なので、成立しませんでした。", **told)


def _motion(vote: Vote, counts: Sequence[Count]) -> str:
    passed = all(one["passed"] for one in counts)
    totals = {name: sum(int(one["totals"].get(name, 0)) for one in counts) for name in counts[0]["totals"]}
    if vote.method == "consent":
        return _consent(passed, totals["objection"])
    told = {"yes": totals["yes"], "no": totals["no"]}
    if vote.effect == "ask":
        if told["yes"] == told["no"]:
            return _("賛成と 反対が 同じ %(yes)s票でした。", **told)
        if told["yes"] > told["no"]:
            return _("賛成 %(yes)s票、反対 %(no)s票。賛成が 多くなりました。", **told)
        return _("賛成 %(yes)s票、反対 %(no)s票。反対が 多くなりました。", **told)
    if passed:
        return _("賛成 %(yes)s票、反対 %(no)s票で、とおりました。", **told)
    return _("賛成 %(yes)s票、反対 %(no)s票で、とおりませんでした。", **told)


def _consent(passed: bool, objections: int) -> str:
    if not objections:
        return _("反対が なかったので、きまりました。")
    if passed:
        return ngettext("反対は %(num)s人でした。きまりました。", "反対は %(num)s人でした。きまりました。", objections)
    return ngettext(
        "わけの ある反対が %(num)s人 あったので、きまりませんでした。",
        "わけの ある反対が %(num)s人 あったので、きまりませんでした。",
        objections,
    )


def _chosen(vote: Vote, count: Count, names: Names) -> str:
    won = listed(count["winners"], names)
    if not count["winners"]:
        return _("えらばれたものは ありませんでした。")
    if vote.method in BUDGETS:
        told = {"names": won, "spent": yen(count["spent"])}
        if vote.effect == "ask":
            return _("多くの人が えらんだのは %(names)sで、あわせて %(spent)sです。", **told)
        return _("%(names)sに、あわせて %(spent)sを つかいます。", **told)
    if vote.effect == "ask":
        return _("いちばん多かったのは %(names)sでした。", names=won)
    return _("%(names)sに きまりました。", names=won)


def listed(found: Sequence[str], names: Names) -> str:
    """「A」「B」."""
    return "".join(_("「%(name)s」", name=names.get(one, isolated(one))) for one in found)


def onward(vote: Vote, outcome: str) -> str:
    """What happens next, in one sentence; the first steps and who decides stand under it."""
    if outcome == "asked":
        return _("この結果を もとに、さいごに 決める人が 決めます。")
    if outcome in ("passed", "chosen"):
        if vote.effect == "decide":
            return _("これで きまりです。つぎは、はじめに 書いたとおりに すすめます。")
        return _("この結果を うけて、さいごに 決める人が すすめます。")
    if vote.proposal_id is not None:
        return _("いまの ままです。提案は 話し合いに もどります。")
    return _("いまの ままです。")


def tie(line: Mapping[str, Any], names: Names) -> str:
    """A tie and what decided it, in two sentences."""
    told = {"names": listed(line["between"], names), "round": line["round"]}
    head = _("%(names)sが 同じ数でした（%(round)s回目）。", **told)
    by = str(BY.get(line["by"], line["by"]))
    chosen = listed(line["chosen"], names)
    if line["by"] == "a tie fails":
        return head + by
    if line["step"] == "elimination":
        return head + by + _("はずれたのは %(names)sです。", names=chosen)
    return head + by + _("えらばれたのは %(names)sです。", names=chosen)


# --- rounds -------------------------------------------------------------------------------------------------


def step(line: Mapping[str, Any], names: Names) -> list[str]:
    """What happened in one round, after its numbers."""
    told = [_threshold(line), _elected(line, names), _eliminated(line, names), _bought(line, names)]
    told += [_moved(one, names) for one in line.get("transfers", ())]
    return [one for one in told if one]


def _threshold(line: Mapping[str, Any]) -> str:
    if "quota" in line:
        return _("当選に いるのは %(needed)s票以上です。", needed=exact(line["quota"]))
    if line.get("sign") == ">":
        return _("%(needed)s票より 多いと きまります。", needed=exact(line["needed"]))
    return ""


def _elected(line: Mapping[str, Any], names: Names) -> str:
    if line.get("finalists"):
        return _("%(names)sが のこりました。", names=listed(line["finalists"], names))
    if line.get("elected"):
        return _("%(names)sに きまりました。", names=listed(line["elected"], names))
    if line.get("unbeaten"):
        return _("%(names)sは、のこりの どれにも 負けません。", names=listed(line["unbeaten"], names))
    return ""


def _eliminated(line: Mapping[str, Any], names: Names) -> str:
    if "eliminated" not in line:
        return ""
    return _("いちばん少ない %(names)sを はずしました。", names=listed([line["eliminated"]], names))


def _moved(line: Mapping[str, Any], names: Names) -> str:
    parts = [f"{listed([name], names)} {exact(votes)}" for name, votes in line["to"].items()]
    told = {"name": listed([line["from"]], names), "parts": " · ".join(parts) or _("うつり先は ありません")}
    text = _("%(name)sの票の うつり先：%(parts)s。", **told)
    if line["exhausted"]:
        text += _("つぎの順番が なかった票 %(votes)s。", votes=exact(line["exhausted"]))
    return text


def _bought(line: Mapping[str, Any], names: Names) -> str:
    if "chosen" not in line or "cost" not in line:
        return ""
    told = {"name": listed([line["chosen"]], names), "people": line["supporters"], "cost": yen(line["cost"])}
    if "each" in line:
        each = _("%(yen)s円", yen=exact(line["each"]))
        return _("%(name)s（%(cost)s）に、えらんだ %(people)s人が ひとり %(each)sずつ 出しました。", each=each, **told)
    left = yen(line["left"])
    return _(
        "%(name)s（%(cost)s）を、えらんだ %(people)s人が いたので 入れました。のこりは %(left)sです。",
        left=left,
        **told,
    )
