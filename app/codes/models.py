"""What a public code leads to."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Id, Text

PURPOSES = ("event", "shop", "place", "proposal", "vote", "poll", "certificate")


class PublicCode(Base):
    """Eight characters on a poster. They identify, they never authorise."""

    __tablename__ = "public_code"
    __table_args__ = (
        CheckConstraint(f"purpose IN {PURPOSES}", name="purpose"),
        CheckConstraint("length(code) = 8", name="length"),
        Index("ix_public_code_subject", "purpose", "subject_id"),
        STRICT,
    )

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    purpose: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[int] = mapped_column(Id)
