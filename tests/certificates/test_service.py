"""Only one's own confirmed hours, once, in a chain that holds, whoever else issues at the same moment."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from app.certificates import queries, rules, service
from app.certificates.models import Certificate, CertificateAudience, CertificateLine
from app.certificates.service import Scope
from app.db import db, transaction, uuid7
from app.members.models import Membership
from tests import factories
from tests.certificates.conftest import YEAR
from tests.hours.factories import refused
from tests.records.conftest import TODAY, Hamlet
from tests.threads import MANY, all_at_once


def links(hamlet: Hamlet) -> list[rules.Link]:
    db.session.rollback()
    return list(queries.chain(hamlet.region))


def test_confirmed_hours_and_no_others(hamlet: Hamlet, issue: Any, told: Any) -> None:
    sora, other = hamlet.member(name="空想 そら", kind="friend"), hamlet.member(name="ほか のひと")
    project = hamlet.project("英語パンフレット", title_en="Leaflet")
    hamlet.worked(sora, TODAY, 90, project_id=project.id, place="remote", what="うめさんに 聞いた話の英訳")
    hamlet.worked(sora, TODAY - timedelta(days=1), 60, paid=True, what="絵", field="education")
    for state in ("waiting", "returned", "withdrawn"):
        hamlet.worked(sora, TODAY, 45, state=state)
    hamlet.taken_back(hamlet.worked(sora, TODAY, 30))
    hamlet.worked(other, TODAY, 600)
    hamlet.worked(sora, date(2026, 3, 31), 240)  # of the year before
    made = issue(sora)
    said = told(made)
    assert (made.unpaid_minutes, made.paid_minutes) == (90, 60)
    assert said["minutes"] == {"unpaid": 90, "paid": 60} and said["holder"]["name"] == "空想 そら"
    titles = [(one["title"], one["title_en"]) for one in said["activities"]]
    assert titles == [("", ""), ("英語パンフレット", "Leaflet")]
    assert [time["confirmed_by"] for one in said["activities"] for time in one["times"]] == ["resident", "resident"]
    assert not [name for name in ("二番", "ほか のひと", "うめさん") if name in made.text]
    assert (made.first_day, made.last_day) == (date(2026, 11, 27), TODAY)
    assert made.serial == said["serial"] == "TSK-2026-0001" and made.code != ""


def test_a_project_or_any_days(hamlet: Hamlet, issue: Any) -> None:
    sora = hamlet.member()
    project = hamlet.project()
    hamlet.worked(sora, date(2025, 5, 1), 60, project_id=project.id)
    hamlet.worked(sora, TODAY, 30, project_id=project.id)
    hamlet.worked(sora, TODAY, 15)
    assert issue(sora, scope=Scope("project", project_id=project.id)).unpaid_minutes == 90
    days = {"first": date(2025, 4, 1), "last": date(2026, 3, 31)}
    assert issue(sora, scope=Scope("days", **days)).unpaid_minutes == 60
    assert issue(sora).unpaid_minutes == 45


def test_without_hours_there_is_nothing_to_certify(hamlet: Hamlet, issue: Any) -> None:
    sora, other = hamlet.member(), hamlet.member()
    theirs = hamlet.project()
    hamlet.worked(other, project_id=theirs.id)
    hamlet.worked(sora, state="waiting")
    for scope in (YEAR, Scope("project", project_id=theirs.id), Scope("days", first=TODAY, last=TODAY)):
        with refused("certificate_empty"):
            issue(sora, scope=scope)
    assert links(hamlet) == []


def test_a_name_or_the_number_alone(hamlet: Hamlet, issue: Any, told: Any) -> None:
    sora, nobody = hamlet.member(name="空想 そら"), hamlet.member(name="", number=None)
    for one in (sora, nobody):
        hamlet.worked(one)
    made = issue(sora, named=False)
    assert "空想" not in made.text and told(made)["holder"] == {"name": "", "number": sora.number}
    with refused("certificate_nobody"):
        issue(nobody)


def test_a_double_tap_is_one_and_a_key_is_its_owners(hamlet: Hamlet, issue: Any) -> None:
    sora, other = hamlet.member(), hamlet.member()
    for one in (sora, other):
        hamlet.worked(one)
    key = uuid7()
    first = issue(sora, key=key)
    assert issue(sora, key=key, named=False, visibility="public").id == first.id
    with refused("other_request"):
        issue(other, key=key)
    assert len(links(hamlet)) == 1


def test_eight_taps_at_once_make_one(app: Any, hamlet: Hamlet, issue: Any) -> None:
    sora, key = hamlet.member(), uuid7()
    hamlet.worked(sora)
    assert len(set(all_at_once(app, lambda: issue(sora, key=key).serial))) == 1
    assert len(links(hamlet)) == 1


def test_eight_people_at_once_make_one_chain(app: Any, hamlet: Hamlet, issue: Any) -> None:
    people = [hamlet.member() for _ in range(MANY)]
    for one in people:
        hamlet.worked(one)
    serials = all_at_once(app, lambda: issue(people.pop()).serial)
    assert serials == [f"TSK-2026-{number:04}" for number in range(1, MANY + 1)]
    found = links(hamlet)
    assert rules.broken_at(found) is None and len({link.prev_hash for link in found}) == MANY == len(found)


def test_each_region_has_a_chain_of_its_own(hamlet: Hamlet, issue: Any) -> None:
    owase = factories.world("ows", at=hamlet.at).region
    there = factories.membership(owase, at=hamlet.at)
    elsewhere = Hamlet(hamlet.app, owase, factories.membership(owase, at=hamlet.at), hamlet.at)
    sora = hamlet.member()
    hamlet.worked(sora)
    elsewhere.worked(there)
    here, away = issue(sora), issue(there, region=owase)
    assert (here.serial, away.serial) == ("TSK-2026-0001", "OWS-2026-0001")
    assert here.prev_hash == away.prev_hash == rules.FIRST_LINK
    with refused("not_found"):
        issue(sora, region=owase)
    with refused("not_found"):
        queries.one(owase, code=here.code)
    with refused("not_found"), transaction():
        who: dict[str, Any] = {"by": there, "key": uuid7(), "reason": "x", "at": hamlet.at}
        service.revoke(region=owase, certificate_id=here.id, **who)


def test_a_new_year_counts_from_one_and_the_chain_goes_on(hamlet: Hamlet, issue: Any, clock: Any) -> None:
    sora = hamlet.member()
    hamlet.worked(sora)
    first = issue(sora)
    second = issue(sora, at=clock.move(days=200))
    assert (second.serial, second.place, second.prev_hash) == ("TSK-2027-0001", 2, first.hash)


def test_ten_a_day(hamlet: Hamlet, issue: Any) -> None:
    sora = hamlet.member()
    hamlet.worked(sora)
    for _ in range(rules.A_DAY):
        issue(sora)
    with refused("certificate_many"):
        issue(sora)
    assert issue(sora, at=hamlet.at + timedelta(days=1, seconds=1)).number == rules.A_DAY + 1


def test_who_has_left_has_nothing_certified(hamlet: Hamlet, issue: Any) -> None:
    for standing in ("ended", "provisional"):
        one = hamlet.member(standing=standing)
        hamlet.worked(one)
        with refused("not_allowed"):
            issue(one)


def test_nobody_guesses_a_private_text_by_its_hash(hamlet: Hamlet, issue: Any, told: Any) -> None:
    sora = hamlet.member()
    hamlet.worked(sora)
    salts = {told(issue(sora))["salt"] for _ in range(3)}
    assert len(salts) == 3 and all(len(salt) == 32 for salt in salts)


# --- afterwards ---------------------------------------------------------------------------------------------


def test_what_is_put_right_later_is_told_and_the_text_stays(hamlet: Hamlet, issue: Any) -> None:
    sora = hamlet.member()
    wrong, right = hamlet.worked(sora, minutes=120), hamlet.worked(sora, minutes=60)
    hamlet.worked(sora, minutes=30, paid=True)
    made = issue(sora)
    assert queries.now(made) == queries.Now(180, 30, corrected=False)
    hamlet.worked(sora, minutes=300)  # later work is no correction
    assert queries.now(made) == queries.Now(180, 30, corrected=False)
    hamlet.taken_back(wrong)
    assert queries.now(made) == queries.Now(60, 30, corrected=True)
    replaced = hamlet.worked(sora, minutes=90, activity=wrong.activity, way="correction")
    assert queries.now(made) == queries.Now(150, 30, corrected=True)
    hamlet.taken_back(replaced)
    hamlet.taken_back(right)
    assert queries.now(made) == queries.Now(0, 30, corrected=True)
    assert rules.broken_at(links(hamlet)) is None
    assert queries.one(hamlet.region, id=made.id).told["minutes"]["unpaid"] == 180


def show_to(hamlet: Hamlet, made: Certificate, by: Membership, visibility: str) -> None:
    with transaction():
        service.show_to(region=hamlet.region, certificate_id=made.id, by=by, visibility=visibility, at=hamlet.at)


def test_only_whose_it_is_says_who_sees_it(hamlet: Hamlet, issue: Any) -> None:
    sora, other = hamlet.member(), hamlet.member()
    hamlet.worked(sora)
    made = issue(sora)
    for visibility in rules.VISIBILITIES:
        show_to(hamlet, made, sora, visibility)
        assert queries.one(hamlet.region, id=made.id).visibility == visibility
    for who in (other, hamlet.second):
        with refused("not_found"):
            show_to(hamlet, made, who, "public")
    with refused("field_choice"):
        show_to(hamlet, made, sora, "everybody")
    assert queries.one(hamlet.region, id=made.id).visibility == "private"


def revoke(hamlet: Hamlet, made: Certificate, key: str, reason: str = "まちがい") -> Any:
    with transaction():
        who: dict[str, Any] = {"by": hamlet.second, "key": key, "reason": reason, "at": hamlet.at}
        return service.revoke(region=hamlet.region, certificate_id=made.id, **who)


def test_revoked_once_and_with_a_reason(hamlet: Hamlet, issue: Any) -> None:
    sora, key = hamlet.member(), uuid7()
    hamlet.worked(sora)
    made = issue(sora)
    with refused("reason_missing"):
        revoke(hamlet, made, uuid7(), "  ")
    first = revoke(hamlet, made, key)
    assert revoke(hamlet, made, key, "ほかのわけ").reason == first.reason == "まちがい"
    with refused("certificate_revoked"):
        revoke(hamlet, made, uuid7())
    assert queries.one(hamlet.region, id=made.id).revocation is not None
    assert rules.broken_at(links(hamlet)) is None and issue(sora).place == 2


@pytest.mark.parametrize(
    "change",
    ["UPDATE certificate SET text = '{}'", "UPDATE certificate SET hash = hash", "DELETE FROM certificate_line"],
)
def test_the_database_refuses_to_change_what_was_certified(hamlet: Hamlet, issue: Any, urls: Any, change: str) -> None:
    sora = hamlet.member()
    hamlet.worked(sora)
    issue(sora)
    with pytest.raises(DBAPIError, match="append-only|permission denied"), transaction():
        db.session.connection().exec_driver_sql(change)
    lines = db.session.scalar(sa.select(sa.func.count()).select_from(CertificateLine))
    assert lines == 1 and db.session.scalar(sa.select(CertificateAudience.visibility)) == "link"
