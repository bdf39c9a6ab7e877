"""The sample data come true: regions, people, shops and gatherings, then all that happened, in the order of time.

Everything goes through the services of the rooms, with `at` in the past: the books say what they would say if it
had happened.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from app import clock
from app.checkins import closing
from app.checkins import service as checkins
from app.db import uuid7
from app.demo.chapters import (
    assemblies,
    cards,
    certificates,
    deciding,
    door,
    hours,
    places,
    project_phases,
    projects,
    records,
    rotas,
    series,
    sign_ups,
    villagers,
)
from app.demo.sample import told
from app.events import service as events
from app.events.models import Event
from app.home.service import give_duties, open_programme
from app.issuing.rules import good_until
from app.ledger import service as ledger
from app.ledger.rules import Line
from app.members import service as members
from app.members.models import Member, Membership
from app.projects.models import Project
from app.regions import service as regions
from app.regions.models import Region
from app.shops import redemptions
from app.shops import service as shops
from app.shops.models import Offer, Shop

Told = dict[str, Any]
Act = tuple[datetime, Callable[[], object]]

PROGRAMME, BUDGET = "みんなの活動", 3000
BEFORE = timedelta(days=10)  # all had joined so long before the first gathering
WORDS = ("title_en", "place_en", "bring", "bring_en")


@dataclass
class Cast:
    """Everybody and everything by the names of the telling; `at` is the seeding, `shift` moves the days."""

    at: datetime
    shift: timedelta
    regions: dict[str, Region] = field(default_factory=dict)  # tsk
    people: dict[str, Member] = field(default_factory=dict)  # TSK-0001-3
    memberships: dict[str, Membership] = field(default_factory=dict)
    shops: dict[str, Shop] = field(default_factory=dict)  # S01
    offers: dict[str, Offer] = field(default_factory=dict)  # G01
    events: dict[str, Event] = field(default_factory=dict)  # E01
    projects: dict[str, Project] = field(default_factory=dict)  # P01
    villagers: dict[str, list[Membership]] = field(default_factory=dict)  # tsk: those who are not told of

    def when(self, region: Region, day: date, hour: time) -> datetime:
        return clock.instant(region, datetime.combine(day + self.shift, hour))

    def ago(self, days: int) -> datetime:
        return self.at - timedelta(days=days)

    def region_of(self, row: Event | Offer | Membership | Project) -> Region:
        return next(region for region in self.regions.values() if region.id == row.region_id)

    @property
    def began(self) -> datetime:
        first = min(event["day"] for event in told("events")["events"]) + self.shift - BEFORE
        return clock.instant(next(iter(self.regions.values())), datetime.combine(first, time(9)))


def tell(*, at: datetime, shift: timedelta) -> Cast:
    """Make all of it. The database must be empty."""
    cast = Cast(at=at, shift=shift)
    for one in told("regions")["regions"]:
        _open_region(cast, one)
    for one in told("shops")["shops"]:
        _open_shop(cast, one)
    for one in told("regions")["regions"]:
        _give_shops(cast, one)
    cards.add(cast)
    places.add(cast)
    for one in told("events")["events"]:
        _plan(cast, one)
    for _, act in sorted(_acts(cast), key=lambda act: act[0]):
        act()
    door.add(cast)
    sign_ups.add(cast)
    series.add(cast)
    projects.add(cast)
    rotas.add(cast)
    project_phases.add(cast)
    hours.add(cast)
    certificates.add(cast)
    records.add(cast)
    villagers.add(cast)
    deciding.add(cast)
    assemblies.add(cast)
    deciding.ask(cast)
    return cast


# --- who and what there is ----------------------------------------------------------------------------------


def _open_region(cast: Cast, one: Told) -> None:
    facts = {name: value for name, value in one.items() if name not in ("today", "members", "voters")}
    region = regions.open_region(**facts, at=cast.at)
    cast.regions[region.slug] = region
    region.created_at = cast.began
    open_programme(region=region, name=PROGRAMME, budget=BUDGET, at=cast.at)
    for person in one["members"]:
        _join(cast, region, person)


def _join(cast: Cast, region: Region, person: Told) -> None:
    number = person["number"]
    known = cast.people.get(person.get("same_as", ""))
    cast.people[number] = known or members.open_member(at=cast.began, language=person.get("language"))
    names = {name: person[name] for name in ("name", "yomi", "kind", "number")}
    membership = members.join(region=region, member=cast.people[number], at=cast.began, **names)
    cast.memberships[number] = membership
    give_duties(region=region, membership=membership, roles=tuple(person.get("duties", ())), at=cast.at)


def _open_shop(cast: Cast, one: Told) -> None:
    region = cast.regions[one["region"]]
    words = {name: one[name] for name in ("name", "name_en", "place", "place_en", "thanks", "thanks_en")}
    shop = shops.open_shop(region_id=region.id, at=cast.began, phone=region.phone, **words)
    cast.shops[one["id"]] = shop
    for goods in one["offers"]:
        facts = {name: value for name, value in goods.items() if name not in ("id", "stock", "limit")}
        for name in ("stock", "limit"):
            facts |= _per_period(name, goods.get(name))
        cast.offers[goods["id"]] = shops.add_offer(shop=shop, at=cast.began, **facts)


def _per_period(name: str, amount: int | list[Any] | None) -> Told:
    """`limit = [2, "month"]`, `stock = 40` or nothing, as the offer's two columns."""
    number, period = amount if isinstance(amount, list) else (amount, "total")
    return {name: number, f"{name}_period": period}


