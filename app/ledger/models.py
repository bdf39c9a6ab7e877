"""Tables of the ledger. Operations, transfers and holds are only ever inserted; a holding is what they add up to."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Day, Id, Text, UtcDateTime

NEVER = date(9999, 12, 31)  # the lot of coins that no longer expire: a shop's

LOT_KEEPING = ("member", "shop", "project")  # these have holdings; all other kinds are sources and sinks
KINDS = ("source", "member", "shop", "project", "expired", "settled", "written_off")


class Account(Base):
    """Whose coins: `owner` is an opaque reference of the room above (`membership:5`, `shop:2`, `programme:1`)."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("region_id", "kind", "owner"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint("status IN ('open', 'frozen', 'closed')", name="status"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    kind: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, default="open", server_default="open")


class Operation(Base):
    """One business act. `key` is chosen by the caller before sending; `digest` tells the same request from another."""

    __tablename__ = "operation"
    __table_args__ = (
        UniqueConstraint("key"),
        UniqueConstraint("region_id", "seq"),
        UniqueConstraint("reverses"),  # a second reversal stops here
        Index("ix_operation_region_id_reference", "region_id", "reference"),
        ForeignKeyConstraint(["region_id", "reverses"], ["operation.region_id", "operation.seq"]),
        STRICT,
    )

    seq: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(Text)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    kind: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    on_behalf_of: Mapped[str | None] = mapped_column(Text)
    rule: Mapped[str | None] = mapped_column(Text)
    reference: Mapped[str | None] = mapped_column(Text)
    reverses: Mapped[int | None] = mapped_column(Id)
    digest: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Transfer(Base):
    """One line of an operation: `amount` coins of the lot `expires_on` from one account to another."""

    __tablename__ = "transfer"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("from_id <> to_id", name="moves"),
        ForeignKeyConstraint(["region_id", "operation_seq"], ["operation.region_id", "operation.seq"]),
        ForeignKeyConstraint(["region_id", "from_id"], ["account.region_id", "account.id"]),
        ForeignKeyConstraint(["region_id", "to_id"], ["account.region_id", "account.id"]),
        Index("ix_transfer_from_id_operation_seq", "from_id", "operation_seq"),
        Index("ix_transfer_to_id_operation_seq", "to_id", "operation_seq"),
        STRICT,
    )

    operation_seq: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    line: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    from_id: Mapped[int] = mapped_column(Id)
    to_id: Mapped[int] = mapped_column(Id)
    amount: Mapped[int] = mapped_column(Integer)
    expires_on: Mapped[date] = mapped_column(Day)


class Holding(Base):
    """Balance and lots in one: what an account has of the coins that expire on one day, and how much of it is held."""

    __tablename__ = "holding"
    __table_args__ = (
        CheckConstraint("held >= 0 AND posted >= held", name="covered"),
        ForeignKeyConstraint(["region_id", "account_id"], ["account.region_id", "account.id"]),
        STRICT,
    )

    account_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    expires_on: Mapped[date] = mapped_column(Day, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    posted: Mapped[int] = mapped_column(Integer)
    held: Mapped[int] = mapped_column(Integer, default=0, server_default="0")


class Hold(Base):
    """Coins set aside for one payment until it is captured, released or runs out."""

    __tablename__ = "hold"
    __table_args__ = (
        UniqueConstraint("key"),
        UniqueConstraint("region_id", "id"),
        CheckConstraint("amount > 0", name="amount_positive"),
        ForeignKeyConstraint(["region_id", "account_id"], ["account.region_id", "account.id"]),
        Index("ix_hold_account_id", "account_id"),
        Index("ix_hold_expires_at", "expires_at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(Text)
    region_id: Mapped[int] = mapped_column(Id)
    account_id: Mapped[int] = mapped_column(Id)
    amount: Mapped[int] = mapped_column(Integer)
    reference: Mapped[str | None] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class HoldLot(Base):
    """Which lots a hold set aside."""

    __tablename__ = "hold_lot"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        ForeignKeyConstraint(["region_id", "hold_id"], ["hold.region_id", "hold.id"]),
        STRICT,
    )

    hold_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    expires_on: Mapped[date] = mapped_column(Day, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    amount: Mapped[int] = mapped_column(Integer)


class HoldEnd(Base):
    """How a hold ended; its key is the hold, so that it ends once."""

    __tablename__ = "hold_end"
    __table_args__ = (
        CheckConstraint("kind IN ('captured', 'released', 'expired')", name="kind"),
        CheckConstraint("captured >= 0 AND (kind = 'captured') = (captured > 0)", name="captured"),
        ForeignKeyConstraint(["region_id", "hold_id"], ["hold.region_id", "hold.id"]),
        ForeignKeyConstraint(["region_id", "operation_seq"], ["operation.region_id", "operation.seq"]),
        STRICT,
    )

    hold_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(Text)
    captured: Mapped[int] = mapped_column(Integer, default=0)
    operation_seq: Mapped[int | None] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
