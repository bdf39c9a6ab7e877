"""Every address of the village that can be asked for with GET, worked out from the app's own list of routes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from werkzeug.routing import Rule

from app.assemblies.models import AgendaItem
from app.cards.models import Card
from app.certificates.models import Certificate
from app.checkins.models import CheckIn, EventClosure, LateArrival
from app.credentials.models import Credential, SignIn
from app.db import db
from app.events.models import Event, EventSeries, EventTemplate
from app.events.rules import state
from app.hours.models import HoursEntry
from app.indicators.models import Indicator, IndicatorValue
from app.issuing.models import Programme
from app.members.models import Duty, Membership
from app.office.models import Change
from app.places.models import Place
from app.polls.models import Poll
from app.projects.models import BudgetRequest, JoinRequest, LogEntry, Project, Task
from app.projects.money.models import Expense
from app.proposals.models import Opinion, Proposal
from app.regions.models import Region
from app.rotas.models import Rota, Slot, Turn
from app.shops.models import Offer, Redemption, Shop
from app.sign_ups.models import SignUp
from app.thanks.models import Thanks
from app.votes.by_hand.models import PaperCount, Proxy
from app.votes.models import RollLine, UsedLine, Vote
from tests.house.village import AT, Village

OWN = {  # parameter: the table whose rows of the region it means
    "check_in_id": CheckIn,
    "late_id": LateArrival,
    "series_id": EventSeries,
    "template_id": EventTemplate,
    "card_id": Card,
    "sign_up_id": SignUp,
    "shop_id": Shop,
    "offer_id": Offer,
    "redemption_id": Redemption,
    "till_id": SignIn,
    "membership_id": Membership,
    "place_id": Place,
    "change_id": Change,
    "duty_id": Duty,
    "programme_id": Programme,
    "project_id": Project,
    "task_id": Task,
    "request_id": JoinRequest,
    "budget_id": BudgetRequest,
    "log_id": LogEntry,
    "opinion_id": Opinion,
    "entry_id": HoursEntry,
    "indicator_id": Indicator,
    "value_id": IndicatorValue,
    "rota_id": Rota,
    "slot_id": Slot,
    "turn_id": Turn,
    "thanks_id": Thanks,
    "proposal_id": Proposal,
    "vote_id": Vote,
    "pile_id": PaperCount,
    "proxy_id": Proxy,
    "item_id": AgendaItem,
    "poll_id": Poll,
    "expense_id": Expense,
}
OWN_TEXT = {"certificate": Certificate.code, "serial": Certificate.serial}  # the same, known by no number
TOLD = Membership.name.not_like("村人%")  # the two hundred who play no part have pages like everybody's
TEXTS: dict[str, Any] = {
    "step": "layers",
    "kind": "quick",
    "number": 1,
    "year": 2026,
    "month": "2026-12",
    "digest": "0" * 16,
}  # parameters that are no row
ANYWHERE = {("passkeys.remove", "id"): Credential, ("passkeys.end_device", "id"): SignIn}
KEYS = {"links.show_set_up": "set_up", "links.show_demo": "demo", "till.show_link": "till"}
KEYS |= {"links.set_up": "set_up", "links.demo": "demo", "till.open_by_link": "till"}
NO_PAGE = ("assets.built", "photos.show")  # looked at by following links


def rules(app: Any, method: str) -> list[Rule]:
    """The routes that answer this method, one for each address pattern."""
    found = [rule for rule in app.url_map.iter_rules() if method in rule.methods]
    return sorted(found, key=lambda rule: (rule.rule, rule.endpoint))


def unsafe(app: Any) -> list[tuple[str, Rule]]:
    """(method, route) of everything that may change something."""
    return [(method, rule) for method in ("POST", "PUT", "PATCH", "DELETE") for rule in rules(app, method)]


def of_region(village: Village, slug: str, method: str = "GET") -> list[str]:
    """All addresses of one region, and those without a region."""
    region = db.session.scalars(sa.select(Region).where(Region.slug == slug)).one()
    found = [addresses(village, rule, region) for rule in rules(village.app, method) if rule.endpoint not in NO_PAGE]
    return list(dict.fromkeys(itertools.chain.from_iterable(found)))


def addresses(village: Village, rule: Rule, region: Region) -> Iterator[str]:
    """Every way to fill a route in with what the region has."""
    choices = [[(name, value) for value in values(village, rule, name, region)] for name in sorted(rule.arguments)]
    found = [dict(chosen) for chosen in itertools.product(*choices)]
    kind = next((kind for pair, kind in PAIRS.items() if set(pair) <= rule.arguments), None)
    for chosen in found if kind is None else _one_of_each(kind, found):
        yield build(village, rule, chosen)


def _one_of_each(kind: Kind, found: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Of all pairs of two rows, those that look different."""
    kinds: dict[object, dict[str, Any]] = {}
    for chosen in found:
        kinds.setdefault(kind(chosen), chosen)
    return kinds.values()


