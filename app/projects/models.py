"""とりくみ: projects, who takes part, what is to be done, what money was asked for, and the logbook."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Day, Flag, Id, Text, UtcDateTime
from app.events.models import FIELDS

KINDS = ("residents", "friends", "mutual_aid", "service")
DECIDES = ("talk", "majority", "lead")  # how a project decides for itself
RESULTS = ("continue", "change", "stop")  # つづける, かえる, やめる
WANTED = ("role", "task")
ANSWERS = ("yes", "no")


class Project(Base):
    """Started freely, or with a budget that is applied for. Dormant when `active_at` is 90 days ago: asked, not
    deleted. A trial has `trial_ends_on`; a service has `use`, `cost_yen` a year and `review_on`.
    """

    __tablename__ = "project"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("key"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"field IN {FIELDS}", name="field"),
        CheckConstraint(f"decides IN {DECIDES}", name="decides"),
        CheckConstraint(f"trial_result IS NULL OR trial_result IN {RESULTS}", name="trial_result"),
        CheckConstraint("cost_yen IS NULL OR cost_yen >= 0", name="cost_yen"),
        ForeignKeyConstraint(["region_id", "lead_id"], ["membership.region_id", "membership.id"]),
        ForeignKeyConstraint(["region_id", "programme_id"], ["programme.region_id", "programme.id"]),
        Index("ix_project_region_id_active_at", "region_id", "active_at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    key: Mapped[str] = mapped_column(Text)  # of the form that made it
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text, default="")
    wish: Mapped[str] = mapped_column(Text, default="")  # 想い, in the words of whoever began
    wish_en: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str] = mapped_column(Text, default="residents")
    field: Mapped[str] = mapped_column(Text, default="other")
    decides: Mapped[str] = mapped_column(Text, default="talk")
    decides_note: Mapped[str] = mapped_column(Text, default="")
    client: Mapped[str] = mapped_column(Text, default="")  # the body that asked for it, if any
    programme_id: Mapped[int | None] = mapped_column(Id)
    how_to: Mapped[str] = mapped_column(Text, default="")  # やり方メモ
    designated: Mapped[bool] = mapped_column(Flag, default=False)  # counts for ふるさと住民登録
    lead_id: Mapped[int] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    active_at: Mapped[datetime] = mapped_column(UtcDateTime)  # the last sign of life
    resting_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # おやすみ
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trial_hypothesis: Mapped[str] = mapped_column(Text, default="")
    trial_measure: Mapped[str] = mapped_column(Text, default="")
    trial_ends_on: Mapped[date | None] = mapped_column(Day)
    trial_result: Mapped[str | None] = mapped_column(Text)
    trial_learned: Mapped[str] = mapped_column(Text, default="")
    use: Mapped[str] = mapped_column(Text, default="")
    cost_yen: Mapped[int | None] = mapped_column(Integer)
    review_on: Mapped[date | None] = mapped_column(Day)
    result_whose: Mapped[str] = mapped_column(Text, default="")
    result_what: Mapped[str] = mapped_column(Text, default="")
    result_how: Mapped[str] = mapped_column(Text, default="")
    voice: Mapped[str] = mapped_column(Text, default="")  # a resident's words
    voice_of: Mapped[str] = mapped_column(Text, default="")
    result_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ProjectMember(Base):
    __tablename__ = "project_member"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        Index(
            "uq_project_member_once",
            "project_id",
            "membership_id",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
        ForeignKeyConstraint(["region_id", "project_id"], ["project.region_id", "project.id"]),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        Index("ix_project_member_membership_id", "membership_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    project_id: Mapped[int] = mapped_column(Id)
    membership_id: Mapped[int] = mapped_column(Id)
    role: Mapped[str] = mapped_column(Text, default="")
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ProjectEvent(Base):
    """A gathering of a project; of one only."""

    __tablename__ = "project_event"
    __table_args__ = (
        ForeignKeyConstraint(["region_id", "project_id"], ["project.region_id", "project.id"]),
        ForeignKeyConstraint(["region_id", "event_id"], ["event.region_id", "event.id"]),
        Index("ix_project_event_project_id", "project_id"),
        STRICT,
    )

    event_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    project_id: Mapped[int] = mapped_column(Id)


class BudgetRequest(Base):
    """Money asked for. Until there is voting, two duty holders decide, in public; a refusal needs one and a reason."""

    __tablename__ = "budget_request"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("key"),
        CheckConstraint("amount_yen > 0", name="amount_yen"),
        CheckConstraint("state IN ('waiting', 'granted', 'refused', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided"),
        Index(
            "uq_budget_request_live",
            "project_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        ForeignKeyConstraint(["region_id", "project_id"], ["project.region_id", "project.id"]),
        ForeignKeyConstraint(["region_id", "asked_by_id"], ["membership.region_id", "membership.id"]),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    key: Mapped[str] = mapped_column(Text)
    project_id: Mapped[int] = mapped_column(Id)
    amount_yen: Mapped[int] = mapped_column(Integer)
    purpose: Mapped[str] = mapped_column(Text)
    asked_by_id: Mapped[int] = mapped_column(Id)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(Text, default="waiting")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")


class BudgetAnswer(Base):
    """What one duty holder said to a request for money; never whoever asked."""

    __tablename__ = "budget_answer"
    __table_args__ = (
        ForeignKeyConstraint(["region_id", "request_id"], ["budget_request.region_id", "budget_request.id"]),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        STRICT,
    )

    request_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    membership_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    agrees: Mapped[bool] = mapped_column(Flag)
    role: Mapped[str] = mapped_column(Text)  # the duty in which it was said
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Task(Base):
    """What is wanted: a `role` (somebody who can …) or a `task` (やること). `remote`: 在宅でできる."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("key"),
        CheckConstraint(f"kind IN {WANTED}", name="kind"),
        CheckConstraint("places > 0", name="places"),
        ForeignKeyConstraint(["region_id", "project_id"], ["project.region_id", "project.id"]),
        ForeignKeyConstraint(["region_id", "taken_by_id"], ["membership.region_id", "membership.id"]),
        Index("ix_task_project_id", "project_id"),
        Index("ix_task_region_id_remote", "region_id", "remote"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    key: Mapped[str] = mapped_column(Text)
    project_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(Text, default="task")
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    skills: Mapped[str] = mapped_column(Text, default="")
    remote: Mapped[bool] = mapped_column(Flag, default=False)
    places: Mapped[int] = mapped_column(Integer, default=1)
    due_on: Mapped[date | None] = mapped_column(Day)
    taken_by_id: Mapped[int | None] = mapped_column(Id)  # of a task: who does it
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class JoinRequest(Base):
    """いっしょにやる: answered within seven days, or the project is reminded in front of everybody."""

    __tablename__ = "join_request"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("key"),
        CheckConstraint(f"answer IS NULL OR answer IN {ANSWERS}", name="answer"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        Index(
            "uq_join_request_live",
            "project_id",
            "membership_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=text("answered_at IS NULL AND withdrawn_at IS NULL"),
        ),
        ForeignKeyConstraint(["region_id", "project_id"], ["project.region_id", "project.id"]),
        ForeignKeyConstraint(["region_id", "task_id"], ["task.region_id", "task.id"]),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        ForeignKeyConstraint(["region_id", "answered_by_id"], ["membership.region_id", "membership.id"]),
        Index("ix_join_request_membership_id", "membership_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    key: Mapped[str] = mapped_column(Text)
    project_id: Mapped[int] = mapped_column(Id)
    task_id: Mapped[int | None] = mapped_column(Id)
    membership_id: Mapped[int] = mapped_column(Id)
    message: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str | None] = mapped_column(Text)
    answer_note: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(Id)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the answer, by whoever asked


class LogEntry(Base):
    """One page of a project's logbook, with at most one photo."""

    __tablename__ = "log_entry"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("key"),
        ForeignKeyConstraint(["region_id", "project_id"], ["project.region_id", "project.id"]),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        Index("ix_log_entry_project_id_at", "project_id", "at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    key: Mapped[str] = mapped_column(Text)
    project_id: Mapped[int] = mapped_column(Id)
    membership_id: Mapped[int] = mapped_column(Id)
    words: Mapped[str] = mapped_column(Text)
    photo: Mapped[str] = mapped_column(Text, default="")
    photo_words: Mapped[str] = mapped_column(Text, default="")  # what it shows, for those who cannot see it
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
