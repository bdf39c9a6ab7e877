"""Open votes with a roll, for what is done by hand; each call is one committed act."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from app.db import transaction, uuid7
from app.home.service import give_duties
from app.members.models import Membership
from app.regions.models import Region
from app.votes import casting, closing, opening, service
from app.votes.by_hand import envelopes, proxies
from app.votes.by_hand.piles import service as piles
from app.votes.models import Vote
from tests import factories

LASTS = timedelta(days=15)
OPTIONS = ("屋根", "ベンチ", "花だん")
KEY = "0123456789abcdef"


def people(region: Region, *, at: datetime, residents: int = 9, friends: int = 3) -> list[Membership]:
    """Members with a number: residents first."""
    kinds = ["resident"] * residents + ["friend"] * friends
    return [factories.membership(region, at=at, kind=kind) for kind in kinds]


def duty(region: Region, membership: Membership, *roles: str, at: datetime) -> Membership:
    with transaction():
        give_duties(region=region, membership=membership, roles=roles, at=at)
    return membership


def vote(region: Region, by: Membership, *, at: datetime, is_open: bool = True, **fields: Any) -> Vote:
    """A vote that only asks, open for fifteen days; options where the method has some."""
    names = fields.pop("options", OPTIONS)
    told = {
        "question": "土曜日も バスを 1便 走らせますか",
        "decider": "市の交通課",
        "first_steps": "事務局が 市に 手紙を 書く",
        "quorum": "none",
        "opens_at": at,
        "closes_at": at + LASTS,
        "reveals_at": at + LASTS + timedelta(hours=1),
    } | fields
    who = {"region": region, "by": by, "roles": {"office"}, "at": at}
    with transaction():
        made = service.draft(**who, key=uuid7(), **told)
        if made.method not in ("yes_no", "consent"):
            cost = {"cost_yen": 40_000} if made.budget_yen else {}
            options = [{"name": name, **cost} for name in names]
            service.set_options(**who, vote_id=made.id, options=options)
    if is_open:
        with transaction():
            opening.open(**who, vote_id=made.id)
    return made


def acts(region: Region, made: Vote, clock: Any) -> SimpleNamespace:
    """The doors of one vote, at the clock's time."""
    where = {"region": region, "vote_id": made.id}

    def phone(who: Membership, choice: Any = "yes", key: str | None = None) -> None:
        with transaction():
            casting.cast(**where, membership=who, choice=choice, key=key or uuid7().replace("-", ""), at=clock.at)

    def envelope(who: Membership) -> bool:
        with transaction():
            return envelopes.take(**where, membership=who, at=clock.at)

    def undo(who: Membership) -> bool:
        with transaction():
            return envelopes.undo(**where, membership_id=who.id, at=clock.at)

    def close() -> None:
        clock.set(made.closes_at)
        with transaction():
            closing.settle(made.id, clock.at)

    def begin(by: Membership, ballots: Any, *, invalid: int = 0, part: str = "resident", key: str | None = None) -> Any:
        told = {"part": part, "name": "", "ballots": ballots, "invalid": invalid, "key": key or uuid7()}
        with transaction():
            return piles.begin(**where, by=by, at=clock.at, **told)

    def second(pile: Any, by: Membership, ballots: Any, *, invalid: int = 0) -> Any:
        told = {"ballots": ballots, "invalid": invalid, "pile_id": pile.id}
        with transaction():
            return piles.second(**where, by=by, at=clock.at, **told)

    def drop(pile: Any) -> None:
        with transaction():
            piles.drop(**where, pile_id=pile.id, at=clock.at)

    def rest(by: Membership, reason: str, part: str = "resident") -> Any:
        with transaction():
            return piles.declare_rest(**where, by=by, key=uuid7(), part=part, reason=reason, at=clock.at)

    def give(giver: Membership, holder: Membership, *, key: str | None = None, **rest: Any) -> Any:
        what = rest or {"vote_id": made.id}
        with transaction():
            told = {"giver_id": giver.id, "holder_id": holder.id, "key": key or uuid7(), "at": clock.at}
            return proxies.give(region=region, **told, **what)

    def cast_for(giver: Membership, holder: Membership, choice: Any = "yes") -> None:
        key = uuid7().replace("-", "")
        with transaction():
            casting.cast_for(**where, giver_id=giver.id, holder=holder, choice=choice, key=key, at=clock.at)

    return SimpleNamespace(**{name: made for name, made in locals().items() if callable(made)})
