"""Places that are open on days of the week, and visits to them without a gathering."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Day, Id, Text, UtcDateTime


class Place(Base):
    """The workation room, a recycling station. `shop_id` is the counter in it; `coins` is what a visit gives."""

    __tablename__ = "place"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("code"),
        CheckConstraint("coins BETWEEN 0 AND 1", name="coins"),
        ForeignKeyConstraint(["region_id", "shop_id"], ["shop.region_id", "shop.id"]),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text, default="")
    about: Mapped[str] = mapped_column(Text, default="")
    about_en: Mapped[str] = mapped_column(Text, default="")
    address: Mapped[str] = mapped_column(Text, default="")
    address_en: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str] = mapped_column(Text, default="")
    pickup: Mapped[str] = mapped_column(Text, default="")  # when goods can be fetched
    pickup_en: Mapped[str] = mapped_column(Text, default="")
    shop_id: Mapped[int | None] = mapped_column(Id)
    coins: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OpeningHours(Base):
    """One stretch of a weekday (0 = Monday) in wall-clock time, HH:MM."""

    __tablename__ = "opening_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("closes > opens", name="period"),
        ForeignKeyConstraint(["region_id", "place_id"], ["place.region_id", "place.id"]),
        STRICT,
    )

    place_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    weekday: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    opens: Mapped[str] = mapped_column(Text, primary_key=True)
    closes: Mapped[str] = mapped_column(Text)
    region_id: Mapped[int] = mapped_column(Id)


class ClosedDay(Base):
    """A day on which a place is closed although its weekday is open."""

    __tablename__ = "closed_day"
    __table_args__ = (
        ForeignKeyConstraint(["region_id", "place_id"], ["place.region_id", "place.id"]),
        STRICT,
    )

    place_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    reason: Mapped[str] = mapped_column(Text, default="")


class PlaceVisit(Base):
    """Somebody was there: one a day and person, or phone."""

    __tablename__ = "place_visit"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("key"),
        UniqueConstraint("place_id", "day", "membership_id"),
        UniqueConstraint("place_id", "day", "visit_hash"),
        ForeignKeyConstraint(["region_id", "place_id"], ["place.region_id", "place.id"]),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        Index("ix_place_visit_membership_id", "membership_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    place_id: Mapped[int] = mapped_column(Id)
    membership_id: Mapped[int | None] = mapped_column(Id)
    visit_hash: Mapped[str | None] = mapped_column(Text)
    day: Mapped[date] = mapped_column(Day)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    key: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
