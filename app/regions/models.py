"""A region is one co-op: Tsukigase, Owase, Shiojiri. Every other table but a few names one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Id, Text, UtcDateTime

ACCENTS = ("ume", "umi", "budo")


class Region(Base):
    __tablename__ = "region"
    __table_args__ = (
        UniqueConstraint("slug"),
        UniqueConstraint("code"),
        CheckConstraint(f"accent IN {ACCENTS}", name="accent"),
        CheckConstraint("stage BETWEEN 0 AND 4", name="stage"),
        CheckConstraint("opens_before_minutes >= 0 AND closes_after_minutes >= 0", name="window"),
        CheckConstraint("arrivals_per_step > 0", name="arrivals_per_step"),
        CheckConstraint("hour_value_yen IS NULL OR hour_value_yen > 0", name="hour_value_yen"),
        CheckConstraint("support_needed > 0", name="support_needed"),
        CheckConstraint("support_hours >= 0", name="support_hours"),
        CheckConstraint("answer_days BETWEEN 1 AND 60", name="answer_days"),
        CheckConstraint("vote_days BETWEEN 1 AND 90", name="vote_days"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(Text)  # in addresses: tsk
    code: Mapped[str] = mapped_column(Text)  # on cards: TSK
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    about: Mapped[str] = mapped_column(Text, default="")
    about_en: Mapped[str] = mapped_column(Text, default="")
    coin_name: Mapped[str] = mapped_column(Text, default="結コイン")
    coin_name_en: Mapped[str] = mapped_column(Text, default="Yui coin")
    accent: Mapped[str] = mapped_column(Text, default="ume")
    motif: Mapped[str] = mapped_column(Text, default="ume")  # the picture inside the seal
    stage: Mapped[int] = mapped_column(Integer, default=0)
    time_zone: Mapped[str] = mapped_column(Text, default="Asia/Tokyo")
    phone: Mapped[str] = mapped_column(Text, default="")
    opens_before_minutes: Mapped[int] = mapped_column(Integer, default=60)
    closes_after_minutes: Mapped[int] = mapped_column(Integer, default=30)
    arrivals_per_step: Mapped[int] = mapped_column(Integer, default=30, server_default=text("30"))  # of a rotating code
    hour_value_yen: Mapped[int | None] = mapped_column(Integer)  # what an hour given freely would have cost
    hour_value_source: Mapped[str] = mapped_column(Text, default="", server_default="")
    support_needed: Mapped[int] = mapped_column(Integer, default=5, server_default=text("5"))  # to talk about an idea
    support_hours: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))  # worth a point more
    answer_days: Mapped[int] = mapped_column(Integer, default=14, server_default=text("14"))  # to answer an opinion
    vote_days: Mapped[int] = mapped_column(Integer, default=14, server_default=text("14"))  # a vote lasts at least
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
