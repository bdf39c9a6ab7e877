"""投票: votes, their options, the frozen roll, ballots, paper, proxies, and what came out.

Nothing of a vote changes once it is open. Who has voted (`used_line`) and what was voted (`ballot`) are rows that
nothing links: no time, no sequence, no member; closing writes both anew in an order of their own.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import STRICT, Base, Flag, Id, Text, UtcDateTime

METHODS = (
    "yes_no",
    "consent",
    "choose_one",
    "approval",
    "schulze",
    "irv",
    "stv",
    "score",
    "star",
    "equal_shares",
    "greedy",
)
EFFECTS = ("ask", "choose", "decide")  # きく, えらぶ, きめる
ELECTORATES = ("residents", "friends", "both", "double")
SECRECIES = ("open", "usual", "strong")  # 見える, ふつう, しっかり
QUORUMS = ("none", "approval", "participation", "attendance", "objection")
TIES = ("lots_public", "lots_witnessed")
GROUPS = ("resident", "friend")
WAYS = ("phone", "assisted", "paper", "proxy")
UNORDERED = {**STRICT, "sqlite_with_rowid": False}  # its rows lie in the order of their keys, not of their coming


class Vote(Base):
    """One question. `opened_at` freezes every column; closing, extension and result are rows of their own.

    `quorum_percent` is of the roll; with `objection` the vote passes unless more than `objections` stand.
    `threshold` (`1/2`) is what yes must exceed. `rule` holds what only one method asks, as canonical JSON.
    `moves` is the place of what a passed vote will change by itself one day; nothing reads it yet.
    """

    __tablename__ = "vote"
    __table_args__ = (
        UniqueConstraint("region_id", "id"),
        UniqueConstraint("key"),
        UniqueConstraint("code"),
        CheckConstraint(f"method IN {METHODS}", name="method"),
        CheckConstraint(f"effect IN {EFFECTS}", name="effect"),
        CheckConstraint(f"electorate IN {ELECTORATES}", name="electorate"),
        CheckConstraint(f"secrecy IN {SECRECIES}", name="secrecy"),
        CheckConstraint(f"quorum IN {QUORUMS}", name="quorum"),
        CheckConstraint(f"ties IN {TIES}", name="ties"),
        CheckConstraint("quorum_percent BETWEEN 0 AND 100", name="quorum_percent"),
        CheckConstraint("objections >= 0", name="objections"),
        CheckConstraint("seats > 0", name="seats"),
        CheckConstraint("budget_yen IS NULL OR budget_yen > 0", name="budget_yen"),
        CheckConstraint("(budget_yen IS NOT NULL) = (method IN ('equal_shares', 'greedy'))", name="budget"),
        CheckConstraint("closes_at > opens_at AND reveals_at >= closes_at", name="times"),
        CheckConstraint("extension_days BETWEEN 0 AND 60", name="extension_days"),
        CheckConstraint("opened_at IS NULL OR opened_at <= closes_at", name="opened_at"),
        CheckConstraint("opened_at IS NULL OR (decider <> '' AND first_steps <> '')", name="promises"),
        CheckConstraint("(opened_at IS NULL) = (roll_size IS NULL)", name="roll"),
        CheckConstraint("roll_size IS NULL OR roll_size = roll_residents + roll_friends", name="roll_size"),
        ForeignKeyConstraint(["region_id", "proposal_id"], ["proposal.region_id", "proposal.id"]),
        ForeignKeyConstraint(["region_id", "request_id"], ["budget_request.region_id", "budget_request.id"]),
        ForeignKeyConstraint(["region_id", "drafted_by_id"], ["membership.region_id", "membership.id"]),
        Index("ix_vote_region_id_closes_at", "region_id", "closes_at"),
        Index("ix_vote_proposal_id", "proposal_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id, ForeignKey("region.id"))
    key: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)  # on ballots and the circular
    proposal_id: Mapped[int | None] = mapped_column(Id)
    request_id: Mapped[int | None] = mapped_column(Id)  # the money asked for that a passed motion grants
    drafted_by_id: Mapped[int] = mapped_column(Id)
    question: Mapped[str] = mapped_column(Text)
    question_en: Mapped[str] = mapped_column(Text, default="")
    about: Mapped[str] = mapped_column(Text, default="")
    about_en: Mapped[str] = mapped_column(Text, default="")
    method: Mapped[str] = mapped_column(Text, default="yes_no")
    seats: Mapped[int] = mapped_column(Integer, default=1)
    rule: Mapped[str] = mapped_column(Text, default="{}")
    threshold: Mapped[str] = mapped_column(Text, default="1/2")
    quorum: Mapped[str] = mapped_column(Text, default="approval")
    quorum_percent: Mapped[int] = mapped_column(Integer, default=10)
    objections: Mapped[int] = mapped_column(Integer, default=0)
    ties: Mapped[str] = mapped_column(Text, default="lots_public")
    public_value: Mapped[str] = mapped_column(Text, default="")  # named in advance: what lots will be drawn from
    effect: Mapped[str] = mapped_column(Text, default="ask")
    electorate: Mapped[str] = mapped_column(Text, default="both")
    secrecy: Mapped[str] = mapped_column(Text, default="usual")
    stage: Mapped[int] = mapped_column(Integer, default=0)  # the region's, when it opened
    decider: Mapped[str] = mapped_column(Text, default="")  # who decides in the end
    first_steps: Mapped[str] = mapped_column(Text, default="")  # who does what first
    budget_yen: Mapped[int | None] = mapped_column(Integer)
    moves: Mapped[str | None] = mapped_column(Text)
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reveals_at: Mapped[datetime] = mapped_column(UtcDateTime)
    extension_days: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    roll_size: Mapped[int | None] = mapped_column(Integer)
    roll_residents: Mapped[int | None] = mapped_column(Integer)
    roll_friends: Mapped[int | None] = mapped_column(Integer)
    roll_hash: Mapped[str | None] = mapped_column(Text)


class VoteOption(Base):
    """What can be chosen, in the order of the ballot. In a budget vote it costs something, for a project or not."""

    __tablename__ = "vote_option"
    __table_args__ = (
        UniqueConstraint("vote_id", "name"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("cost_yen IS NULL OR cost_yen > 0", name="cost_yen"),
        ForeignKeyConstraint(["region_id", "vote_id"], ["vote.region_id", "vote.id"]),
        ForeignKeyConstraint(["region_id", "request_id"], ["budget_request.region_id", "budget_request.id"]),
        STRICT,
    )

    vote_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text, default="")
    about: Mapped[str] = mapped_column(Text, default="")
    cost_yen: Mapped[int | None] = mapped_column(Integer)
    request_id: Mapped[int | None] = mapped_column(Id)  # the money asked for that it would grant


class RollLine(Base):
    """Who may vote: written at the opening, never changed."""

    __tablename__ = "roll_line"
    __table_args__ = (
        CheckConstraint(f"part IN {GROUPS}", name="part"),
        ForeignKeyConstraint(["region_id", "vote_id"], ["vote.region_id", "vote.id"]),
        UniqueConstraint("region_id", "vote_id", "membership_id"),
        ForeignKeyConstraint(["region_id", "membership_id"], ["membership.region_id", "membership.id"]),
        Index("ix_roll_line_membership_id", "membership_id"),
        UNORDERED,
    )

    vote_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    membership_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    part: Mapped[str] = mapped_column(Text)  # resident or friend


class UsedLine(Base):
    """A line of the roll is used once, through whichever door comes first."""

    __tablename__ = "used_line"
    __table_args__ = (
        CheckConstraint(f"way IN {WAYS}", name="way"),
        UniqueConstraint("region_id", "vote_id", "membership_id"),
        ForeignKeyConstraint(
            ["region_id", "vote_id", "membership_id"],
            ["roll_line.region_id", "roll_line.vote_id", "roll_line.membership_id"],
        ),
        UNORDERED,
    )

    vote_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    membership_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    way: Mapped[str] = mapped_column(Text)


class Ballot(Base):
    """One secret ballot: a random id, the part of the roll it belongs to, what was chosen.

    `key_hash` is the receipt's key as SHA-256: who holds the key may change the ballot until the close. Paper has
    none.
    """

    __tablename__ = "ballot"
    __table_args__ = (
        UniqueConstraint("key_hash"),
        CheckConstraint("length(id) = 32", name="id"),
        CheckConstraint(f"part IN {GROUPS}", name="part"),
        ForeignKeyConstraint(["region_id", "vote_id"], ["vote.region_id", "vote.id"]),
        UNORDERED,
    )

    vote_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    region_id: Mapped[int] = mapped_column(Id)
    part: Mapped[str] = mapped_column(Text)
    choice: Mapped[str] = mapped_column(Text)  # canonical JSON, as the count takes it
    key_hash: Mapped[str | None] = mapped_column(Text)


class NamedBallot(Base):
    """A ballot of a vote that is open by its rule (見える): with the name, and a reason."""

    __tablename__ = "named_ballot"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "vote_id", "membership_id"],
            ["roll_line.region_id", "roll_line.vote_id", "roll_line.membership_id"],
        ),
        UNORDERED,
    )

    vote_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    membership_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    choice: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="")


class VoteExtension(Base):
    """The one extension that was fixed beforehand, taken because too few had voted."""

    __tablename__ = "vote_extension"
    __table_args__ = (ForeignKeyConstraint(["region_id", "vote_id"], ["vote.region_id", "vote.id"]), STRICT)

    vote_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class VoteClosure(Base):
    """The doors are shut: no phone, no proxy, no new envelope. Paper that came in time is still counted."""

    __tablename__ = "vote_closure"
    __table_args__ = (ForeignKeyConstraint(["region_id", "vote_id"], ["vote.region_id", "vote.id"]), STRICT)

    vote_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(Text)
    present: Mapped[int | None] = mapped_column(Integer)  # of an assembly: who was there,
    written: Mapped[int | None] = mapped_column(Integer)  # who wrote,
    proxies: Mapped[int | None] = mapped_column(Integer)  # whom somebody stood for; each person once


class VoteLot(Base):
    """A tie that two witnesses decided by drawing lots: the order in which the names came."""

    __tablename__ = "vote_lot"
    __table_args__ = (
        CheckConstraint("second_by_id <> first_by_id", name="two"),
        ForeignKeyConstraint(["region_id", "vote_id"], ["vote.region_id", "vote.id"]),
        ForeignKeyConstraint(["region_id", "first_by_id"], ["membership.region_id", "membership.id"]),
        ForeignKeyConstraint(["region_id", "second_by_id"], ["membership.region_id", "membership.id"]),
        STRICT,
    )

    vote_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    drawn: Mapped[str] = mapped_column(Text)  # canonical JSON: names in the order drawn
    first_by_id: Mapped[int] = mapped_column(Id)
    second_by_id: Mapped[int] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class VoteResult(Base):
    """What came out, once: the published bundle holds all that is needed to count again."""

    __tablename__ = "vote_result"
    __table_args__ = (
        CheckConstraint(
            "outcome IN ('passed', 'failed', 'no_quorum', 'chosen', 'asked')",
            name="outcome",
        ),
        ForeignKeyConstraint(["region_id", "vote_id"], ["vote.region_id", "vote.id"]),
        STRICT,
    )

    vote_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(Text)
    result: Mapped[str] = mapped_column(Text)  # canonical JSON of the count, rounds and ties
    bundle: Mapped[str] = mapped_column(Text)  # canonical JSON, as it is published
    sha256: Mapped[str] = mapped_column(Text)
    turnout: Mapped[int] = mapped_column(Integer)  # lines used
    by_paper: Mapped[int] = mapped_column(Integer, default=0)
    by_proxy: Mapped[int] = mapped_column(Integer, default=0)
    invalid: Mapped[int] = mapped_column(Integer, default=0)
    funded: Mapped[bool] = mapped_column(Flag, default=False)  # money was granted by it
