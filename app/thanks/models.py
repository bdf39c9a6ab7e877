"""ありがとうカード: words from one member to another; never coins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Id, Text, UtcDateTime

LONGEST = 200  # characters


class Thanks(Base):
    """Read by whom it is for, and by whoever wrote it; `hidden_at`: the reader put it away."""

    __tablename__ = "thanks"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("key"),
        CheckConstraint("from_id <> to_id", name="to_oneself"),
        CheckConstraint(f"length(words) BETWEEN 1 AND {LONGEST}", name="words"),
        ForeignKeyConstraint(["region_id", "from_id"], ["membership.region_id", "membership.id"]),
        ForeignKeyConstraint(["region_id", "to_id"], ["membership.region_id", "membership.id"]),
        ForeignKeyConstraint(["region_id", "event_id"], ["event.region_id", "event.id"]),
        ForeignKeyConstraint(["region_id", "project_id"], ["project.region_id", "project.id"]),
        Index("ix_thanks_to_id_at", "to_id", "at"),
        Index("ix_thanks_from_id_at", "from_id", "at"),
        Index("ix_thanks_region_id_at", "region_id", "at"),
        Index(
            "ix_thanks_unseen",
            "region_id",
            "at",
            sqlite_where=text("seen_at IS NULL"),
            postgresql_where=text("seen_at IS NULL"),
        ),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    key: Mapped[str] = mapped_column(Text)
    from_id: Mapped[int] = mapped_column(Id)
    to_id: Mapped[int] = mapped_column(Id)
    event_id: Mapped[int | None] = mapped_column(Id)
    project_id: Mapped[int | None] = mapped_column(Id)
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
