"""The sample regions with somebody in every role, and rows in every state: the world that pages are tested in.

It is made once per worker; each test that asks for `village` gets a copy, on the app of `app`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import clock as app_clock
from app.cards import service as cards
from app.checkins import feelings
from app.checkins import service as checkins
from app.checkins.by_host import desk
from app.checkins.by_phone import late_desk, rotating
from app.checkins.models import CheckIn, LateArrival
from app.checkins.rules import Party
from app.clock import local_day
from app.codes import signed
from app.credentials import service as credentials
from app.credentials.models import Credential
from app.db import db, transaction, uuid7
from app.demo import service as demo
from app.events.models import Event, EventTemplate
from app.members import service as members
from app.members.models import Membership
from app.members.rules import card_number
from app.regions.models import Region
from app.series import reuse
from app.series import service as series
from app.shops import redemptions
from app.shops.models import Offer, Redemption, Shop
from app.sign_ups import invitations
from app.sign_ups import service as sign_ups
from app.sign_ups.models import SignUp
from tests import factories
from tests.client import Client
from tests.databases import Databases
from tests.house import drawer, village_deciding, village_hours, village_projects, village_records, village_rotas

AT = datetime.fromisoformat("2026-11-28T00:30:00+00:00")  # where tests/conftest.py lets the clock stand
PLAYED = {  # role: the sample person who has it and nothing else that gives rights
    "member": "TSK-0005-9",
    "host": "TSK-0009-2",
    "shop": "TSK-0003-7",
    "steward": "TSK-0002-1",
    "office": "TSK-0007-6",
    "auditor": "TSK-0008-4",
    "officer": "TSK-0006-8",
}
ASKED = {"name_level": "contact", "question_1": "アレルギーは ありますか", "question_2": "写真に うつっても いいですか"}
VISIT = "a-phone-that-was-here-before-0123456789"


@dataclass
class Village:
    """Who is there. `cookies`: persona → {cookie: value}; `guest` is a visitor whose phone has checked in."""

    app: Flask
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)  # single-use links by purpose, codes by what they are
    databases: Databases | None = None

    def enter(self, persona: str, language: str = "ja", **options: Any) -> Client:
        """A browser of this persona."""
        client = self.app.test_client(**options)
        config = self.app.extensions["config"]
        for name, value in {"language": language, **self.cookies[persona]}.items():
            client.set_cookie(config.cookie(name), value, secure=config.https, domain=config.rp_id)
        return client  # type: ignore[return-value]  # of the class that `make_app` set

    def restore(self) -> None:
        """Undo all that was done since the village was made."""
        db.session.remove()
        db.engine.dispose()
        assert self.databases is not None
        self.databases.copy("app", of="village")


@contextmanager
def _standing_clock() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app_clock, "now", lambda: AT)
        yield


@pytest.fixture(scope="session")
def _village(_one_app: Flask, databases: Databases) -> Village:
    """Made once, in the database that `app` will use, so that what derives from the secret stays true."""
    databases.copy("app")
    with _standing_clock(), _one_app.app_context():
        db.engine.dispose()  # `copy` has cut it off
        made = _fill(_one_app)
        db.session.remove()
        db.engine.dispose()
    databases.copy("village", of="app")
    made.databases = databases
    return made


@pytest.fixture
def village(_village: Village, app: Flask) -> Village:
    """The sample regions, somebody in every role, on this test's database."""
    _village.app = app
    _village.restore()
    return _village


# --- filling it ---------------------------------------------------------------------------------------------


