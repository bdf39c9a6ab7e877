"""提案: proposals with their versions, who supports them, what was said and answered, and the anonymous survey."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Day, Flag, Id, Text, UtcDateTime
from app.events.models import FIELDS

STAGES = ("draft", "support", "talk", "vote", "doing", "reported", "rested")
DECIDERS = ("members", "office", "city", "company", "group")  # who decides in the end
OPINIONS = ("good", "worry", "question", "against")
ADDRESSEES = ("authors", "office", "city")
MOODS = ("good", "unsure", "worried")


class Proposal(Base):
    """やってみたい, from the first idea to the report. The texts are those of its newest version.

    `support_needed` and `support_hours` are the region's at the moment it was shown to everybody: so many points
    are needed, one for each supporter, and one more for whoever has that many confirmed hours (0: no such point).
    """

    __tablename__ = "proposal"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("key"),
        UniqueConstraint("code"),
        CheckConstraint(f"stage IN {STAGES}", name="stage"),
        CheckConstraint(f"field IN {FIELDS}", name="field"),
        CheckConstraint(f"decider IN {DECIDERS}", name="decider"),
        CheckConstraint("cost_yen IS NULL OR cost_yen >= 0", name="cost_yen"),
        CheckConstraint("support_needed >= 0 AND support_hours >= 0", name="support"),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("(stage = 'draft') = (published_at IS NULL)", name="published"),
        ForeignKeyConstraint(["region_id", "proposer_id"], ["membership.region_id", "membership.id"]),
        ForeignKeyConstraint(["region_id", "project_id"], ["project.region_id", "project.id"]),
        Index("ix_proposal_region_id_stage", "region_id", "stage"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    key: Mapped[str] = mapped_column(Text)  # of the form that made it
    code: Mapped[str] = mapped_column(Text)  # on its printed sheet
    proposer_id: Mapped[int] = mapped_column(Id)
    stage: Mapped[str] = mapped_column(Text, default="draft")
    version: Mapped[int] = mapped_column(Integer, default=1)
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text, default="")
    wish: Mapped[str] = mapped_column(Text, default="")  # 想い, in the proposer's words
    purpose: Mapped[str] = mapped_column(Text, default="")
    own_part: Mapped[str] = mapped_column(Text, default="")  # 自分で できること
    region_part: Mapped[str] = mapped_column(Text, default="")  # 地域で できること
    others_part: Mapped[str] = mapped_column(Text, default="")  # 市・会社に 頼むこと
    field: Mapped[str] = mapped_column(Text, default="other")
    cost_yen: Mapped[int | None] = mapped_column(Integer)
    cost_note: Mapped[str] = mapped_column(Text, default="")
    decider: Mapped[str] = mapped_column(Text, default="members")
    decider_note: Mapped[str] = mapped_column(Text, default="")  # who, in words
    first_steps: Mapped[str] = mapped_column(Text, default="")  # who does what first, if it passes
    project_id: Mapped[int | None] = mapped_column(Id)  # what it became, or what it asks money for
    support_needed: Mapped[int] = mapped_column(Integer, default=0)
    support_hours: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    talk_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    vote_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    passed: Mapped[bool | None] = mapped_column(Flag)
    reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rested_why: Mapped[str] = mapped_column(Text, default="")
    report: Mapped[str] = mapped_column(Text, default="")  # what became of it
    report_next: Mapped[str] = mapped_column(Text, default="")


class ProposalAuthor(Base):
    """いっしょに書く人: asked by an author, writes once they said yes."""

    __tablename__ = "proposal_author"
    __table_args__ = (
        CheckConstraint("accepted_at IS NULL OR left_at IS NULL OR left_at >= accepted_at", name="order"),
        ForeignKeyConstraint(["region_id", "proposal_id"], ["proposal.region_id", "proposal.id"]),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        Index("ix_proposal_author_membership_id", "membership_id"),
        STRICT,
    )

    proposal_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    membership_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ProposalVersion(Base):
    """The texts as they stood, with why they were changed; never altered."""

    __tablename__ = "proposal_version"
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        ForeignKeyConstraint(["region_id", "proposal_id"], ["proposal.region_id", "proposal.id"]),
        ForeignKeyConstraint(["region_id", "by_id"], ["membership.region_id", "membership.id"]),
        STRICT,
    )

    proposal_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    texts: Mapped[str] = mapped_column(Text)  # canonical JSON: name of the column → text
    why: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProposalSupport(Base):
    """応援: a name and one line why."""

    __tablename__ = "proposal_support"
    __table_args__ = (
        Index(
            "uq_proposal_support_once",
            "proposal_id",
            "membership_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        UniqueConstraint("region_id", "id"),
        CheckConstraint("points BETWEEN 1 AND 2", name="points"),
        ForeignKeyConstraint(["region_id", "proposal_id"], ["proposal.region_id", "proposal.id"]),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        Index("ix_proposal_support_membership_id", "membership_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    proposal_id: Mapped[int] = mapped_column(Id)
    membership_id: Mapped[int] = mapped_column(Id)
    why: Mapped[str] = mapped_column(Text, default="")
    points: Mapped[int] = mapped_column(Integer, default=1)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Opinion(Base):
    """よいところ, 心配なこと, しつもん, 反対: to the authors of a proposal, or to the office or the city.

    What has `due_on` waits for an answer until that day; later, everybody sees that it does.
    """

    __tablename__ = "opinion"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("key"),
        CheckConstraint(f"kind IN {OPINIONS}", name="kind"),
        CheckConstraint(f"addressee IN {ADDRESSEES}", name="addressee"),
        CheckConstraint("proposal_id IS NOT NULL OR addressee <> 'authors'", name="authors"),
        CheckConstraint("(kind = 'good') = (due_on IS NULL)", name="due_on"),
        ForeignKeyConstraint(["region_id", "proposal_id"], ["proposal.region_id", "proposal.id"]),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        Index("ix_opinion_proposal_id", "proposal_id"),
        Index("ix_opinion_region_id_at", "region_id", "at"),
        Index("ix_opinion_membership_id", "membership_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    key: Mapped[str] = mapped_column(Text)
    proposal_id: Mapped[int | None] = mapped_column(Id)
    membership_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(Text)
    addressee: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date | None] = mapped_column(Day)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of the first answer
    hidden_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # taken back, or against the house rules
    hidden_why: Mapped[str] = mapped_column(Text, default="")


class OpinionAnswer(Base):
    __tablename__ = "opinion_answer"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("key"),
        CheckConstraint("role IN ('author', 'office', 'officer_desk')", name="role"),
        ForeignKeyConstraint(["region_id", "opinion_id"], ["opinion.region_id", "opinion.id"]),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        Index("ix_opinion_answer_opinion_id", "opinion_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    key: Mapped[str] = mapped_column(Text)
    opinion_id: Mapped[int] = mapped_column(Id)
    membership_id: Mapped[int] = mapped_column(Id)
    role: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class OpinionHiding(Base):
    """Who hid an opinion or showed it again, and why; rows are only ever added."""

    __tablename__ = "opinion_hiding"
    __table_args__ = (
        CheckConstraint("act IN ('hide', 'show')", name="act"),
        CheckConstraint("why <> ''", name="why"),
        ForeignKeyConstraint(["region_id", "opinion_id"], ["opinion.region_id", "opinion.id"]),
        ForeignKeyConstraint(["region_id", "by_id"], ["membership.region_id", "membership.id"]),
        Index("ix_opinion_hiding_opinion_id", "opinion_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    opinion_id: Mapped[int] = mapped_column(Id)
    by_id: Mapped[int] = mapped_column(Id)
    act: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SurveyLine(Base):
    """Who has used their voice in the anonymous survey; what they said stands elsewhere, unlinked."""

    __tablename__ = "survey_line"
    __table_args__ = (
        ForeignKeyConstraint(["region_id", "proposal_id"], ["proposal.region_id", "proposal.id"]),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        {**STRICT, "sqlite_with_rowid": False},
    )

    proposal_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    membership_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)


class SurveyVoice(Base):
    """One anonymous voice: no time, no member, a random id."""

    __tablename__ = "survey_voice"
    __table_args__ = (
        CheckConstraint(f"mood IN {MOODS}", name="mood"),
        ForeignKeyConstraint(["region_id", "proposal_id"], ["proposal.region_id", "proposal.id"]),
        {**STRICT, "sqlite_with_rowid": False},
    )

    proposal_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(Text, primary_key=True)  # 32 random hexadecimal digits
    region_id: Mapped[int] = mapped_column(Id)
    mood: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text, default="")


class ProposalSeen(Base):
    """Up to which stage somebody who spoke up has seen what became of it."""

    __tablename__ = "proposal_seen"
    __table_args__ = (
        CheckConstraint(f"stage IN {STAGES}", name="stage"),
        ForeignKeyConstraint(["region_id", "proposal_id"], ["proposal.region_id", "proposal.id"]),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        STRICT,
    )

    proposal_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    membership_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    stage: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
