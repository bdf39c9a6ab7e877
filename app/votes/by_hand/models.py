"""Piles of paper ballots, proxies, and the trace of those who were helped."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Day, Id, Text, UtcDateTime
from app.votes.models import GROUPS, UNORDERED


class PaperCount(Base):
    """A pile of paper ballots typed in by one person, and again by another; counted once both say the same."""

    __tablename__ = "paper_count"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("key"),
        CheckConstraint(f"part IN {GROUPS}", name="part"),
        CheckConstraint("invalid >= 0", name="invalid"),
        CheckConstraint("second_by_id IS NULL OR second_by_id <> first_by_id", name="two"),
        CheckConstraint("(accepted_at IS NULL) = (second_by_id IS NULL)", name="accepted"),
        ForeignKeyConstraint(["region_id", "vote_id"], ["vote.region_id", "vote.id"]),
        ForeignKeyConstraint(["region_id", "first_by_id"], ["membership.region_id", "membership.id"]),
        ForeignKeyConstraint(["region_id", "second_by_id"], ["membership.region_id", "membership.id"]),
        Index("ix_paper_count_vote_id", "vote_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    key: Mapped[str] = mapped_column(Text)
    vote_id: Mapped[int] = mapped_column(Id)
    part: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text, default="")  # of the pile
    ballots: Mapped[str] = mapped_column(Text)  # canonical JSON: [[count, choice], …], sorted
    invalid: Mapped[int] = mapped_column(Integer, default=0)
    first_by_id: Mapped[int] = mapped_column(Id)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    second_by_id: Mapped[int | None] = mapped_column(Id)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dropped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # typed wrong: begun anew


class Proxy(Base):
    """委任: `giver` lets `holder` vote for them, in one vote or in all of one assembly."""

    __tablename__ = "proxy"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("(vote_id IS NULL) <> (event_id IS NULL)", name="what"),
        CheckConstraint("giver_id <> holder_id", name="self"),
        CheckConstraint("way IN ('phone', 'paper')", name="way"),
        CheckConstraint("(way = 'paper') = (entered_by_id IS NOT NULL)", name="entered_by"),
        ForeignKeyConstraint(["region_id", "vote_id"], ["vote.region_id", "vote.id"]),
        ForeignKeyConstraint(["region_id", "event_id"], ["event.region_id", "event.id"]),
        ForeignKeyConstraint(["region_id", "giver_id"], ["membership.region_id", "membership.id"]),
        ForeignKeyConstraint(["region_id", "holder_id"], ["membership.region_id", "membership.id"]),
        ForeignKeyConstraint(["region_id", "entered_by_id"], ["membership.region_id", "membership.id"]),
        Index("ix_proxy_giver_id", "giver_id"),
        Index("ix_proxy_holder_id", "holder_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    key: Mapped[str] = mapped_column(Text)
    vote_id: Mapped[int | None] = mapped_column(Id)
    event_id: Mapped[int | None] = mapped_column(Id)  # the gathering that is the assembly
    giver_id: Mapped[int] = mapped_column(Id)
    holder_id: Mapped[int] = mapped_column(Id)
    way: Mapped[str] = mapped_column(Text, default="phone")
    entered_by_id: Mapped[int | None] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Assistance(Base):
    """The trace of somebody who was helped to vote: who helped, on which day, and never what was chosen."""

    __tablename__ = "assistance"
    __table_args__ = (
        CheckConstraint("membership_id <> helper_id", name="self"),
        ForeignKeyConstraint(["region_id", "helper_id"], ["membership.region_id", "membership.id"]),
        ForeignKeyConstraint(
            ["region_id", "vote_id", "membership_id"],
            ["roll_line.region_id", "roll_line.vote_id", "roll_line.membership_id"],
        ),
        UNORDERED,
    )

    vote_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    membership_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    helper_id: Mapped[int] = mapped_column(Id)
    reason: Mapped[str] = mapped_column(Text, default="")
    on: Mapped[date] = mapped_column("on_day", Day)
