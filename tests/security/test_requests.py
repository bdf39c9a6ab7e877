"""Requests that lie about where they come from, or hold more than a form asked for."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.config import BadConfig
from app.credentials.models import SignIn
from app.db import db, uuid7
from app.events.models import Event
from app.ledger.models import Holding
from app.members.models import Duty, Membership
from app.web.limits.models import Throttle
from tests.house.addresses import unsafe
from tests.house.asking import Asker, fill, put_back
from tests.security.digest import changed, digest

pytestmark = pytest.mark.once

WRONG_HOSTS = (
    "elsewhere.example",
    "localhost.elsewhere.example",
    "elsewhere.example:80",
    "localhost@elsewhere.example",
    "localhost elsewhere.example",
    "localhost,elsewhere.example",
    "localhost/elsewhere",
    "127.0.0.1",
    "[::1]",
    "xn--lcalhost-54a",
    "",
)


@pytest.mark.parametrize("host", WRONG_HOSTS)
@pytest.mark.parametrize("address", ["/", "/tsk/events", "/sign-in", "/till", "/nothing"])
def test_another_host_is_answered_by_one_sentence(village, host, address):
    answer = village.enter("visitor").get(address, headers={"Host": host})
    assert answer.status_code == 400
    assert "<" not in answer.text and "Traceback" not in answer.text


def test_addresses_are_built_from_the_configured_origin(village):
    """Not from what a proxy, or whoever plays one, says about the host."""
    said = {"X-Forwarded-Host": "elsewhere.example", "X-Forwarded-Proto": "https", "X-Original-Host": "e.example"}
    said |= {"Forwarded": "host=elsewhere.example;proto=https", "X-Forwarded-Prefix": "/elsewhere"}
    client = village.enter("host")
    for address in (f"/tsk/events/{village.keys['event_open']}/poster", "/tsk", "/me", "/regions"):
        answer = client.get(address, headers=said)
        assert answer.status_code == 200 and "elsewhere" not in answer.text
    away = client.get("/tsk/events/new/", headers=said)
    assert "elsewhere" not in away.headers.get("Location", "")


def test_forwarded_addresses_are_believed_from_configured_proxies_only(village, new_app):
    """Guessing is counted by address: whoever could choose it would guess for ever."""

    def counted(app) -> set[str]:
        village.app = app
        village.enter("visitor").post(
            "/n", data={"number": "ZZZZZZZZ"}, headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
        )
        return set(db.session.scalars(sa.select(Throttle.key).where(Throttle.key.like("number:%"))))

    assert counted(village.app) == {"number:address:127.0.0.1"}
    assert counted(new_app(PROXIES="1")) == {"number:address:127.0.0.1", "number:address:198.51.100.7"}


@pytest.mark.parametrize("address", ["/n", "/claim", "/sign-in", "/csp-reports", "/tsk/events"])
def test_a_body_beyond_a_mebibyte_is_refused(village, address):
    asker = Asker(village, "steward")
    data = {"key": uuid7(), "proof": asker.proof, "number": "9" * (1 << 20)}
    answer = asker.send("POST", address, data=data)
    assert answer.status_code == (204 if address == "/csp-reports" else 413)


TWICE = "called key number code title place day credential nickname name capacity next why".split()
NEEDS_NO_FIELD = (  # these are one button: what else is sent does not matter to them
    "drafts.discard events.restore shops.cancel checkins.undo hosting.arrive hosting.close sign_in.end links.set_up "
    "links.demo till.open_by_link till.close shops.open_till demo.sign_in demo.open_till passkeys.remove "
    "passkeys.challenge passkeys.confirmation_challenge passkeys.end_device passkeys.end_other_devices "
    "sign_in.challenge late_arrivals.dismiss hosting.leave_one hosting.leave_all hosting.undo_leavings "
    "proposals.take_back_opinion proposals.withdraw_support proposals.see proposals.wake proposals.publish "
    "proposals.drop proposals.accept proposals.leave "
    "votes.open_now "
    "series.end projects.withdraw_budget projects.remove_log rotas.remove_slot thanks.put_away thanks.open_"
    " by_hand.undo by_hand.drop_pile by_hand.revoke_proxy assemblies.remove_item assemblies.open_assembly "
    "assemblies.take_up assemblies.open_vote assemblies.close_vote assemblies.close_assembly "
).split()


def test_a_field_that_comes_twice_is_refused(village):
    """On every form: of two answers none is taken."""
    who, before, taken = {"till": "till", "shops": "member"}, digest(), list[str]()
    for method, rule in unsafe(village.app):
        if rule.endpoint in NEEDS_NO_FIELD:
            continue
        asker = Asker(village, who.get(rule.endpoint.partition(".")[0], "host"))
        data = {name: ["1", "2"] for name in TWICE}
        with put_back(village) as written:
            answer = asker.send(method, fill(village, rule), data=data | {"proof": asker.proof})
            assert answer.status_code < 500
            if written and set(changed(before)) - {"challenge"}:
                taken.append(rule.endpoint)
    assert not taken


def test_fields_that_a_form_does_not_have_change_nothing(village):
    """`role=steward&balance=9` beside a check-in, a draft (which begins with 30 places) and a claim."""
    extra = {
        "role": "steward", "roles": "office", "duty": "steward", "is_admin": "1", "balance": "9", "amount": "50",
        "region_id": "2", "region": "ows", "member_id": "1", "membership_id": "1", "standing": "active", "id": "1",
        "taken": "0", "promised": "2", "way": "card", "by": "membership:1", "at": "2020-01-01", "number": "TSK-0001-3",
        "published_at": "2020-01-01", "code": "", "host_id": "1", "coins": "2", "award": "arrival", "capacity": "1",
    }  # fmt: skip
    duties, coins = _count(Duty), db.session.scalar(sa.select(sa.func.sum(Holding.posted)))
    member, provisional = Asker(village, "member"), Asker(village, "provisional")
    draft = {"title": "題", "place": "所", "field": "other", "key": uuid7(), **extra}
    assert member.send("POST", "/tsk/events", data=draft).status_code == 303
    made = db.session.scalars(sa.select(Event).where(Event.key == draft["key"])).one()
    own = db.session.scalars(sa.select(Membership.id).where(Membership.number == "TSK-0005-9")).one()
    assert (made.host_id, made.published_at, made.capacity, made.taken) == (own, None, 30, 0)
    come = {"key": uuid7(), "nickname": "", "proof": provisional.proof, **extra}
    address = f"/tsk/events/{village.keys['event_open']}/check-ins"
    assert provisional.send("POST", address, data=come).status_code == 303
    claim = {"key": uuid7(), "proof": provisional.proof, **extra, "code": village.keys["claim"]}
    assert provisional.send("POST", "/claim", data=claim).status_code == 303
    db.session.rollback()
    assert _count(Duty) == duties
    assert db.session.scalar(sa.select(sa.func.sum(Holding.posted))) == coins + 1  # the visit's own coin, at arrival
    assert not db.session.scalars(sa.select(Membership).where(Membership.number == "")).all()


def _count(table: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "PUT", "PATCH", "DELETE"])
def test_methods_that_no_route_has(village, method):
    for address in ("/", "/tsk/events", "/till", "/me", "/nothing"):
        answer = Asker(village, "steward").send(method, address)
        assert answer.status_code in (404, 405), address
        assert "proof" not in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/static/built/../../app/config.py",
        "/static/built/%2e%2e/%2e%2e/pyproject.toml",
        "/static/built/manifest.json",
        "/static/../instance/secret",
        "/static/css/app.css",
        "/instance/secret",
        "/.git/config",
        "/metrics",
        "/console",
        "/?__debugger__=yes&cmd=resource&f=debugger.js",
    ],
)
def test_nothing_inside_is_served(village, address):
    answer = village.enter("visitor").get(address)
    assert answer.status_code == (200 if address.startswith("/?") else 404)
    assert answer.mimetype == "text/html"


def test_a_sign_in_that_was_planted_is_not_kept(village):
    """Fixation: the id that a browser had before a sign-in is worth nothing after it."""
    asker = Asker(village, "visitor")
    asker.client.set_cookie("yui", "planted-by-somebody-else")
    from tests.house.asking import CHALLENGE, proof

    given = proof(village.app, {"yui": "planted-by-somebody-else", "challenge": CHALLENGE})
    asker.send("POST", f"/set-up/{village.keys['set_up']}", data={"proof": given})
    assert asker.client.get_cookie("yui").value != "planted-by-somebody-else"
    assert db.session.scalar(sa.select(sa.func.count()).where(SignIn.id_hash.like("planted%"))) == 0


def test_a_shared_secret_or_a_clock_that_moves_stops_the_start(new_app, tmp_path):
    short = tmp_path / "secret"
    short.write_text("short")
    short.chmod(0o600)
    for environ in (
        {"SECRET_FILE": str(short)},
        {"SECRET_FILE": str(tmp_path / "nothing")},
        {"CLOCK_FILE": str(short), "ORIGIN": "https://yui.example"},
        {"CLOCK_FILE": str(short), "TESTING": "0"},
        {"ORIGIN": "ftp://yui.example"},
    ):
        with pytest.raises(BadConfig):
            new_app(**environ)
    short.write_text("0123456789abcdef" * 4)
    short.chmod(0o644)
    with pytest.raises(BadConfig, match="chmod 600"):
        new_app(SECRET_FILE=str(short))
