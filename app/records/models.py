"""あゆみ: what a person agreed to show, and the steps of the region's ladder."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Id, Text, UtcDateTime

PARTS = ("board", "evidence")  # a name on the board; the list for ふるさと住民登録


class LadderStep(Base):
    """A right that comes with `activities` confirmed ones, and never goes again."""

    __tablename__ = "ladder_step"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("region_id", "activities"),
        CheckConstraint("activities > 0", name="activities"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    activities: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text, default="")


class Consent(Base):
    """What one membership lets others see, part by part; without a row, or withdrawn: nothing."""

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint(f"part IN {PARTS}", name="part"),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        STRICT,
    )

    membership_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    part: Mapped[str] = mapped_column(Text, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
