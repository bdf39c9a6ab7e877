"""Programmes that give coins, their versioned rules, budgets, and what was earned for what."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Day, Id, Text, UtcDateTime


class Programme(Base):
    """Where coins come from: `account_id` is its source account in the ledger."""

    __tablename__ = "programme"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("region_id", "name"),
        ForeignKeyConstraint(["region_id", "account_id"], ["account.region_id", "account.id"]),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    name: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(Id)


class RuleVersion(Base):
    """How many coins for what, from a day on. Durations in minutes, caps in coins per person."""

    __tablename__ = "rule_version"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("programme_id", "version"),
        ForeignKeyConstraint(["region_id", "programme_id"], ["programme.region_id", "programme.id"]),
        CheckConstraint("0 < one_coin_minutes AND one_coin_minutes <= two_coins_minutes", name="minutes"),
        CheckConstraint("0 < day_cap AND day_cap <= year_cap", name="caps"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    programme_id: Mapped[int] = mapped_column(Id)
    version: Mapped[int] = mapped_column(Integer)
    valid_from: Mapped[date] = mapped_column(Day)
    one_coin_minutes: Mapped[int] = mapped_column(Integer, default=60)
    two_coins_minutes: Mapped[int] = mapped_column(Integer, default=120)
    day_cap: Mapped[int] = mapped_column(Integer, default=2)
    year_cap: Mapped[int] = mapped_column(Integer, default=50)


class Budget(Base):
    """What a programme may give in one 年度; issuing stops at the cap."""

    __tablename__ = "budget"
    __table_args__ = (
        UniqueConstraint("programme_id", "fiscal_year"),
        ForeignKeyConstraint(["region_id", "programme_id"], ["programme.region_id", "programme.id"]),
        CheckConstraint("granted >= 0 AND granted <= cap", name="granted"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    programme_id: Mapped[int] = mapped_column(Id)
    fiscal_year: Mapped[int] = mapped_column(Integer)
    granted: Mapped[int] = mapped_column(Integer, default=0)
    cap: Mapped[int] = mapped_column(Integer)


class Earning(Base):
    """What one membership earned for one activity (`event:7`): once, however it was recorded.

    `operation_seq` is null when nothing was paid; `reversed_by` frees the activity to be earned again.
    """

    __tablename__ = "earning"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        Index(
            "uq_earning_once",
            "membership_id",
            "activity",
            unique=True,
            sqlite_where=text("reversed_by IS NULL"),
            postgresql_where=text("reversed_by IS NULL"),
        ),
        CheckConstraint("amount >= 0 AND (amount = 0) = (operation_seq IS NULL)", name="amount"),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        ForeignKeyConstraint(["region_id", "rule_version_id"], ["rule_version.region_id", "rule_version.id"]),
        ForeignKeyConstraint(["region_id", "operation_seq"], ["operation.region_id", "operation.seq"]),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    membership_id: Mapped[int] = mapped_column(Id)
    activity: Mapped[str] = mapped_column(Text)
    day: Mapped[date] = mapped_column(Day)  # the activity's local day: caps go by it
    wanted: Mapped[int] = mapped_column(Integer)
    amount: Mapped[int] = mapped_column(Integer)
    limited_by: Mapped[str | None] = mapped_column(Text)  # day, year, budget: why less was given
    rule_version_id: Mapped[int] = mapped_column(Id)
    operation_seq: Mapped[int | None] = mapped_column(Id)
    reversed_by: Mapped[str | None] = mapped_column(Text)  # who took it back
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Allowance(Base):
    """Coins issued minus reversed to one membership in one period: `2026-11-28` or `FY2026`."""

    __tablename__ = "allowance"
    __table_args__ = (
        CheckConstraint("issued >= 0", name="issued"),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        STRICT,
    )

    membership_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    period: Mapped[str] = mapped_column(Text, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    issued: Mapped[int] = mapped_column(Integer, default=0)
