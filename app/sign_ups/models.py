"""Places taken before a gathering, the waiting list, and answers to invitations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Id, Text, UtcDateTime

STATES = ("going", "waiting", "invited", "declined", "cancelled", "arrived")
LIVE = "state NOT IN ('cancelled')"


class SignUp(Base):
    """A place at a gathering for `people`, or the wish for one. `going` holds it in `event.booked` until the person
    arrives, cancels, or the host frees the places of those who have not come. `id` is the order of waiting.
    """

    __tablename__ = "sign_up"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("key"),
        Index(
            "uq_sign_up_once",
            "event_id",
            "membership_id",
            unique=True,
            sqlite_where=text(LIVE),
            postgresql_where=text(LIVE),
        ),
        Index(
            "uq_sign_up_phone",
            "event_id",
            "visit_hash",
            unique=True,
            sqlite_where=text(LIVE),
            postgresql_where=text(LIVE),
        ),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("people BETWEEN 1 AND 20", name="people"),
        CheckConstraint("children BETWEEN 0 AND people - 1", name="children"),
        ForeignKeyConstraint(["region_id", "event_id"], ["event.region_id", "event.id"]),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        Index("ix_sign_up_event_id_state", "event_id", "state"),
        Index("ix_sign_up_membership_id", "membership_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    event_id: Mapped[int] = mapped_column(Id)
    membership_id: Mapped[int | None] = mapped_column(Id)  # null: a visitor, known by the phone
    visit_hash: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text, default="")  # as the event's name level asks
    contact: Mapped[str] = mapped_column(Text, default="")
    people: Mapped[int] = mapped_column(Integer, default=1)
    children: Mapped[int] = mapped_column(Integer, default=0)  # among `people`
    answer_1: Mapped[str] = mapped_column(Text, default="")
    answer_2: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    promoted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # also an arrival ends what asked for a place
    called_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # told by telephone that it is off