def _fill(app: Flask) -> Village:
    village = Village(app, {"visitor": {}, "guest": {"visit": VISIT}})
    with transaction():
        demo.seed(at=AT)
        demo.ensure_todays_events(at=AT)
    region = db.session.scalars(sa.select(Region).where(Region.slug == "tsk")).one()
    played = {role: _numbered(number).member_id for role, number in PLAYED.items()}
    label = "Android · Chrome"
    played |= {"officer_desk": _desk(region), "provisional": _newcomer(region)}
    shop = db.session.scalars(sa.select(Shop).where(Shop.region_id == region.id).order_by(Shop.id)).first()
    with transaction():
        for role, member_id in played.items():
            _, secret = credentials.sign_in(member_id=member_id, way="demo", at=AT, fresh=True, label=label)
            credentials.sign_in(member_id=member_id, way="demo", at=AT - timedelta(days=1))
            village.cookies[role] = {"yui": secret}
        device, secret = credentials.open_till(region_id=region.id, shop_id=shop.id, at=AT, label=label)
        village.cookies["till"] = {"yui": secret}
        _passkeys(played["steward"])
        village.keys = _links(played["member"], shop) | {"till_device": str(device.id)}
    _gatherings(region, _numbered(PLAYED["host"]), village)
    _again(region, village)
    _redemptions(region, _numbered(PLAYED["member"]), village)
    drawer.fill(region, asks=_numbered(PLAYED["office"]), decides=_numbered(PLAYED["steward"]), at=AT)
    _cards(region, village)
    for part in (village_projects, village_hours, village_rotas, village_deciding):
        part.fill(region, village.keys, at=AT)
    village_records.fill(region, village.keys, at=AT)
    return village


def _numbered(number: str) -> Membership:
    return db.session.scalars(sa.select(Membership).where(Membership.number == number)).one()


def _desk(region: Region) -> int:
    """自治体・担当, whom the sample data have not."""
    membership = factories.membership(region, at=AT, kind="municipality", number=None, name="見本 窓口")
    today = local_day(region, AT)
    with transaction():
        members.give_duty(
            membership=membership, role="officer_desk", starts_on=today, ends_on=today + timedelta(days=365)
        )
    return membership.member_id


def _newcomer(region: Region) -> int:
    return factories.membership(region, at=AT, standing="provisional", kind="friend", name="").member_id


def _passkeys(member_id: int) -> None:
    for number in range(2):
        made = {"credential_id": bytes([number] * 16), "public_key": b"k", "sign_count": 0, "device_type": "multi"}
        db.session.add(Credential(member_id=member_id, backed_up=True, label="iPhone · Safari", created_at=AT, **made))


def _links(member_id: int, shop: Shop) -> dict[str, str]:
    member = f"member:{member_id}"
    subjects = {"demo": member, "set_up": member, "till": f"shop:{shop.id}"}
    made = {
        purpose: credentials.make_link(purpose=purpose, subject=subject, at=AT) for purpose, subject in subjects.items()
    }
    return made | {"till_code": credentials.make_link(purpose="till", subject=f"shop:{shop.id}", at=AT, length=8)}


def _gatherings(region: Region, host: Membership, village: Village) -> None:
    """One in each state, all of one host who has no duty."""
    kinds: dict[str, dict[str, Any]] = {
        "open": {"capacity": 30},
        "draft": {"published_at": None, "starts_at": AT + timedelta(days=7)},
        "full": {"capacity": 1, "taken": 1},
        "members": {"audience": "members"},
        "invited": {"audience": "invited"},
        "cancelled": {"cancelled_at": AT, "reason": "大雨のため"},
        "postponed": {"postponed_to": AT + timedelta(days=7), "reason": "強風のため"},
        "over": {"starts_at": AT - timedelta(days=1)},
        "arrival": {"award": "arrival", "capacity": None},
        "screen": {"door": "rotating"},
        "ahead": {"starts_at": AT + timedelta(days=7), "capacity": 3, **ASKED},
        "off": {"starts_at": AT + timedelta(days=8), "cancelled_at": AT, "reason": "大雨のため"},
        "again": {
            "starts_at": AT + timedelta(days=9),
            "postponed_to": AT + timedelta(days=16),
            "reason": "風が強いため",
        },
        "called": {"starts_at": AT + timedelta(days=7), "audience": "invited"},
    }
    made = {name: factories.event(region, host, at=AT, **changes) for name, changes in kinds.items()}
    _arrivals(region, made["open"], village)
    _late(region, made["open"], village)
    _entered(region, made)
    village.keys["screen_code"] = rotating.code(made["screen"], rotating.step_at(AT))
    arrival = _arrive(region, made["arrival"], None)
    village.keys["claim"] = checkins.claim_code(arrival.key)
    village.keys |= {f"event_{name}": str(event.id) for name, event in made.items()}
    _sign_ups(region, made, village)


