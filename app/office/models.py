"""Changes that need a second person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Flag, Id, Text, UtcDateTime

KINDS = ("rule", "budget", "programme", "place")


class Change(Base):
    """A change of what coins are given for, asked for by one person and decided by another.

    `body` is what is to be done, as JSON; `accepted` is null until it is decided.
    """

    __tablename__ = "change"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("key"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint("(accepted IS NULL) = (decided_at IS NULL)", name="decided"),
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="two_people"),
        ForeignKeyConstraint(["region_id", "asked_by"], ["membership.region_id", "membership.id"]),
        ForeignKeyConstraint(["region_id", "decided_by"], ["membership.region_id", "membership.id"]),
        Index("ix_change_region_id_decided_at", "region_id", "decided_at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    kind: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="")
    key: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int] = mapped_column(Id)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(Id)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted: Mapped[bool | None] = mapped_column(Flag)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
