"""Who came: members and guests, and the end of a gathering."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Id, Text, UtcDateTime

WAYS = ("poster", "rotating", "card", "name", "paper", "outbox")


class CheckIn(Base):
    """One arrival. Without a membership it is a guest visit: its coins are promised until they are claimed.

    `visit_hash` is the phone's visit cookie, `claim_hash` the slip's code, both as SHA-256.
    """

    __tablename__ = "check_in"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("key"),
        UniqueConstraint("event_id", "number"),
        Index(
            "uq_check_in_once",
            "event_id",
            "membership_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
        Index(
            "uq_check_in_phone",
            "event_id",
            "visit_hash",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
        CheckConstraint("companions BETWEEN 0 AND 20", name="companions"),
        CheckConstraint("promised BETWEEN 0 AND 2", name="promised"),
        CheckConstraint(f"way IN {WAYS}", name="way"),
        ForeignKeyConstraint(["region_id", "event_id"], ["event.region_id", "event.id"]),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        Index("ix_check_in_visit_hash", "visit_hash"),
        Index("ix_check_in_claim_hash", "claim_hash"),
        Index("ix_check_in_membership_id", "membership_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    event_id: Mapped[int] = mapped_column(Id)
    membership_id: Mapped[int | None] = mapped_column(Id)
    number: Mapped[int] = mapped_column(Integer)
    nickname: Mapped[str] = mapped_column(Text, default="")
    companions: Mapped[int] = mapped_column(Integer, default=0)
    way: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    device_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(Text)
    visit_hash: Mapped[str | None] = mapped_column(Text)
    claim_hash: Mapped[str | None] = mapped_column(Text)
    promised: Mapped[int] = mapped_column(Integer, default=0)
    claim_key: Mapped[str | None] = mapped_column(Text)  # of the form that claimed it
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class EventClosure(Base):
    """会を終える: once per gathering; whoever comes second sees that it has been done."""

    __tablename__ = "event_closure"
    __table_args__ = (
        ForeignKeyConstraint(["region_id", "event_id"], ["event.region_id", "event.id"]),
        STRICT,
    )

    event_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Unticked(Base):
    """A check-in that the host left unticked when the gathering was ended: it earns nothing."""

    __tablename__ = "unticked"
    __table_args__ = (
        ForeignKeyConstraint(["region_id", "check_in_id"], ["check_in.region_id", "check_in.id"]),
        STRICT,
    )

    check_in_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
