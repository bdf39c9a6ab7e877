"""What was really spent."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Day, Id, Text, UtcDateTime


class Expense(Base):
    """Money that a project used, with the number of its document; a mistake is reversed by a row that takes it back."""

    __tablename__ = "expense"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("key"),
        UniqueConstraint("reverses_id"),
        CheckConstraint("amount_yen <> 0", name="amount_yen"),
        CheckConstraint("(amount_yen < 0) = (reverses_id IS NOT NULL)", name="reverses"),
        CheckConstraint("document <> ''", name="document"),
        ForeignKeyConstraint(["region_id", "project_id"], ["project.region_id", "project.id"]),
        ForeignKeyConstraint(["region_id", "by_id"], ["membership.region_id", "membership.id"]),
        ForeignKeyConstraint(["region_id", "reverses_id"], ["expense.region_id", "expense.id"]),
        Index("ix_expense_project_id", "project_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    key: Mapped[str] = mapped_column(Text)
    project_id: Mapped[int] = mapped_column(Id)
    on: Mapped[date] = mapped_column("on_day", Day)
    amount_yen: Mapped[int] = mapped_column(Integer)
    what: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(Text)  # the number on the receipt or invoice
    by_id: Mapped[int] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    reverses_id: Mapped[int | None] = mapped_column(Id)