def _arrival(chosen: dict[str, Any]) -> object:
    """Each kind of arrival at each gathering, and one that is elsewhere."""
    row, door = db.session.get_one(CheckIn, chosen["check_in_id"]), chosen["event_id"]
    state = (door, row.way, row.membership_id, row.promised > 0, row.undone_at is None, row.left_at is None)
    return state if row.event_id == door else "elsewhere"


def _voter(chosen: dict[str, Any]) -> object:
    """At each vote one who may not, one who may, and one of each way to have voted; and everybody with a proxy."""
    vote_id, person = chosen["vote_id"], chosen.get("membership_id") or chosen["giver_id"]
    line = db.session.get(UsedLine, (vote_id, person))
    proxy = db.session.scalar(sa.select(Proxy.id).where(Proxy.giver_id == person))
    return vote_id, db.session.get(RollLine, (vote_id, person)) is None, line and line.way, proxy


def _turn(chosen: dict[str, Any]) -> object:
    """Each turn of its rota, and one that is elsewhere."""
    slot = db.session.get_one(Slot, db.session.get_one(Turn, chosen["turn_id"]).slot_id)
    return chosen["turn_id"] if slot.rota_id == chosen["rota_id"] else "elsewhere"


def _pile(chosen: dict[str, Any]) -> object:
    """Each pile of its vote, and one that is elsewhere."""
    pile = db.session.get_one(PaperCount, chosen["pile_id"])
    return pile.id if pile.vote_id == chosen["vote_id"] else "elsewhere"


Kind = Callable[[dict[str, Any]], object]
PAIRS: dict[tuple[str, str], Kind] = {
    ("event_id", "check_in_id"): _arrival,
    ("vote_id", "membership_id"): _voter,
    ("vote_id", "giver_id"): _voter,
    ("rota_id", "turn_id"): _turn,
    ("vote_id", "pile_id"): _pile,
}


def build(village: Village, rule: Rule, chosen: dict[str, Any]) -> str:
    adapter = village.app.url_map.bind("localhost")
    built = adapter.build(rule.endpoint, chosen, append_unknown=False)
    return str(built).replace("/C/", "/c/") if rule.rule.startswith("/c/") else str(built)


def values(village: Village, rule: Rule, name: str, region: Region) -> list[Any]:
    """What a route's parameter may be. A new kind of parameter is made known here."""
    if name == "tsk":
        return [region.slug]
    if name == "key":
        return [village.keys[KEYS[rule.endpoint]]]
    if name == "code":
        return _codes(village, rule, region)
    if (rule.endpoint, name) in ANYWHERE:
        return list(db.session.scalars(sa.select(ANYWHERE[rule.endpoint, name].id)))
    if name in TEXTS:
        return [TEXTS[name]]
    if name in OWN_TEXT:
        return list(db.session.scalars(sa.select(OWN_TEXT[name]).where(Certificate.region_id == region.id)))
    if name == "event_id":
        return _gatherings(village, region)
    if name in ("membership_id", "giver_id"):
        return list(db.session.scalars(sa.select(Membership.id).where(Membership.region_id == region.id, TOLD)))
    if name not in OWN:
        raise LookupError(f"tests/house/addresses.py does not know what <{name}> of {rule.rule} means")
    return list(db.session.scalars(sa.select(OWN[name].id).where(OWN[name].region_id == region.id)))


def _gatherings(village: Village, region: Region) -> list[int]:
    """All that were made for the tests, and of the sample data one for each face."""
    ours = {int(key) for name, key in village.keys.items() if name.startswith("event_")}
    closed = set(db.session.scalars(sa.select(EventClosure.event_id)))
    faces: dict[object, int] = {}
    for event in db.session.scalars(sa.select(Event).where(Event.region_id == region.id).order_by(Event.id)):
        face = event.id if event.id in ours else (state(event, AT), event.id in closed, event.award)
        faces.setdefault(face, event.id)
    return sorted(faces.values())


def _codes(village: Village, rule: Rule, region: Region) -> list[str]:
    if rule.endpoint == "claims.show_slip":
        return [village.keys["claim"]]
    shown = sa.select(Event.code).where(Event.id.in_(_gatherings(village, region)))
    public = [*db.session.scalars(shown), *db.session.scalars(sa.select(Shop.code).where(Shop.region_id == region.id))]
    public += db.session.scalars(sa.select(Certificate.code).where(Certificate.region_id == region.id))
    public += db.session.scalars(sa.select(Place.code).where(Place.region_id == region.id))
    return [*public, village.keys["claim"], village.keys["redemption_code"], village.keys["card_code"]]
