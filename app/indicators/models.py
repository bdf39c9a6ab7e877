"""What a region wants to become, in numbers: an indicator of one of the five fields and its values."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Day, Flag, Id, Text, UtcDateTime
from app.events.models import FIELDS


class Indicator(Base):
    """Values are whole numbers of 10**-`decimals` of the `unit`. With a `target` it has a page of its own."""

    __tablename__ = "indicator"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("region_id", "name"),
        CheckConstraint(f"field IN {FIELDS}", name="field"),
        CheckConstraint("decimals BETWEEN 0 AND 3", name="decimals"),
        CheckConstraint("(target IS NULL) = (target_on IS NULL)", name="target"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    field: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text, default="")
    about: Mapped[str] = mapped_column(Text, default="")
    about_en: Mapped[str] = mapped_column(Text, default="")
    unit: Mapped[str] = mapped_column(Text)
    unit_en: Mapped[str] = mapped_column(Text, default="")
    decimals: Mapped[int] = mapped_column(Integer, default=0)
    target: Mapped[int | None] = mapped_column(Integer)
    target_on: Mapped[date | None] = mapped_column(Day)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class IndicatorValue(Base):
    """A number on a day, and where it is from. A wrong one is withdrawn and stays to be seen as such."""

    __tablename__ = "indicator_value"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("key"),
        CheckConstraint("length(source) > 0", name="source"),
        ForeignKeyConstraint(["region_id", "indicator_id"], ["indicator.region_id", "indicator.id"]),
        ForeignKeyConstraint(["region_id", "entered_by_id"], ["membership.region_id", "membership.id"]),
        Index("ix_indicator_value_indicator_id_day", "indicator_id", "day"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    key: Mapped[str] = mapped_column(Text)
    indicator_id: Mapped[int] = mapped_column(Id)
    day: Mapped[date] = mapped_column(Day)
    value: Mapped[int] = mapped_column(Integer)
    estimated: Mapped[bool] = mapped_column(Flag, default=False)  # 推計
    source: Mapped[str] = mapped_column(Text)
    entered_by_id: Mapped[int] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
