"""Gatherings, the series they belong to, and the templates they are made from."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Integer, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Day, Flag, Id, Text, UtcDateTime

AWARDS = ("arrival", "end", "confirmed")
AUDIENCES = ("open", "members", "invited")
FIELDS = ("environment", "education", "economy", "energy", "resources", "welfare", "governance", "other")
NAME_LEVELS = ("none", "name", "contact")
DOORS = ("poster", "rotating")


class Event(Base):
    """A gathering. `taken` counts arrivals with their companions, `booked` the places that sign-ups still hold,
    `last_number` gives 受付番号. A `rotating` door lets nobody in by the poster alone.
    """

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("code"),
        UniqueConstraint("key"),
        CheckConstraint("ends_at > starts_at", name="period"),
        CheckConstraint("checkin_until > checkin_from", name="window"),
        CheckConstraint("taken >= 0 AND (capacity IS NULL OR taken <= capacity)", name="capacity"),
        CheckConstraint("booked >= 0 AND (capacity IS NULL OR taken + booked <= capacity)", name="booked"),
        CheckConstraint("coins BETWEEN 0 AND 2", name="coins"),
        CheckConstraint("award <> 'arrival' OR coins = 1", name="arrival_gives_one"),
        CheckConstraint(f"award IN {AWARDS}", name="award"),
        CheckConstraint(f"audience IN {AUDIENCES}", name="audience"),
        CheckConstraint(f"field IN {FIELDS}", name="field"),
        CheckConstraint(f"name_level IN {NAME_LEVELS}", name="name_level"),
        CheckConstraint(f"door IN {DOORS}", name="door"),
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
    booked: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    last_number: Mapped[int] = mapped_column(Integer, default=0)
    coins: Mapped[int] = mapped_column(Integer, default=1)
    award: Mapped[str] = mapped_column(Text, default="end")
    audience: Mapped[str] = mapped_column(Text, default="open")
    series: Mapped[str | None] = mapped_column(Text)  # `today`: the sample data's gathering of the day
    name_level: Mapped[str] = mapped_column(Text, default="none")
    door: Mapped[str] = mapped_column(Text, default="poster", server_default="poster")
    question_1: Mapped[str] = mapped_column(Text, default="", server_default="")  # asked when signing up
    question_2: Mapped[str] = mapped_column(Text, default="", server_default="")
    project: Mapped[str] = mapped_column(Text, default="", server_default="")
    project_link: Mapped[str] = mapped_column(Text, default="", server_default="")
    designated: Mapped[bool] = mapped_column(Flag, default=False, server_default=false())  # for ふるさと住民登録
    host_id: Mapped[int] = mapped_column(Id)
    phone: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # 会を終える: the door is shut
    postponed_to: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")


class EventTemplate(Base):
    """What a region's gatherings of one kind have in common. Starts at `begins` (HH:MM), lasts `minutes`."""

    __tablename__ = "event_template"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("region_id", "name"),
        CheckConstraint("minutes > 0", name="minutes"),
        CheckConstraint("coins BETWEEN 0 AND 2", name="coins"),
        CheckConstraint(f"audience IN {AUDIENCES}", name="audience"),
        CheckConstraint(f"field IN {FIELDS}", name="field"),
        CheckConstraint(f"name_level IN {NAME_LEVELS}", name="name_level"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    name: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(Text, default="")
    place_en: Mapped[str] = mapped_column(Text, default="")
    bring: Mapped[str] = mapped_column(Text, default="")
    bring_en: Mapped[str] = mapped_column(Text, default="")
    field: Mapped[str] = mapped_column(Text, default="other")
    begins: Mapped[str] = mapped_column(Text)
    minutes: Mapped[int] = mapped_column(Integer)
    capacity: Mapped[int | None] = mapped_column(Integer)
    coins: Mapped[int] = mapped_column(Integer, default=1)
    audience: Mapped[str] = mapped_column(Text, default="open")
    name_level: Mapped[str] = mapped_column(Text, default="none")
    question_1: Mapped[str] = mapped_column(Text, default="")
    question_2: Mapped[str] = mapped_column(Text, default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EventSeries(Base):
    """毎月第2土曜: gatherings like `event_id` again and again. `week` 1–4 of the month, 5 = the last, 0 = every week;
    `weekday` 0 = Monday. Each gathering is an event of its own; days to leave out are exceptions.
    """

    __tablename__ = "event_series"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("key"),
        CheckConstraint("week BETWEEN 0 AND 5", name="week"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        ForeignKeyConstraint(["region_id", "event_id"], ["event.region_id", "event.id"]),
        ForeignKeyConstraint(["region_id", "host_id"], ["membership.region_id", "membership.id"]),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    key: Mapped[str] = mapped_column(Text)  # of the form that made it
    event_id: Mapped[int] = mapped_column(Id)  # the pattern
    week: Mapped[int] = mapped_column(Integer)
    weekday: Mapped[int] = mapped_column(Integer)
    until: Mapped[date | None] = mapped_column(Day)
    host_id: Mapped[int] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SeriesDay(Base):
    """A day of a series that has been dealt with: its event, or left out (`event_id` null) with a reason."""

    __tablename__ = "series_day"
    __table_args__ = (
        UniqueConstraint("event_id"),
        ForeignKeyConstraint(["region_id", "series_id"], ["event_series.region_id", "event_series.id"]),
        ForeignKeyConstraint(["region_id", "event_id"], ["event.region_id", "event.id"]),
        STRICT,
    )

    series_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    event_id: Mapped[int | None] = mapped_column(Id)
    reason: Mapped[str] = mapped_column(Text, default="")
