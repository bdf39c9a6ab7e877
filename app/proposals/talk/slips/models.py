"""How many slips went out and came back through whose hands; nothing here says whose slips they were."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Integer
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Id


class SurveySlips(Base):
    """Two counts for each duty holder who carried slips of a proposal's survey: no time, no order, no voice."""

    __tablename__ = "survey_slips"
    __table_args__ = (
        CheckConstraint("handed >= 0 AND typed >= 0", name="counts"),
        ForeignKeyConstraint(["region_id", "proposal_id"], ["proposal.region_id", "proposal.id"]),
        ForeignKeyConstraint(["region_id", "by_id"], ["membership.region_id", "membership.id"]),
        {**STRICT, "sqlite_with_rowid": False},
    )

    proposal_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    by_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    handed: Mapped[int] = mapped_column(Integer, default=0)
    typed: Mapped[int] = mapped_column(Integer, default=0)
