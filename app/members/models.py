"""Members (humans), their memberships in regions, households and duties."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import STRICT, Base, Day, Id, Text, UtcDateTime

KINDS = ("resident", "friend", "company", "municipality", "shop")
STANDINGS = ("provisional", "active", "ended")
DUTIES = ("steward", "office", "auditor", "officer", "officer_desk", "shop")


class Member(Base):
    """A human. `handle` is the random name that passkeys know; names stand on memberships."""

    __tablename__ = "member"
    __table_args__ = (UniqueConstraint("handle"), STRICT)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    handle: Mapped[bytes] = mapped_column(LargeBinary)
    language: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    credentials_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Household(Base):
    __tablename__ = "household"
    __table_args__ = (UniqueConstraint("region_id", "id"), STRICT)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))


class Membership(Base):
    """One member in one region: the name used there, the number on the card."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("region_id", "member_id"),
        UniqueConstraint("region_id", "number"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"standing IN {STANDINGS}", name="standing"),
        ForeignKeyConstraint(["region_id", "household_id"], ["household.region_id", "household.id"]),
        ForeignKeyConstraint(["region_id", "account_id"], ["account.region_id", "account.id"]),
        Index("ix_membership_region_id_yomi_search", "region_id", "yomi_search"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    member_id: Mapped[int] = mapped_column(Id, ForeignKey("member.id"))
    number: Mapped[str | None] = mapped_column(Text)  # TSK-0001-3; a provisional membership has none yet
    kind: Mapped[str] = mapped_column(Text)
    standing: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text, default="")  # may be empty for somebody who only claimed coins
    yomi: Mapped[str] = mapped_column(Text, default="")
    yomi_search: Mapped[str] = mapped_column(Text, default="")  # よみ folded for searching
    account_id: Mapped[int | None] = mapped_column(Id)
    household_id: Mapped[int | None] = mapped_column(Id)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)

    member: Mapped[Member] = relationship(lazy="raise")


class Duty(Base):
    """A duty given to a membership for a time; `shop_id` only for shop staff."""

    __tablename__ = "duty"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        CheckConstraint(f"role IN {DUTIES}", name="role"),
        CheckConstraint("(role = 'shop') = (shop_id IS NOT NULL)", name="shop"),
        CheckConstraint("ends_on > starts_on", name="period"),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        ForeignKeyConstraint(["region_id", "shop_id"], ["shop.region_id", "shop.id"]),
        Index("ix_duty_membership_id", "membership_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    membership_id: Mapped[int] = mapped_column(Id)
    role: Mapped[str] = mapped_column(Text)
    shop_id: Mapped[int | None] = mapped_column(Id)
    starts_on: Mapped[date] = mapped_column(Day)
    ends_on: Mapped[date] = mapped_column(Day)
