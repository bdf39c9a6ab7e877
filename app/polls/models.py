"""ちょっときく and 日程調整: small questions without a life cycle; they decide nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Id, Text, UtcDateTime

KINDS = ("quick", "dates")
MARKS = ("yes", "maybe", "no")  # ○ △ ×


class Poll(Base):
    __tablename__ = "poll"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("key"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        UniqueConstraint("code"),
        CheckConstraint("closes_at > created_at", name="closes_at"),
        ForeignKeyConstraint(["region_id", "asked_by_id"], ["membership.region_id", "membership.id"]),
        ForeignKeyConstraint(["region_id", "project_id"], ["project.region_id", "project.id"]),
        Index("ix_poll_region_id_closes_at", "region_id", "closes_at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    key: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)  # to share it
    kind: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    asked_by_id: Mapped[int] = mapped_column(Id)
    project_id: Mapped[int | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by hand, before its time
    chosen_number: Mapped[int | None] = mapped_column(Integer)  # of a day that was fixed


class PollOption(Base):
    """An answer to choose, or a day to meet."""

    __tablename__ = "poll_option"
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("words <> '' OR starts_at IS NOT NULL", name="said"),
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="ends_at"),
        UniqueConstraint("region_id", "poll_id", "number"),
        ForeignKeyConstraint(["region_id", "poll_id"], ["poll.region_id", "poll.id"]),
        STRICT,
    )

    poll_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    words: Mapped[str] = mapped_column(Text, default="")
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PollAnswer(Base):
    """What somebody said to one option; changed as often as they like."""

    __tablename__ = "poll_answer"
    __table_args__ = (
        CheckConstraint(f"mark IN {MARKS}", name="mark"),
        ForeignKeyConstraint(
            ["region_id", "poll_id", "number"],
            ["poll_option.region_id", "poll_option.poll_id", "poll_option.number"],
        ),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        Index("ix_poll_answer_membership_id", "membership_id"),
        STRICT,
    )

    poll_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    membership_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    mark: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
