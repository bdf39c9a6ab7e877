"""Nothing of another region is reached by its number, by its people or by anybody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from app.credentials import service as credentials
from app.credentials.models import Credential, SignIn
from app.db import db, transaction
from app.events.models import Event
from app.members.models import Membership
from app.regions.models import Region
from tests.house.addresses import ANYWHERE, TEXTS, build, rules, unsafe, values
from tests.house.asking import Asker, fill
from tests.house.village import AT
from tests.security.digest import changed, digest

THEIRS = {"steward": "OWS-0001-3", "member": "OWS-0002-1", "shop": "OWS-0001-3"}
NOBODYS = 987_654
OPEN_TO_ALL = ("checkins.check_in", "sign_ups.sign_up", "sign_ups.leave", "places.visit")  # visitors are welcome
OWN_PAGES = ("checkins.companions", "sign_ups.own")  # there for whoever is checked in
GONE = ("thanks.take_back",)  # what is taken back leaves no row: a second tap is told the same as the first


@pytest.fixture
def strangers(village) -> dict[str, Asker]:
    """People of another region (its steward is a host and keeps a shop too), signed in."""
    with transaction():
        for role, number in THEIRS.items():
            found = db.session.scalars(sa.select(Membership).where(Membership.number == number)).one()
            _, secret = credentials.sign_in(member_id=found.member_id, way="demo", at=AT, fresh=True)
            village.cookies[f"ows_{role}"] = {"yui": secret}
    askers = {role: Asker(village, f"ows_{role}") for role in THEIRS}
    for role in THEIRS:
        del village.cookies[f"ows_{role}"]
    return askers


def numbered(app) -> Iterator[tuple[str, object]]:
    """(method, route) of all that name a row inside a region."""
    routes = [("GET", rule) for rule in rules(app, "GET")] + unsafe(app)
    return ((method, rule) for method, rule in routes if "tsk" in rule.arguments and rule.arguments - {"tsk", *TEXTS})


def test_a_regions_address_with_another_regions_numbers_leads_nowhere(village, strangers):
    """As if there were no such row: the same answer as for a number that nobody has, and nothing is written."""
    tsk = db.session.scalars(sa.select(Region).where(Region.slug == "tsk")).one()
    before, wrong = digest(), []
    for method, rule in numbered(village.app):
        ids = {name: values(village, rule, name, tsk)[0] for name in rule.arguments if name != "tsk"}
        theirs = build(village, rule, ids | {"tsk": "ows"})
        nobodys = build(village, rule, {name: ids[name] if name in TEXTS else NOBODYS for name in ids} | {"tsk": "ows"})
        for role, asker in strangers.items():
            given, control = (asker.send(method, address).status_code for address in (theirs, nobodys))
            if given != control or given not in ((303,) if rule.endpoint in GONE else (403, 404)):
                wrong.append(f"{role} {method} {theirs}: {given}, nobody's number: {control}")
    assert not wrong, "\n".join(wrong)
    assert not changed(before)


def test_whoever_has_the_right_at_home_is_told_404(village, strangers):
    """The steward may do it with a gathering of their own, so the number is what stops them."""
    own = db.session.scalars(sa.select(Event.id).join(Region).where(Region.slug == "ows")).first()
    for method, rule in numbered(village.app):
        if rule.arguments != {"tsk", "event_id"} or rule.endpoint.startswith(("drafts.", "assemblies.")):
            continue
        address = build(village, rule, {"tsk": "ows", "event_id": village.keys["event_open"]})
        assert strangers["steward"].send(method, address).status_code == 404, rule.rule
        if method == "GET":
            if rule.endpoint in OWN_PAGES:
                continue
            at_home = strangers["steward"].send(method, build(village, rule, {"tsk": "ows", "event_id": own}))
            assert at_home.status_code == 200, rule.rule


def test_duties_end_at_the_regions_border(village, strangers):
    """In another region its people are let in where everybody is, and nowhere else."""
    visitor, wrong = Asker(village, "visitor"), []
    for method, rule in numbered(village.app):
        if method != "GET":
            continue
        address = fill(village, rule)
        answer = visitor.send(method, address)
        asked_in = answer.headers.get("Location", "").startswith("/sign-in")
        public = 403 if asked_in or answer.status_code not in (200, 303, 404) else answer.status_code
        for role, asker in strangers.items():
            given = asker.send(method, address).status_code
            if given != public:
                wrong.append(f"{role} {address}: {given}, a visitor: {public}")
    assert not wrong, "\n".join(wrong)


def test_forms_of_another_region_are_refused_too(village, strangers):
    before, wrong = digest(), []
    for method, rule in numbered(village.app):
        if method == "GET" or rule.endpoint in OPEN_TO_ALL:
            continue
        for role, asker in strangers.items():
            given = asker.send(method, fill(village, rule)).status_code
            if given not in (403, 404):
                wrong.append(f"{role} {method} {rule.rule}: {given}")
    assert not wrong, "\n".join(wrong)
    assert not changed(before)


@pytest.mark.parametrize(("endpoint", "name"), ANYWHERE)
def test_nobody_touches_another_persons_passkeys_and_devices(village, endpoint, name):
    table = ANYWHERE[endpoint, name]
    assert table in (Credential, SignIn)
    rule = next(rule for _, rule in unsafe(village.app) if rule.endpoint == endpoint)
    steward, before = Asker(village, "steward"), digest()
    mine = db.session.scalars(sa.select(Credential.member_id)).first()
    for row in db.session.scalars(sa.select(table).where(sa.or_(table.member_id != mine, table.member_id.is_(None)))):
        answer = steward.send("POST", build(village, rule, {name: row.id}))
        assert answer.status_code == 404
    assert not changed(before)


def test_a_till_takes_back_only_what_went_over_its_own_counter(village):
    """Its redemptions name no region in the address: the till's sign-in decides."""
    till, before = Asker(village, "till"), digest()
    keys = [key for name, key in village.keys.items() if name.startswith("redemption_") and key.isdigit()]
    for redemption_id in {*range(1, 12), NOBODYS} - {int(key) for key in keys}:
        answer = till.send("POST", f"/till/redemptions/{redemption_id}/reversal")
        assert answer.status_code in (404, 409, 422), redemption_id
    assert not changed(before)


def test_a_check_in_of_another_gathering_is_not_undone_here(village):
    host = Asker(village, "host")
    elsewhere = f"/tsk/events/{village.keys['event_full']}/check-ins/{village.keys['check_in_member']}/undo"
    assert host.send("POST", elsewhere).status_code == 404
