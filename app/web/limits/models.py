"""Counters of rate limits, shared by all workers."""

from __future__ import annotations

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Id, Text


class Throttle(Base):
    """How often `key` was counted in the window that began at `window` (Unix seconds)."""

    __tablename__ = "throttle"
    __table_args__ = (STRICT,)

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    window: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    count: Mapped[int] = mapped_column(Integer, default=0)
