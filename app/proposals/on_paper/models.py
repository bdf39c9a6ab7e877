"""What somebody wrote on a slip and a duty holder typed in for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Id, Text, UtcDateTime


class ProposalSlip(Base):
    """代理入力: by whom, when, and what came of it, one 応援 or one opinion; never altered."""

    __tablename__ = "proposal_slip"
    __table_args__ = (
        UniqueConstraint("key"),
        UniqueConstraint("support_id"),
        UniqueConstraint("opinion_id"),
        CheckConstraint("(support_id IS NULL) <> (opinion_id IS NULL)", name="one"),
        ForeignKeyConstraint(["region_id", "by_id"], ["membership.region_id", "membership.id"]),
        ForeignKeyConstraint(["region_id", "support_id"], ["proposal_support.region_id", "proposal_support.id"]),
        ForeignKeyConstraint(["region_id", "opinion_id"], ["opinion.region_id", "opinion.id"]),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    key: Mapped[str] = mapped_column(Text)  # of the form that typed it in
    support_id: Mapped[int | None] = mapped_column(Id)
    opinion_id: Mapped[int | None] = mapped_column(Id)
    by_id: Mapped[int] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
