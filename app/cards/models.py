"""Member cards, on paper and on the phone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Id, Text, UtcDateTime

ENDED_FOR = ("lost", "reissued", "left")


class Card(Base):
    """A card that was given to a membership; its printed QR is worth something until `ended_at`."""

    __tablename__ = "card"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        Index(
            "uq_card_live",
            "membership_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint(f"ended_for IS NULL OR ended_for IN {ENDED_FOR}", name="ended_for"),
        CheckConstraint("(ended_at IS NULL) = (ended_for IS NULL)", name="ended"),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    membership_id: Mapped[int] = mapped_column(Id)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(Text)
    printed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_for: Mapped[str | None] = mapped_column(Text)


class CardUse(Base):
    """A step of a phone's card that has been read: each is good once."""

    __tablename__ = "card_use"
    __table_args__ = (
        ForeignKeyConstraint(["region_id", "card_id"], ["card.region_id", "card.id"]),
        STRICT,
    )

    card_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    step: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    purpose: Mapped[str] = mapped_column(Text)  # what it was read for: event:7, shop:2
    at: Mapped[datetime] = mapped_column(UtcDateTime)