def _give_shops(cast: Cast, one: Told) -> None:
    region = cast.regions[one["slug"]]
    today = clock.local_day(region, cast.at)
    for person in one["members"]:
        for shop in person.get("shops", ()):
            who, shop_id = cast.memberships[person["number"]], cast.shops[shop].id
            members.give_duty(membership=who, role="shop", shop_id=shop_id, starts_on=today)


def _plan(cast: Cast, one: Told) -> None:
    region = cast.regions[one["region"]]
    at, day = cast.began, one["day"] + cast.shift
    event = events.draft(
        region=region,
        host=host(cast, region),
        key=uuid7(),
        title=one["title"],
        place=one["place"],
        field=one["field"],
        at=at,
    )
    events.set_time(region=region, event_id=event.id, day=day, begins=one["begins"], ends=one["ends"], at=at)
    translate(event, one)
    cast.events[one["id"]] = event
    terms = {"audience": one.get("audience", "open"), "capacity": one["capacity"], "coins": one["coins"]}
    if one.get("draft"):
        event.capacity, event.coins = one["capacity"], one["coins"]
    else:
        events.publish(region=region, event_id=event.id, **terms, award="end", at=at)


def translate(event: Event, one: Told) -> None:
    """What the form of three steps does not ask for."""
    for name in WORDS:
        setattr(event, name, one.get(name, ""))


def host(cast: Cast, region: Region) -> Membership:
    """The region's steward, who makes its gatherings."""
    people = next(one["members"] for one in told("regions")["regions"] if one["slug"] == region.slug)
    return cast.memberships[next(one["number"] for one in people if "steward" in one.get("duties", ()))]


# --- what happened ------------------------------------------------------------------------------------------


def _acts(cast: Cast) -> Iterator[Act]:
    for one in told("regions")["regions"]:
        for person in one["members"]:
            if "carried" in person:
                yield cast.began, partial(_carry, cast, cast.regions[one["slug"]], person)
    for one in told("events")["events"]:
        if "came" in one:
            yield from _gathering(cast, cast.regions[one["region"]], cast.events[one["id"]], one)
    for one in told("events")["redemptions"]:
        offer = cast.offers[one["offer"]]
        region = cast.region_of(offer)
        at = cast.when(region, one["day"], one["time"])
        yield at, partial(_redeem, cast, region, offer, cast.memberships[one["member"]], at)


def _carry(cast: Cast, region: Region, person: Told) -> None:
    """Coins from the paper stamp book: what is missing to the balance that the telling promises."""
    today = clock.local_day(region, cast.at)
    earned, spent = _earned(cast, region, person["number"]), _spent(person["number"])
    soon = clock.fiscal_year_end(clock.fiscal_year(region, today))
    later = good_until(region, today)
    amounts = {
        soon: person["carried"]["soon"] + spent - earned[soon],
        later: person["carried"]["later"] - earned[later],
    }
    membership = cast.memberships[person["number"]]
    source_id = ledger.open_account(region_id=region.id, kind="source", owner="stamp_book")
    to_id = ledger.open_account(region_id=region.id, kind="member", owner=f"membership:{membership.id}")
    ledger.post(
        key=ledger.act_key("carried", f"membership:{membership.id}"),
        region_id=region.id,
        kind="carried",
        actor="seed",
        lines=[Line(source_id, to_id, amount, last) for last, amount in amounts.items() if amount > 0],
        at=cast.began,
        on=clock.local_day(region, cast.began),
        reference=f"membership:{membership.id}",
    )


def _earned(cast: Cast, region: Region, number: str) -> Counter[date]:
    """What the gatherings of the telling give this person, by the last day of the coins."""
    days: Counter[date] = Counter()
    for one in told("events")["events"]:
        if number in one.get("came", ()):
            days[good_until(region, one["day"] + cast.shift)] += one["coins"]
    return days


def _spent(number: str) -> int:
    prices = {goods["id"]: goods["price"] for shop in told("shops")["shops"] for goods in shop["offers"]}
    return sum(prices[one["offer"]] for one in told("events")["redemptions"] if one["member"] == number)


def _gathering(cast: Cast, region: Region, event: Event, one: Told) -> Iterator[Act]:
    """Everybody comes in a few minutes, and the host ends it when it is over."""
    arrivals: list[tuple[Membership | None, str]] = [(cast.memberships[number], "") for number in one["came"]]
    arrivals += [(None, nickname) for nickname in one.get("guests", ())]
    for minute, (membership, nickname) in enumerate(arrivals):
        at = event.starts_at - timedelta(minutes=len(arrivals) - minute)
        yield at, partial(_arrive, region, event, membership, nickname, at)
    by, at = f"membership:{event.host_id}", event.ends_at + timedelta(minutes=5)
    yield at, partial(closing.close, region=region, event_id=event.id, by=by, at=at)


def _arrive(region: Region, event: Event, membership: Membership | None, nickname: str, at: datetime) -> None:
    checkins.check_in(
        region=region,
        event_id=event.id,
        key=uuid7(),
        way="poster",
        by=f"membership:{membership.id}" if membership else "visitor",
        at=at,
        membership=membership,
        nickname=nickname,
        visit=None if membership else secrets.token_urlsafe(32),
    )


def _redeem(cast: Cast, region: Region, offer: Offer, membership: Membership, at: datetime) -> None:
    asked = redemptions.request(
        region=region, offer_id=offer.id, membership=membership, key=uuid7(), strong=True, at=at
    )
    shop = next(shop for shop in cast.shops.values() if shop.id == offer.shop_id)
    at += timedelta(seconds=20)
    redemptions.confirm(shop=shop, code=asked.digits, key=uuid7(), by=f"shop:{shop.id}", at=at)
