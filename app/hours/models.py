"""Volunteer hours: what somebody did on a day, and who confirmed it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Day, Flag, Id, Text, UtcDateTime
from app.events.models import FIELDS
from app.hours.rules import DAY_LIMIT

WAYS = ("event", "phone", "proxy", "correction")
STATES = ("waiting", "confirmed", "returned", "withdrawn")
PLACES = ("onsite", "remote")


class HoursEntry(Base):
    """Minutes of one membership on one local day, in steps of 15 but for gatherings, which count as they were.

    `activity` is what earns: `event:7` for a gathering, `hours:<key>` for other work. A correction is a confirmed
    entry of negative minutes that `reverses` the old one, which stays as it was. Whoever did it never confirms it,
    nor whoever typed it in; that nobody of the household does is the rule of `hours.rules`.
    """

    __tablename__ = "hours_entry"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("key"),
        CheckConstraint(f"way IN {WAYS}", name="way"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"place IN {PLACES}", name="place"),
        CheckConstraint(f"field IN {FIELDS}", name="field"),
        CheckConstraint(f"minutes BETWEEN -{DAY_LIMIT} AND {DAY_LIMIT} AND minutes <> 0", name="minutes"),
        CheckConstraint("(minutes < 0) = (reverses_id IS NOT NULL)", name="reverses"),
        CheckConstraint("(state = 'confirmed') = (confirmed_at IS NOT NULL)", name="confirmed"),
        CheckConstraint("confirmed_by_id IS NULL OR minutes < 0 OR confirmed_by_id <> membership_id", name="own"),
        CheckConstraint("way <> 'proxy' OR confirmed_by_id IS NULL OR confirmed_by_id <> entered_by_id", name="typed"),
        CheckConstraint("with_id IS NULL OR with_id <> membership_id", name="with_oneself"),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        ForeignKeyConstraint(["region_id", "event_id"], ["event.region_id", "event.id"]),
        ForeignKeyConstraint(["region_id", "project_id"], ["project.region_id", "project.id"]),
        ForeignKeyConstraint(["region_id", "with_id"], ["membership.region_id", "membership.id"]),
        ForeignKeyConstraint(["region_id", "entered_by_id"], ["membership.region_id", "membership.id"]),
        ForeignKeyConstraint(["region_id", "confirmed_by_id"], ["membership.region_id", "membership.id"]),
        ForeignKeyConstraint(["region_id", "reverses_id"], ["hours_entry.region_id", "hours_entry.id"]),
        UniqueConstraint("reverses_id"),
        Index(
            "uq_hours_entry_activity",
            "membership_id",
            "activity",
            unique=True,
            sqlite_where=text("minutes > 0 AND NOT reversed AND state <> 'withdrawn'"),
            postgresql_where=text("minutes > 0 AND NOT reversed AND state <> 'withdrawn'"),
        ),
        Index(
            "ix_hours_entry_waiting",
            "region_id",
            "day",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_hours_entry_region_id_day", "region_id", "day"),
        Index("ix_hours_entry_membership_id_day", "membership_id", "day"),
        Index("ix_hours_entry_project_id_day", "project_id", "day"),
        Index("ix_hours_entry_event_id", "event_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    key: Mapped[str] = mapped_column(Text)  # of the form; worked out for what a gathering prepares
    membership_id: Mapped[int] = mapped_column(Id)
    activity: Mapped[str] = mapped_column(Text)
    event_id: Mapped[int | None] = mapped_column(Id)
    project_id: Mapped[int | None] = mapped_column(Id)
    day: Mapped[date] = mapped_column(Day)
    minutes: Mapped[int] = mapped_column(Integer)
    what: Mapped[str] = mapped_column(Text)
    field: Mapped[str] = mapped_column(Text, default="other")
    place: Mapped[str] = mapped_column(Text, default="onsite")
    paid: Mapped[bool] = mapped_column(Flag, default=False)
    with_id: Mapped[int | None] = mapped_column(Id)  # だれと: may confirm
    with_names: Mapped[str] = mapped_column(Text, default="")
    way: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default="waiting")
    reversed: Mapped[bool] = mapped_column(Flag, default=False)
    reverses_id: Mapped[int | None] = mapped_column(Id)
    entered_by_id: Mapped[int | None] = mapped_column(Id)  # 代理入力: who typed it
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_by_id: Mapped[int | None] = mapped_column(Id)
    confirmed_as: Mapped[str] = mapped_column(Text, default="")  # host, together, named, or the duty
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    returned_by_id: Mapped[int | None] = mapped_column(Id)
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")  # why it was sent back or corrected


class HoursDay(Base):
    """How many minutes one membership has on one day, in entries that wait or are confirmed."""

    __tablename__ = "hours_day"
    __table_args__ = (
        CheckConstraint(f"minutes BETWEEN 0 AND {DAY_LIMIT}", name="minutes"),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        STRICT,
    )

    membership_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    minutes: Mapped[int] = mapped_column(Integer, default=0)
