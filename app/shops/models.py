"""Shops, what they offer for coins, and each redemption."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import STRICT, Base, Day, Id, Text, UtcDateTime

KINDS = ("goods", "experience")
PERIODS = ("total", "day", "week", "month", "year")  # year = 年度
STATES = ("requested", "confirmed", "cancelled", "expired")
WAYS = ("scan", "digits", "card", "sticker", "paper")


class Shop(Base):
    """A shop; `account_id` is where its coins arrive."""

    __tablename__ = "shop"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("code"),
        ForeignKeyConstraint(["region_id", "account_id"], ["account.region_id", "account.id"]),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(Text, default="")
    place_en: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str] = mapped_column(Text, default="")
    thanks: Mapped[str] = mapped_column(Text, default="")  # the shop's own sentence after a redemption
    thanks_en: Mapped[str] = mapped_column(Text, default="")
    account_id: Mapped[int] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Offer(Base):
    """Goods or an experience. Stock and the limit per person each count within a period.

    `seq` is bumped first by every write that takes a unit: it is the offer's lock. Giving back needs none.
    """

    __tablename__ = "offer"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint("price BETWEEN 1 AND 50", name="price"),
        CheckConstraint("stock IS NULL OR stock >= 0", name="stock"),
        CheckConstraint('"limit" IS NULL OR "limit" > 0', name="limit"),
        CheckConstraint(f"stock_period IN {PERIODS}", name="stock_period"),
        CheckConstraint(f"limit_period IN {PERIODS}", name="limit_period"),
        ForeignKeyConstraint(["region_id", "shop_id"], ["shop.region_id", "shop.id"]),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    shop_id: Mapped[int] = mapped_column(Id)
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text, default="")
    story: Mapped[str] = mapped_column(Text, default="")  # the maker's, three lines
    story_en: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str] = mapped_column(Text, default="goods")
    price: Mapped[int] = mapped_column(Integer)
    stock: Mapped[int | None] = mapped_column(Integer)  # null: as many as wanted
    stock_period: Mapped[str] = mapped_column(Text, default="total")
    limit: Mapped[int | None] = mapped_column(Integer)
    limit_period: Mapped[str] = mapped_column(Text, default="total")
    picture: Mapped[str] = mapped_column(Text, default="")  # static/pictures/<picture>.svg
    photo: Mapped[str] = mapped_column(Text, default="", server_default="")  # SHA-256 of an uploaded one
    seq: Mapped[int] = mapped_column(Integer, default=0)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    shop: Mapped[Shop] = relationship(lazy="raise", viewonly=True)


class Redemption(Base):
    """One exchange of coins for one unit of an offer; the coins are held while it is `requested`."""

    __tablename__ = "redemption"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("key"),
        UniqueConstraint("code_hash"),
        Index(
            "uq_redemption_digits",
            "shop_id",
            "digits",
            unique=True,
            sqlite_where=text("state = 'requested'"),
            postgresql_where=text("state = 'requested'"),
        ),
        Index(
            "uq_redemption_live",
            "shop_id",
            "membership_id",
            unique=True,
            sqlite_where=text("state = 'requested'"),
            postgresql_where=text("state = 'requested'"),
        ),
        CheckConstraint("price > 0", name="price"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"way IS NULL OR way IN {WAYS}", name="way"),
        CheckConstraint("(state = 'confirmed') = (confirmed_at IS NOT NULL)", name="confirmed"),
        ForeignKeyConstraint(["region_id", "offer_id"], ["offer.region_id", "offer.id"]),
        ForeignKeyConstraint(["region_id", "shop_id"], ["shop.region_id", "shop.id"]),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        ForeignKeyConstraint(["region_id", "hold_id"], ["hold.region_id", "hold.id"]),
        Index("ix_redemption_offer_id_state_requested_at", "offer_id", "state", "requested_at"),
        Index("ix_redemption_membership_id_requested_at", "membership_id", "requested_at"),
        Index("ix_redemption_shop_id_confirmed_at", "shop_id", "confirmed_at"),
        Index("ix_redemption_shop_id_digits", "shop_id", "digits"),
        Index(
            "ix_redemption_due",
            "expires_at",
            sqlite_where=text("state = 'requested'"),
            postgresql_where=text("state = 'requested'"),
        ),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    key: Mapped[str] = mapped_column(Text)
    offer_id: Mapped[int] = mapped_column(Id)
    shop_id: Mapped[int] = mapped_column(Id)
    membership_id: Mapped[int] = mapped_column(Id)
    hold_id: Mapped[int] = mapped_column(Id)
    price: Mapped[int] = mapped_column(Integer)
    digits: Mapped[str] = mapped_column(Text)
    code_hash: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default="requested")
    way: Mapped[str | None] = mapped_column(Text)
    noted_on: Mapped[date | None] = mapped_column(Day)  # the day on the paper slip that was entered later
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    by: Mapped[str | None] = mapped_column(Text)
    operation_seq: Mapped[int | None] = mapped_column(Id)
    reversed_by: Mapped[int | None] = mapped_column(Id)  # the reversing operation
    reversed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    offer: Mapped[Offer] = relationship(lazy="raise", viewonly=True)
