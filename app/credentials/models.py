"""Passkeys, signed-in devices, the challenges of a ceremony and single-use links."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Integer, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import STRICT, Base, Flag, Id, Text, UtcDateTime
from app.members.models import Member

WAYS = ("passkey", "claim", "demo", "set_up", "till")
PURPOSES = ("register", "sign_in", "confirm")
LINK_PURPOSES = ("demo", "set_up", "till")


class Credential(Base):
    """A passkey. `label` is the device it was made on: which one it is, for whoever has several."""

    __tablename__ = "credential"
    __table_args__ = (UniqueConstraint("credential_id"), Index("ix_credential_member_id", "member_id"), STRICT)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(Id, ForeignKey("member.id"))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(Integer)
    transports: Mapped[str] = mapped_column(Text, default="")
    device_type: Mapped[str] = mapped_column(Text)
    backed_up: Mapped[bool] = mapped_column(Flag)  # a copy lies with the maker of the phone: more devices have it
    label: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignIn(Base):
    """A signed-in device. The cookie holds 256 random bits; only their SHA-256 stands here.

    `fresh_at` is when a passkey was last used on it: acts with a duty ask that this be recent.
    """

    __tablename__ = "sign_in"
    __table_args__ = (
        UniqueConstraint("id_hash"),
        CheckConstraint("kind IN ('member', 'till')", name="kind"),
        CheckConstraint(f"way IN {WAYS}", name="way"),
        CheckConstraint("(kind = 'member') = (member_id IS NOT NULL)", name="member"),
        CheckConstraint("(kind = 'till') = (shop_id IS NOT NULL)", name="till"),
        ForeignKeyConstraint(["region_id", "shop_id"], ["shop.region_id", "shop.id"]),
        Index("ix_sign_in_member_id", "member_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    id_hash: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    way: Mapped[str] = mapped_column(Text)
    member_id: Mapped[int | None] = mapped_column(Id, ForeignKey("member.id"))
    region_id: Mapped[int | None] = mapped_column(Id)
    shop_id: Mapped[int | None] = mapped_column(Id)
    shared: Mapped[bool] = mapped_column(Flag, default=False)  # a PC that others use too: 30 minutes
    label: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    fresh_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    member: Mapped[Member | None] = relationship(lazy="raise")


class Challenge(Base):
    """What a passkey is asked to sign: used once, within five minutes, by the browser that asked, for one purpose.

    A browser has one at a time. `member_id`: whoever was signed in when it asked; None at the sign-in itself.
    """

    __tablename__ = "challenge"
    __table_args__ = (
        UniqueConstraint("cookie_hash"),
        CheckConstraint(f"purpose IN {PURPOSES}", name="purpose"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cookie_hash: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)
    value: Mapped[bytes] = mapped_column(LargeBinary)
    member_id: Mapped[int | None] = mapped_column(Id, ForeignKey("member.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Link(Base):
    """A single-use link: the page it opens has one button, and only the button uses it up.

    `subject`: what it is about, in words of its purpose (`member:5`, `shop:2`).
    """

    __tablename__ = "link"
    __table_args__ = (
        UniqueConstraint("key_hash"),
        CheckConstraint(f"purpose IN {LINK_PURPOSES}", name="purpose"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key_hash: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
