"""活動証明: what is certified, as it was when it was issued; who may see it; that it was revoked."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.certificates.rules import SCOPES, VISIBILITIES
from app.db import STRICT, Base, Day, Id, Text, UtcDateTime

_MEMBERSHIP = ["membership.region_id", "membership.id"]
_CERTIFICATE = ["certificate.region_id", "certificate.id"]


class Certificate(Base):
    """A link of its region's chain, never changed. `text` says everything that its pages say of somebody's hours.

    `place` counts the region's certificates from 1; each names the `hash` of the one before it, and no two the same.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("key"),
        UniqueConstraint("code"),
        UniqueConstraint("serial"),
        UniqueConstraint("region_id", "place"),
        UniqueConstraint("region_id", "prev_hash"),
        UniqueConstraint("region_id", "year", "number"),
        CheckConstraint(f"scope IN {SCOPES}", name="scope"),
        CheckConstraint("place > 0 AND number > 0", name="counted"),
        CheckConstraint("last_day >= first_day", name="days"),
        CheckConstraint("unpaid_minutes >= 0 AND paid_minutes >= 0", name="minutes"),
        CheckConstraint("length(hash) = 64 AND length(prev_hash) = 64", name="hash"),
        ForeignKeyConstraint(["region_id", "membership_id"], _MEMBERSHIP),
        Index("ix_certificate_membership_id", "membership_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    membership_id: Mapped[int] = mapped_column(Id)
    key: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)  # its address
    serial: Mapped[str] = mapped_column(Text)  # TSK-2026-0001
    year: Mapped[int] = mapped_column(Integer)  # 年度 of issuing
    number: Mapped[int] = mapped_column(Integer)  # of that year
    place: Mapped[int] = mapped_column(Integer)
    scope: Mapped[str] = mapped_column(Text)
    first_day: Mapped[date] = mapped_column(Day)
    last_day: Mapped[date] = mapped_column(Day)
    unpaid_minutes: Mapped[int] = mapped_column(Integer)
    paid_minutes: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)
    prev_hash: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(Text)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CertificateLine(Base):
    """An entry that is counted in: what became of it later can be looked up."""

    __tablename__ = "certificate_line"
    __table_args__ = (
        ForeignKeyConstraint(["region_id", "certificate_id"], _CERTIFICATE),
        ForeignKeyConstraint(["region_id", "entry_id"], ["hours_entry.region_id", "hours_entry.id"]),
        STRICT,
    )

    certificate_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)


class CertificateAudience(Base):
    """Who may see it: all there is about a certificate that changes."""

    __tablename__ = "certificate_audience"
    __table_args__ = (
        CheckConstraint(f"visibility IN {VISIBILITIES}", name="visibility"),
        ForeignKeyConstraint(["region_id", "certificate_id"], _CERTIFICATE),
        STRICT,
    )

    certificate_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    visibility: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CertificateRevocation(Base):
    """It counts no longer. Its page says so, and why, for ever."""

    __tablename__ = "certificate_revocation"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("reason <> ''", name="reason"),
        ForeignKeyConstraint(["region_id", "certificate_id"], _CERTIFICATE),
        ForeignKeyConstraint(["region_id", "by_id"], _MEMBERSHIP),
        STRICT,
    )

    certificate_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    key: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(Id)
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
