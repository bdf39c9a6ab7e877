"""The verbs of a certificate: issue it, say who may see it, revoke it.

Locks: the region for issuing, so that its certificates come one after the other; the audience for changing it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app import canonical, clock
from app.certificates import queries, rules
from app.certificates.models import Certificate, CertificateAudience, CertificateLine, CertificateRevocation
from app.certificates.queries import Counted
from app.codes import service as codes
from app.db import connection, db, find, on_conflict
from app.errors import Conflict, Forbidden, Missing, Refused
from app.members.models import Membership
from app.regions import service as regions
from app.regions.models import Region

PURPOSE = "certificate"

on_conflict("uq_certificate_key", "other_request")
on_conflict("pk_certificate_revocation", "certificate_revoked")
on_conflict("uq_certificate_revocation_key", "other_request")


@dataclass(frozen=True)
class Scope:
    """Which confirmed hours: of a 年度, of a project, or between two days."""

    kind: str
    year: int | None = None
    project_id: int | None = None
    first: date | None = None
    last: date | None = None


def issue(
    *, region: Region, by: Membership, key: str, scope: Scope, named: bool, words: bool, visibility: str, at: datetime
) -> Certificate:
    """Certify `by`'s own confirmed hours; with `named` under their name, else their number alone.

    `words`: what they wrote about each time as well. The same form again is its first result.
    Refused: `certificate_empty`, `certificate_long`, `certificate_many`, `certificate_nobody`, `field_choice`;
    Conflict `other_request`; Forbidden, Missing.
    """
    _check(region, by, visibility)
    regions.one_at_a_time(region)
    known = db.session.scalar(sa.select(Certificate).where(Certificate.key == key))
    if known is not None:
        return _the_same(known, region, by)
    if queries.issued_since(by, at - timedelta(days=1)) >= rules.A_DAY:
        raise Refused("certificate_many", most=rules.A_DAY)
    counted = _counted(by, scope)
    made = _write(region, by, key, scope, _facts(region, by, scope, counted, named, words), at)
    told = {"certificate_id": made.id, "region_id": region.id}
    db.session.add(CertificateAudience(**told, visibility=visibility, changed_at=at))
    connection().execute(sa.insert(CertificateLine), [told | {"entry_id": one.entry_id} for one in counted])
    db.session.flush()
    codes.publish(code=made.code, region_id=region.id, purpose=PURPOSE, subject_id=made.id)
    return made


def show_to(*, region: Region, certificate_id: int, by: Membership, visibility: str, at: datetime) -> None:
    """Say who may see it: only whose it is does. Refused `field_choice`; Missing."""
    if visibility not in rules.VISIBILITIES:
        raise Refused("field_choice")
    if find(Certificate, region.id, certificate_id).membership_id != by.id:
        raise Missing("not_found")
    row = db.session.get_one(CertificateAudience, certificate_id, with_for_update=True, populate_existing=True)
    if row.visibility != visibility:
        row.visibility, row.changed_at = visibility, at
        db.session.flush()


def revoke(
    *, region: Region, certificate_id: int, by: Membership, key: str, reason: str, at: datetime
) -> CertificateRevocation:
    """It counts no longer, for a reason that its readers see. The same form again is its first result.

    Refused `reason_missing`; Conflict `certificate_revoked`; Missing.
    """
    found = find(Certificate, region.id, certificate_id)
    known = db.session.get(CertificateRevocation, found.id)
    if known is not None:
        if known.key == key:
            return known
        raise Conflict("certificate_revoked")
    if not reason.strip():
        raise Refused("reason_missing")
    told = {"region_id": region.id, "certificate_id": found.id, "key": key, "by_id": by.id}
    row = CertificateRevocation(**told, reason=reason.strip(), at=at)
    db.session.add(row)
    db.session.flush()
    return row


# --- issuing, part by part ------------------------------------------------------------------------------------


def _check(region: Region, by: Membership, visibility: str) -> None:
    if by.region_id != region.id:
        raise Missing("not_found")
    if by.standing != "active":
        raise Forbidden("not_allowed")
    if visibility not in rules.VISIBILITIES:
        raise Refused("field_choice")


def _the_same(known: Certificate, region: Region, by: Membership) -> Certificate:
    if (known.region_id, known.membership_id) != (region.id, by.id):
        raise Conflict("other_request")
    return known


def _counted(by: Membership, scope: Scope) -> list[Counted]:
    """The entries that count now: confirmed, standing, `by`'s own."""
    first, last = scope.first, scope.last
    if scope.kind == "year" and scope.year is not None:
        first, last = clock.fiscal_year_days(scope.year)
    counted = queries.counted(by, first=first, last=last, project_id=scope.project_id, limit=rules.MOST_TIMES + 1)
    if not counted:
        raise Refused("certificate_empty")
    if len(counted) > rules.MOST_TIMES:
        raise Refused("certificate_long", most=rules.MOST_TIMES)
    return counted


def _facts(
    region: Region, by: Membership, scope: Scope, counted: list[Counted], named: bool, words: bool
) -> dict[str, Any]:
    """What is said of the hours; the serial and the day come with the place in the chain."""
    holder = {"name": by.name if named else "", "number": by.number or ""}
    if not any(holder.values()):
        raise Refused("certificate_nobody")
    done = [one.done for one in counted]
    days = sorted(one.time.day for one in done)
    return {
        "version": rules.VERSION,
        "region": {"code": region.code, "name": region.name, "name_en": region.name_en},
        "holder": holder,
        "scope": {"kind": scope.kind, "year": scope.year},
        "first": (scope.first or days[0]).isoformat(),
        "last": (scope.last or days[-1]).isoformat(),
        "minutes": rules.minutes(done),
        "activities": rules.activities(done, words=words),
        "salt": secrets.token_hex(16),  # nobody guesses a private text by its hash, which the next one shows
    }


def _write(region: Region, by: Membership, key: str, scope: Scope, facts: dict[str, Any], at: datetime) -> Certificate:
    """The next link. The region is locked."""
    last = queries.last_link(region)
    year = clock.fiscal_year(region, clock.local_day(region, at))
    number, place = queries.last_number(region, year) + 1, last.place + 1 if last else 1
    serial = rules.serial(region.code, year, number)
    facts |= {"serial": serial, "place": place, "issued_at": at.astimezone(UTC).isoformat(timespec="seconds")}
    text, before = canonical.text(facts), last.hash if last else rules.FIRST_LINK
    row = Certificate(
        region_id=region.id,
        membership_id=by.id,
        key=key,
        code=codes.draw_public(),
        serial=serial,
        year=year,
        number=number,
        place=place,
        scope=scope.kind,
        first_day=date.fromisoformat(facts["first"]),
        last_day=date.fromisoformat(facts["last"]),
        unpaid_minutes=facts["minutes"]["unpaid"],
        paid_minutes=facts["minutes"]["paid"],
        text=text,
        prev_hash=before,
        hash=rules.chained(before, text),
        issued_at=at,
    )
    db.session.add(row)
    db.session.flush()
    return row
