"""当番: a rota of turns that people take, swap and print."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Day, Id, Text, UtcDateTime


class Rota(Base):
    """Turns of one kind, of a project or of the region."""

    __tablename__ = "rota"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("key"),
        ForeignKeyConstraint(["region_id", "project_id"], ["project.region_id", "project.id"]),
        ForeignKeyConstraint(["region_id", "made_by_id"], ["membership.region_id", "membership.id"]),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    key: Mapped[str] = mapped_column(Text)
    project_id: Mapped[int | None] = mapped_column(Id)
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    made_by_id: Mapped[int] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Slot(Base):
    """A time of a rota for which `needed` people are looked for; `begins` and `ends` are HH:MM of the day.

    `taken` counts its turns, so that the last place is given once.
    """

    __tablename__ = "rota_slot"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("rota_id", "day", "begins"),
        CheckConstraint("needed > 0", name="needed"),
        CheckConstraint("taken >= 0 AND taken <= needed", name="taken"),
        CheckConstraint("ends > begins", name="period"),
        ForeignKeyConstraint(["region_id", "rota_id"], ["rota.region_id", "rota.id"]),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    rota_id: Mapped[int] = mapped_column(Id)
    day: Mapped[date] = mapped_column(Day)
    begins: Mapped[str] = mapped_column(Text)
    ends: Mapped[str] = mapped_column(Text)
    needed: Mapped[int] = mapped_column(Integer, default=1)
    taken: Mapped[int] = mapped_column(Integer, default=0)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Turn(Base):
    """Somebody's turn. `swap_asked_at`: かわってください, until somebody else takes it over."""

    __tablename__ = "rota_turn"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        Index(
            "uq_rota_turn_once",
            "slot_id",
            "membership_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        ForeignKeyConstraint(["region_id", "slot_id"], ["rota_slot.region_id", "rota_slot.id"]),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        ForeignKeyConstraint(["region_id", "from_id"], ["rota_turn.region_id", "rota_turn.id"]),
        Index("ix_rota_turn_membership_id", "membership_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    slot_id: Mapped[int] = mapped_column(Id)
    membership_id: Mapped[int] = mapped_column(Id)
    from_id: Mapped[int | None] = mapped_column(Id)  # the turn that this one took over
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    swap_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    swap_words: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # given up or taken over