def _sign_ups(region: Region, made: dict[str, Event], village: Village) -> None:
    """In every state: `member` goes, `steward` moved up, the guest's phone waits; others are invited, or said no."""
    who = {role: _numbered(PLAYED[role]) for role in ("member", "steward", "shop", "office", "auditor")}

    def sign_up(event: Event, role: str, people: int = 1, *, left: bool = False) -> SignUp:
        whose = {"visit": VISIT} if role == "guest" else {"membership": who[role]}
        party = sign_ups.Party(
            people, people // 2, name="さくら", contact="0743-00-0000", answer_1="そば", answer_2="はい"
        )
        where = {"region": region, "event_id": event.id, "at": AT}
        with transaction():
            row = sign_ups.sign_up(**where, key=uuid7(), party=party, by="visitor", **whose)
        if left:
            with transaction():
                sign_ups.leave(**where, **whose)
        return row

    village.keys["sign_up"] = str(sign_up(made["ahead"], "member", 2).id)
    sign_up(made["ahead"], "shop", 1)
    sign_up(made["ahead"], "steward", 1)
    with transaction():
        sign_ups.leave(region=region, event_id=made["ahead"].id, at=AT, membership=who["shop"])
    sign_up(made["ahead"], "guest", 1)
    with transaction():
        members_called = [who["member"], who["auditor"], who["office"]]
        where = {"region": region, "event_id": made["called"].id}
        invitations.invite(**where, members=members_called, by="membership:1", at=AT)
    sign_up(made["called"], "office")
    sign_up(made["called"], "auditor", left=True)
    with transaction():
        for event in (made["off"], made["again"]):
            row = db.session.get_one(SignUp, int(village.keys["sign_up"]))
            facts = {"name": "さくら", "contact": row.contact, "people": 2, "by": "visitor", "at": AT}
            for key, called_at in ((uuid7(), None), (uuid7(), AT)):
                place = {"region_id": region.id, "event_id": event.id, "state": "going", "key": key}
                db.session.add(SignUp(**place, **facts, called_at=called_at))
            db.session.get_one(Event, event.id).booked = 4
        invitations.open_new_day(region=region, event_id=made["again"].id, at=AT)


def _again(region: Region, village: Village) -> None:
    """A series with a day left out, one that has ended, a template, one that was withdrawn."""
    with transaction():
        for name, week in (("open", 4), ("members", 1)):
            event = int(village.keys[f"event_{name}"])
            made = series.begin(region=region, event_id=event, week=week, weekday=5, until=None, key=uuid7(), at=AT)
            village.keys.setdefault("series", str(made.id))
        series.end(region=region, series_id=made.id, at=AT)
        kept = [
            reuse.keep_template(region=region, event_id=int(village.keys[f"event_{name}"]), at=AT)
            for name in ("over", "full")
        ]
        db.session.flush()
        village.keys["template"] = str(kept[0].id)
        withdrawn = db.session.scalars(sa.select(EventTemplate).where(EventTemplate.region_id == region.id)).first()
        reuse.withdraw_template(region=region, template_id=withdrawn.id, at=AT)
    with transaction():
        first, day = int(village.keys["series"]), local_day(region, AT + timedelta(days=119))
        series.leave_out(region=region, series_id=first, day=day, reason="田植えのため", at=AT)


def _late(region: Region, event: Event, village: Village) -> None:
    """Three who were heard of too late: one waits, one was turned away, one is in."""
    reasons = ("delay", "closed", "many")
    told = {"region_id": region.id, "event_id": event.id, "way": "outbox", "said_at": AT, "at": AT, "by": "visitor"}
    with transaction():
        rows = [LateArrival(**told, key=uuid7(), reason=reason, nickname="すみれ") for reason in reasons]
        db.session.add_all(rows)
    decided = {"region": region, "event_id": event.id, "by": "membership:1", "at": AT}
    with transaction():
        late_desk.dismiss(**decided, late_id=rows[1].id)
        late_desk.admit(**decided, late_id=rows[2].id, key=uuid7())
    village.keys["late"] = str(rows[0].id)


