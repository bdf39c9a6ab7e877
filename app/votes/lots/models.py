"""What each witness of lots wrote down; once two say the same, it stands in `vote_lot`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Id, Text, UtcDateTime


class LotWitness(Base):
    """The order in which one witness saw the names come; they may write it anew until another says the same."""

    __tablename__ = "lot_witness"
    __table_args__ = (
        ForeignKeyConstraint(["region_id", "vote_id"], ["vote.region_id", "vote.id"]),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        STRICT,
    )

    vote_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    membership_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    drawn: Mapped[str] = mapped_column(Text)  # canonical JSON: names in the order drawn
    at: Mapped[datetime] = mapped_column(UtcDateTime)
