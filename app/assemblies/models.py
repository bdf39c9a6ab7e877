"""総会の日: a gathering with an agenda, who is there in three numbers, and minutes that people sign."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Id, Text, UtcDateTime

KINDS = ("report", "vote", "talk")


class Assembly(Base):
    """An event that is a general meeting. The minutes are a draft until `agreed_at`."""

    __tablename__ = "assembly"
    __table_args__ = (
        UniqueConstraint("key"),
        ForeignKeyConstraint(["region_id", "event_id"], ["event.region_id", "event.id"]),
        ForeignKeyConstraint(["region_id", "made_by_id"], ["membership.region_id", "membership.id"]),
        ForeignKeyConstraint(["region_id", "chair_id"], ["membership.region_id", "membership.id"]),
        ForeignKeyConstraint(["region_id", "writer_id"], ["membership.region_id", "membership.id"]),
        UniqueConstraint("region_id", "event_id"),
        STRICT,
    )

    event_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    key: Mapped[str] = mapped_column(Text)
    made_by_id: Mapped[int] = mapped_column(Id)
    chair_id: Mapped[int | None] = mapped_column(Id)  # 議長
    writer_id: Mapped[int | None] = mapped_column(Id)  # 書記
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opening_words: Mapped[str] = mapped_column(Text, default="")
    closing_words: Mapped[str] = mapped_column(Text, default="")
    agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # all signatories have signed


class AgendaItem(Base):
    __tablename__ = "agenda_item"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("event_id", "number"),
        UniqueConstraint("vote_id"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint("(kind = 'vote') = (vote_id IS NOT NULL)", name="vote"),
        CheckConstraint("number > 0", name="number"),
        ForeignKeyConstraint(["region_id", "event_id"], ["assembly.region_id", "assembly.event_id"]),
        ForeignKeyConstraint(["region_id", "vote_id"], ["vote.region_id", "vote.id"]),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    event_id: Mapped[int] = mapped_column(Id)
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(Text, default="report")
    title: Mapped[str] = mapped_column(Text)
    about: Mapped[str] = mapped_column(Text, default="")
    vote_id: Mapped[int | None] = mapped_column(Id)
    begun_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    minutes: Mapped[str] = mapped_column(Text, default="")  # what was said and decided


class Signatory(Base):
    """Somebody who signs the minutes; on paper or here."""

    __tablename__ = "signatory"
    __table_args__ = (
        ForeignKeyConstraint(["region_id", "event_id"], ["assembly.region_id", "assembly.event_id"]),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        Index("ix_signatory_membership_id", "membership_id"),
        STRICT,
    )

    event_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    membership_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    role: Mapped[str] = mapped_column(Text, default="")
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    minutes_hash: Mapped[str | None] = mapped_column(Text)  # of the words that were signed