def _entered(region: Region, made: dict[str, Event]) -> None:
    """What the host's hand does: a party by paper that has gone home, a party still awaited, somebody afterwards."""
    whom = {"region": region, "by": "membership:1", "at": AT, "way": "paper"}
    party = Party(companions=3, children=2, names="はな")
    with transaction():
        gone = desk.let_in(**whom, event_id=made["open"].id, key=uuid7(), nickname="もも", party=party)
        db.session.get_one(CheckIn, gone.id).left_at = AT
        for number in range(3):
            after = desk.let_in(**whom, event_id=made["over"].id, key=uuid7(), nickname=f"うめ {number}")
            feelings.feel(region=region, check_in_id=after.id, answer=3, words="たのしかった", at=AT)
        place = {"region_id": region.id, "event_id": made["open"].id, "state": "going", "people": 2, "children": 1}
        db.session.add(SignUp(**place, key=uuid7(), by="visitor", at=AT, name="すみれ"))
        db.session.get_one(Event, made["open"].id).booked += 2


def _arrivals(region: Region, event: Event, village: Village) -> None:
    arrivals = {
        "check_in_member": _arrive(region, event, _numbered(PLAYED["member"])),
        "check_in_guest": _arrive(region, event, None),
    }
    _arrive(region, event, _numbered(PLAYED["auditor"]))
    village.keys |= {name: str(row.id) for name, row in arrivals.items()}


def _arrive(region: Region, event: Event, membership: Membership | None) -> CheckIn:
    who = {"by": f"membership:{membership.id}", "membership": membership} if membership else {"by": "visitor"}
    if membership is None:
        who |= {"visit": VISIT, "nickname": "さくら"}
    key = uuid7()
    with transaction():
        checkins.check_in(region=region, event_id=event.id, key=key, way="poster", at=AT, **who)
    return db.session.scalars(sa.select(CheckIn).where(CheckIn.key == key)).one()


def _cards(region: Region, village: Village) -> None:
    """Besides those of the sample people: one that was lost, and one that was made anew."""
    numbers = [card_number(region.code, serial) for serial in (901, 902)]
    kept, lost = (factories.membership(region, at=AT, number=number) for number in numbers)
    with transaction():
        old, gone = (cards.issue(region=region, membership=one, by="membership:1", at=AT) for one in (kept, lost))
        cards.end(region=region, card_id=gone.id, reason="lost", at=AT)
        new = cards.replace(region=region, card_id=old.id, by="membership:1", at=AT)
    village.keys["card_code"] = signed.sign("card", region_id=region.id, body=signed.body(new.id))


def _redemptions(region: Region, membership: Membership, village: Village) -> None:
    """One in each state, of one member; the live one is with the shop whose till is open."""
    cheapest = {offer.shop_id: offer for offer in _offers(region)}
    first, second = list(cheapest.values())[:2]
    with transaction():
        first.limit = second.limit = None  # the same thing many times on one day
    for name, minutes in {"expired": 30, "cancelled": 20, "confirmed": 8, "reversed": 6}.items():
        at = AT - timedelta(minutes=minutes)
        village.keys[f"redemption_{name}"] = str(_redeem(region, first, membership, name, at).id)
    live = _redeem(region, first, membership, "requested", AT)
    village.keys |= {"redemption_requested": str(live.id), "digits": live.digits}
    village.keys |= {"redemption_code": redemptions.presented.code_for(live.key), "offer": str(second.id)}


def _offers(region: Region) -> list[Offer]:
    """The cheapest of each shop, in the order of the shops."""
    query = sa.select(Offer).where(Offer.region_id == region.id).order_by(Offer.shop_id, Offer.price.desc())
    return list(db.session.scalars(query))


def _redeem(region: Region, offer: Offer, membership: Membership, end: str, at: datetime) -> Redemption:
    which = {"region": region, "membership": membership}
    with transaction():
        way = "sticker" if end == "requested" else None
        row = redemptions.request(**which, offer_id=offer.id, key=uuid7(), strong=True, at=at, way=way)
    shop = db.session.get_one(Shop, offer.shop_id)
    with transaction():
        if end in ("confirmed", "reversed"):
            redemptions.confirm(shop=shop, code=row.digits, key=uuid7(), by=f"shop:{shop.id}", at=at)
        if end == "reversed":
            redemptions.reverse(shop=shop, redemption_id=row.id, key=uuid7(), by=f"shop:{shop.id}", at=at)
        if end == "cancelled":
            redemptions.cancel(**which, redemption_id=row.id, at=at)
    return row
