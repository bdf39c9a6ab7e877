"""Gatherings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Id, Text, UtcDateTime

AWARDS = ("arrival", "end", "confirmed")
AUDIENCES = ("open", "members", "invited")
FIELDS = ("environment", "education", "economy", "energy", "resources", "welfare", "governance", "other")
NAME_LEVELS = ("none", "name", "contact")


class Event(Base):
    """A gathering. `taken` counts arrivals with their companions, `last_number` gives 受付番号."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("code"),
        UniqueConstraint("key"),
        CheckConstraint("ends_at > starts_at", name="period"),
        CheckConstraint("checkin_until > checkin_from", name="window"),
        CheckConstraint("taken >= 0 AND (capacity IS NULL OR taken <= capacity)", name="capacity"),
        CheckConstraint("coins BETWEEN 0 AND 2", name="coins"),
        CheckConstraint("award <> 'arrival' OR coins = 1", name="arrival_gives_one"),
        CheckConstraint(f"award IN {AWARDS}", name="award"),
        CheckConstraint(f"audience IN {AUDIENCES}", name="audience"),
        CheckConstraint(f"field IN {FIELDS}", name="field"),
        CheckConstraint(f"name_level IN {NAME_LEVELS}", name="name_level"),
        ForeignKeyConstraint(["region_id", "host_id"], ["membership.region_id", "membership.id"]),
        Index("ix_event_region_id_starts_at", "region_id", "starts_at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    code: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)  # of the form that made it
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(Text, default="")
    place_en: Mapped[str] = mapped_column(Text, default="")
    bring: Mapped[str] = mapped_column(Text, default="")  # 持ちもの
    bring_en: Mapped[str] = mapped_column(Text, default="")
    field: Mapped[str] = mapped_column(Text, default="other")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checkin_from: Mapped[datetime] = mapped_column(UtcDateTime)
    checkin_until: Mapped[datetime] = mapped_column(UtcDateTime)
    capacity: Mapped[int | None] = mapped_column(Integer)
    taken: Mapped[int] = mapped_column(Integer, default=0)
    last_number: Mapped[int] = mapped_column(Integer, default=0)
    coins: Mapped[int] = mapped_column(Integer, default=1)
    award: Mapped[str] = mapped_column(Text, default="end")
    audience: Mapped[str] = mapped_column(Text, default="open")
    series: Mapped[str | None] = mapped_column(Text)
    name_level: Mapped[str] = mapped_column(Text, default="none")
    host_id: Mapped[int] = mapped_column(Id)
    phone: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # 会を終える: the door is shut
    postponed_to: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")
