"""What a vote is at a moment, what a ballot may say, what must stand before it opens: pure.

What a vote may do follows the stage of its region (0 to 4): below 2 it only asks (きく), from 2 on it may choose
(えらぶ), from 3 on it may decide (きめる). Money of a budget vote is granted by choosing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from app import clock
from app.proposals.rules import EFFECTS
from app.tally import Election
from app.tally.quorum import needed as share_of
from app.votes.choices import BUDGETS as BUDGETS
from app.votes.choices import LISTS as LISTS
from app.votes.choices import MOTIONS as MOTIONS
from app.votes.choices import RANKED as RANKED
from app.votes.choices import SCORED as SCORED
from app.votes.choices import canonical as canonical
from app.votes.choices import settings as settings
from app.votes.choices import valid_choice as valid_choice

if TYPE_CHECKING:
    from app.votes.models import Vote, VoteOption

STATES = ("draft", "waiting", "open", "closed", "counting", "revealed")
SEVERAL = ("choose_one", "approval", "schulze", "stv", "score")  # may have more than one seat
HIDDEN_FROM = 10  # on the roll: with fewer, everybody would know who chose what
SHOWN_FROM = 10  # ballots of a group: fewer are never shown apart
WEEKENDS = 2
ASKING_DAYS = 3  # a question without a proposal that only asks
OPTIONS, PROJECTS = 20, 200  # at most
JOB = "job:close"  # who closes a vote when its time is over
THRESHOLDS = ("1/2", "2/3", "3/4")


class Extension(Protocol):
    @property
    def until(self) -> datetime: ...


class Closure(Protocol):
    @property
    def at(self) -> datetime: ...
    @property
    def by(self) -> str: ...


class Place(clock.HasZone, Protocol):
    @property
    def stage(self) -> int: ...
    @property
    def vote_days(self) -> int: ...


@dataclass(frozen=True)
class Roll:
    """How many may vote, by group."""

    residents: int
    friends: int

    @property
    def size(self) -> int:
        return self.residents + self.friends


@dataclass(frozen=True)
class Until:
    """An extension that is due, though nobody has written it down yet."""

    until: datetime


# --- when ----------------------------------------------------------------------------------------------------


def state(vote: Vote, closure: Closure | None, extension: Extension | None, result: object | None, at: datetime) -> str:
    """One of STATES. `closed` is dark until the hour of the opening, `counting` waits for paper or for lots."""
    if vote.opened_at is None:
        return "draft"
    if result is not None:
        return "revealed"
    if closure is None and at < vote.opens_at:
        return "waiting"
    if closure is None and at < ends_at(vote, extension):
        return "open"
    return "closed" if at < reveals_at(vote, extension, closure) else "counting"


def ends_at(vote: Vote, extension: Extension | None) -> datetime:
    """When the doors shut."""
    return extension.until if extension is not None else vote.closes_at


def reveals_at(vote: Vote, extension: Extension | None, closure: Closure | None = None) -> datetime:
    """When the result is opened together; an assembly that closes a vote by hand opens it at once."""
    if closure is not None and closure.by != JOB:
        return closure.at
    return vote.reveals_at + (extension.until - vote.closes_at if extension is not None else timedelta(0))


def extended_until(vote: Vote) -> datetime:
    return vote.closes_at + timedelta(days=vote.extension_days)


def is_extension_due(vote: Vote, roll: int, used: int, at: datetime) -> bool:
    """Whether the one extension is to be taken: the time is over, and so few have voted that it cannot count.

    Only the turnout is asked, which everybody may know, never what was chosen.
    """
    if not vote.extension_days or at < vote.closes_at or vote.quorum not in ("approval", "participation"):
        return False
    return used < quorum_needed(vote, roll)


def quorum_needed(vote: Vote, roll: int) -> int:
    """How many people the quorum asks for: ⌈q·N⌉; of objections, how many are still borne."""
    if vote.quorum == "objection":
        return vote.objections
    return int(share_of(f"{vote.quorum_percent}%", roll)) if vote.quorum != "none" else 0


def next_noon(region: clock.HasZone, at: datetime) -> datetime:
    """Noon of the day after: when a result is opened unless another hour was chosen."""
    day = clock.local(region, at) + timedelta(days=1)
    return clock.instant(region, day.replace(hour=12, minute=0, second=0, microsecond=0, tzinfo=None))


def weekends(region: clock.HasZone, start: datetime, end: datetime) -> int:
    """How many Saturdays are followed by a Sunday within the local days from start to end."""
    first, last = clock.local_day(region, start), clock.local_day(region, end)
    saturday = first + timedelta(days=(5 - first.weekday()) % 7)
    return max(0, (last - timedelta(days=1) - saturday).days // 7 + 1)


# --- who -----------------------------------------------------------------------------------------------------


def parts(electorate: str) -> tuple[str, ...]:
    """The groups that vote; the paper of each is kept apart, because a vote of both shows what each of them said."""
    return {"residents": ("resident",), "friends": ("friend",)}.get(electorate, ("resident", "friend"))


# --- before it opens -----------------------------------------------------------------------------------------


def effects(stage: int) -> list[str]:
    """What a vote may do in a region of this stage."""
    return [effect for least, effect in EFFECTS.items() if stage >= least]


def usual_quorum(stage: int) -> int:
    """Per cent of the roll: 10 up to stage 2, 20 after."""
    return 10 if stage <= 2 else 20


def hindrances(
    vote: Vote, options: Sequence[VoteOption], roll: Roll, region: Place, at: datetime, *, gathered: bool = False
) -> list[str]:
    """The codes of all that is still to be done before the vote can open; `gathered`: it belongs to an assembly."""
    checks = (
        ("vote_decider_missing", not vote.decider.strip()),
        ("vote_first_steps_missing", not vote.first_steps.strip()),
        ("vote_strong_later", vote.secrecy == "strong"),
        ("vote_effect_stage", vote.effect not in effects(region.stage)),
        *_about_options(vote, options),
        *_about_times(vote, region, at, gathered),
        ("vote_attendance_without_assembly", vote.quorum == "attendance" and not gathered),
        ("vote_objection_without_motion", vote.quorum == "objection" and vote.method not in MOTIONS),
        ("vote_roll_empty", roll.size == 0),
        ("vote_roll_small", 0 < roll.size < HIDDEN_FROM and vote.secrecy == "usual"),
        ("vote_double_small", vote.electorate == "double" and min(roll.residents, roll.friends) < HIDDEN_FROM),
        ("vote_double_motion", vote.electorate == "double" and vote.method not in MOTIONS),
    )
    return [code for code, stands in checks if stands]


def _about_options(vote: Vote, options: Sequence[VoteOption]) -> Iterable[tuple[str, bool]]:
    if vote.method in MOTIONS:
        return
    most = PROJECTS if vote.method in BUDGETS else OPTIONS
    yield "vote_options_few", len(options) < 2
    yield "vote_options_many", len(options) > most
    yield "vote_seats_many", vote.seats > 1 and (vote.method not in SEVERAL or vote.seats >= len(options))
    if vote.method in BUDGETS:
        costs = [one.cost_yen for one in options if one.cost_yen is not None]
        yield "vote_costs_missing", len(costs) < len(options)
        yield "vote_budget_small", (vote.budget_yen or 0) < min(costs, default=0)


def _about_times(vote: Vote, region: Place, at: datetime, gathered: bool) -> Iterable[tuple[str, bool]]:
    start = max(vote.opens_at, at)
    yield "vote_times_past", vote.closes_at <= start
    if gathered:
        return
    asks = vote.effect == "ask" and vote.proposal_id is None
    days = ASKING_DAYS if asks else region.vote_days
    yield "vote_too_short", vote.closes_at - start < timedelta(days=days)
    yield "vote_weekends", not asks and weekends(region, start, vote.closes_at) < WEEKENDS


# --- what is counted -----------------------------------------------------------------------------------------


def election(
    vote: Vote,
    options: Sequence[VoteOption],
    ballots: Iterable[tuple[int, Any]],
    *,
    roll: int,
    came: Mapping[str, int] | None = None,
    lots: Any = "wait",
) -> Election:
    """What the count takes: pairs of how many and a choice, of `roll` people who might have voted.

    `came`: who was there (`present`), who wrote (`written`) and for whom somebody stood (`proxy`). `lots`: "wait",
    {"seed": text} or {"order": names}.
    """
    rule = settings(vote) | {"lots": lots}
    if vote.method == "yes_no":
        rule["threshold"] = vote.threshold
    if vote.quorum == "objection":
        rule["quorum"] = {"kind": "objection", "most": vote.objections}
    elif vote.quorum != "none":
        rule["quorum"] = {"kind": vote.quorum, "share": f"{vote.quorum_percent}%", "roll": roll}
        rule["quorum"] |= (came or {}) if vote.quorum == "attendance" else {}
    return Election(
        method=vote.method,
        options=() if vote.method in MOTIONS else [one.name for one in options],
        ballots=[list(pair) for pair in ballots],
        seats=vote.seats,
        rule=rule,
        costs={one.name: one.cost_yen or 0 for one in options} if vote.method in BUDGETS else {},
        budget=vote.budget_yen,
    )


def outcome(vote: Vote, passed: bool | None, *, enough: bool) -> str:
    """What came out, in one word. A question that only asks (きく) has no other answer than its numbers."""
    if not enough:
        return "no_quorum"
    if vote.effect == "ask":
        return "asked"
    if vote.method in MOTIONS:
        return "passed" if passed else "failed"
    return "chosen" if passed else "failed"


def parts_shown(ballots: Mapping[str, int]) -> bool:
    """Whether results may be shown by group: each group that voted has ten ballots, so that no rest tells on few."""
    voted = [count for count in ballots.values() if count]
    return len(voted) > 1 and min(voted) >= SHOWN_FROM
