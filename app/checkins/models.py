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
LATE = ("delay", "old_code", "many", "closed")  # sent late; an outlived code; too many on one step; door shut meanwhile


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
        CheckConstraint("children BETWEEN 0 AND companions", name="children"),
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
    companions: Mapped[int] = mapped_column(Integer, default=0)  # people who came along, children among them
    children: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))  # never by name
    companion_names: Mapped[str] = mapped_column(Text, default="", server_default="")  # nicknames, one a line
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


class CodeStep(Base):
    """How many were let in by one step of an event's rotating code."""

    __tablename__ = "code_step"
    __table_args__ = (
        CheckConstraint("used > 0", name="used"),
        ForeignKeyConstraint(["region_id", "event_id"], ["event.region_id", "event.id"]),
        STRICT,
    )

    event_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    step: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    used: Mapped[int] = mapped_column(Integer)


class LateArrival(Base):
    """Somebody who says to have been there, for the host to decide: sent too late, or with an old code.

    `said_at` is when it happened by the code or the phone, `at` when it reached us. Let in, it becomes `check_in_id`.
    """

    __tablename__ = "late_arrival"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("key"),
        CheckConstraint(f"way IN {WAYS}", name="way"),
        CheckConstraint(f"reason IN {LATE}", name="reason"),
        CheckConstraint("companions BETWEEN 0 AND 20", name="companions"),
        CheckConstraint("children BETWEEN 0 AND companions", name="children"),
        CheckConstraint("check_in_id IS NULL OR decided_at IS NOT NULL", name="decided"),
        ForeignKeyConstraint(["region_id", "event_id"], ["event.region_id", "event.id"]),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        ForeignKeyConstraint(["region_id", "check_in_id"], ["check_in.region_id", "check_in.id"]),
        Index("ix_late_arrival_event_id", "event_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    event_id: Mapped[int] = mapped_column(Id)
    membership_id: Mapped[int | None] = mapped_column(Id)
    nickname: Mapped[str] = mapped_column(Text, default="")
    companions: Mapped[int] = mapped_column(Integer, default=0)
    children: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))  # the three as of a check-in
    companion_names: Mapped[str] = mapped_column(Text, default="", server_default="")
    way: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    visit_hash: Mapped[str | None] = mapped_column(Text)
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(Text)
    check_in_id: Mapped[int | None] = mapped_column(Id)


class LateUpload(Base):
    """A device's one late upload for an event; `device_hash` is its sign-in or its visit cookie."""

    __tablename__ = "late_upload"
    __table_args__ = (
        ForeignKeyConstraint(["region_id", "event_id"], ["event.region_id", "event.id"]),
        STRICT,
    )

    event_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    device_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    key: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Feeling(Base):
    """「来てよかったですか」: one tap of whoever came. `answer` 3 = よかった, 2 = ふつう, 1 = うーん."""

    __tablename__ = "feeling"
    __table_args__ = (
        CheckConstraint("answer BETWEEN 1 AND 3", name="answer"),
        ForeignKeyConstraint(["region_id", "check_in_id"], ["check_in.region_id", "check_in.id"]),
        ForeignKeyConstraint(["region_id", "event_id"], ["event.region_id", "event.id"]),
        Index("ix_feeling_event_id", "event_id"),
        STRICT,
    )

    check_in_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    event_id: Mapped[int] = mapped_column(Id)
    answer: Mapped[int] = mapped_column(Integer)
    words: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
