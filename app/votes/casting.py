"""Casting: one line of the roll is used once, and the ballot beside it says nothing about whose it is.

Both rows are written in one transaction. In a vote that is open by its rule (見える) the ballot bears the name.
The vote's row is locked (shared) so that closing waits for whoever is casting, and nobody casts after it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from typing import cast as typed

import sqlalchemy as sa

from app import clock
from app.db import connection, db, find, insert, rows_changed
from app.errors import Conflict, Forbidden, Missing, Refused
from app.members.models import Membership
from app.regions.models import Region
from app.votes import choices, closing, queries, rules
from app.votes.by_hand.models import Assistance
from app.votes.models import Ballot, NamedBallot, RollLine, UsedLine, Vote

used_table = typed(sa.Table, UsedLine.__table__)
ballot_table = typed(sa.Table, Ballot.__table__)
named_table = typed(sa.Table, NamedBallot.__table__)
KEY = re.compile(r"[0-9a-f]{32}")  # random, made when the form is shown; it carries no time
_proxies: Callable[[Vote, int], int | None] | None = None


@dataclass(frozen=True)
class Cast:
    """`changed`: the line was used before, and the ballot says something else now."""

    changed: bool
    key: str


def install_proxies(holder_of: Callable[[Vote, int], int | None]) -> None:
    """Tell this room who may vote for a member (`holder_of(vote, giver_id)`), if anybody may."""
    global _proxies
    _proxies = holder_of


def cast(
    *,
    region: Region,
    vote_id: int,
    membership: Membership | int,
    choice: Any,
    key: str,
    reason: str = "",
    way: str = "phone",
    at: datetime,
) -> Cast:
    """Use the member's line and put the ballot in; with the same key (or, 見える, by the same door) change it.

    `choice` as `choices` has it. Raises Refused `vote_not_open`, `vote_over`, `vote_not_on_roll`, a code of the
    choice, or `vote_used_<way>` if the line was used through another door or with another key.
    """
    if not KEY.fullmatch(key):
        raise Refused("form_stale")
    vote = at_the_doors(region, vote_id, at)
    who = membership if isinstance(membership, int) else membership.id
    line = _line(vote, who)
    options = queries.options(vote)
    code = rules.valid_choice(vote, options, choice)
    if code is not None:
        raise Refused(code)
    text = rules.canonical(vote, options, choice)
    first = _use(line, way)
    if vote.secrecy == "open":
        _put_named(line, text, reason[: choices.REASON], first, way)
    else:
        _put_secret(line, text, key, first, way)
    return Cast(changed=not first, key=key)


def cast_for(
    *,
    region: Region,
    vote_id: int,
    giver_id: int,
    holder: Membership,
    choice: Any,
    key: str,
    reason: str = "",
    at: datetime,
) -> Cast:
    """委任: the holder votes on the giver's line. Raises Forbidden `proxy_not_given`, and what `cast` raises."""
    vote = queries.by_id(region, vote_id)
    if _proxies is None or _proxies(vote, giver_id) != holder.id:
        raise Forbidden("proxy_not_given")
    told: dict[str, Any] = {"choice": choice, "key": key, "reason": reason}
    return cast(region=region, vote_id=vote_id, membership=giver_id, way="proxy", at=at, **told)


def cast_assisted(
    *,
    region: Region,
    vote_id: int,
    membership_id: int,
    helper: Membership,
    choice: Any,
    key: str,
    why: str = "",
    reason: str = "",
    at: datetime,
) -> Cast:
    """Somebody votes on a helper's device; that they were helped, by whom and on which day is written beside.

    `why` they were helped, `reason` of a named ballot. Raises Refused `assist_self`, and what `cast` raises.
    """
    if helper.id == membership_id:
        raise Refused("assist_self")
    told: dict[str, Any] = {"choice": choice, "key": key, "reason": reason}
    done = cast(region=region, vote_id=vote_id, membership=membership_id, way="assisted", at=at, **told)
    if not done.changed:
        who = {"vote_id": vote_id, "membership_id": membership_id, "helper_id": helper.id}
        db.session.add(Assistance(region_id=region.id, reason=why, on=clock.local_day(region, at), **who))
        db.session.flush()
    return done


# --- paper ----------------------------------------------------------------------------------------------------


def use_line(*, region: Region, vote_id: int, membership_id: int, at: datetime) -> bool:
    """An envelope came in: the line is used, its ballot is counted with its pile. False if it had come before.

    Raises Refused `vote_used_<way>` of another door, `vote_not_open`, `vote_over`, `vote_not_on_roll`.
    """
    line = _line(at_the_doors(region, vote_id, at), membership_id)
    if _use(line, "paper"):
        return True
    if _way(line) != "paper":
        raise _used(line)
    return False


def give_back(*, region: Region, vote_id: int, membership_id: int, at: datetime) -> None:
    """An envelope was entered for the wrong person: the line is free again while the vote is open.

    Raises Refused `vote_used_<way>` for a line that was not used on paper, and if its ballot is counted already.
    """
    vote = at_the_doors(region, vote_id, at, alone=True)
    line = _line(vote, membership_id)
    if queries.used(vote, membership_id) != "paper":
        raise _used(line)
    if queries.ballots_kept(vote, line.part) >= _lines_used(vote, line.part):
        raise Refused("paper_counted")
    db.session.execute(sa.delete(used_table).where(*_same(used_table, line)))


def put_paper(*, region: Region, vote: Vote, part: str, ballots: Iterable[tuple[int, Any]], at: datetime) -> int:
    """The ballots of a pile that two people typed alike: (how many, choice); they have no key. Answers how many.

    Also after the doors are shut, until the count. There are never more ballots than lines used. Raises Refused
    `paper_many`, `paper_named` for a vote that is open by its rule, `vote_counted`, or a code of a choice.
    """
    vote = find(Vote, region.id, vote.id, lock=True)
    _may_take_paper(vote)
    options = queries.options(vote)
    rows: list[dict[str, Any]] = []
    for count, choice in ballots:
        code = rules.valid_choice(vote, options, choice)
        if code is not None:
            raise Refused(code)
        kept = {"vote_id": vote.id, "region_id": region.id, "part": part, "key_hash": None}
        kept["choice"] = rules.canonical(vote, options, choice)
        rows += [kept | {"id": secrets.token_hex(16)} for _ in range(count)]
    if queries.ballots_kept(vote, part) + len(rows) > _lines_used(vote, part):
        raise Refused("paper_many")
    if rows:
        connection().execute(sa.insert(ballot_table), sorted(rows, key=lambda row: row["id"]))
    return len(rows)


def _may_take_paper(vote: Vote) -> None:
    if vote.opened_at is None:
        raise Refused("vote_not_open")
    if vote.secrecy == "open":
        raise Refused("paper_named")
    if queries.result(vote) is not None:
        raise Refused("vote_counted")


def _lines_used(vote: Vote, part: str) -> int:
    query = (
        sa.select(sa.func.count())
        .select_from(UsedLine)
        .join(RollLine, (RollLine.vote_id == UsedLine.vote_id) & (RollLine.membership_id == UsedLine.membership_id))
    )
    return int(db.session.scalar(query.where(UsedLine.vote_id == vote.id, RollLine.part == part)) or 0)


# --- one line, one ballot -------------------------------------------------------------------------------------


def at_the_doors(region: Region, vote_id: int, at: datetime, *, alone: bool = False) -> Vote:
    """The vote, locked (shared unless `alone`), while its doors are open.

    If its time is over and nobody has come by since, an extension that is due is taken first. Raises Refused
    `vote_not_open`, `vote_over`, Missing.
    """
    known = db.session.get(Vote, vote_id)  # what an open vote says never changes, so that of a while ago will do
    if known is None or known.region_id != region.id:
        raise Missing("not_found")
    if known.opened_at is not None and at >= known.closes_at:
        closing.extend_if_due(vote_id, at)
    query = sa.select(Vote).where(Vote.id == vote_id).with_for_update(read=not alone)
    vote = db.session.scalars(query.execution_options(populate_existing=True)).one()
    state = queries.stand(vote, at).state
    if state in ("draft", "waiting"):
        raise Refused("vote_not_open")
    if state != "open":
        raise Refused("vote_over")
    return vote


def _line(vote: Vote, membership_id: int) -> RollLine:
    line = queries.line_of(vote, membership_id)
    if line is None:
        raise Refused("vote_not_on_roll")
    return line


def _same(table: sa.Table, line: RollLine) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.vote_id == line.vote_id, table.c.membership_id == line.membership_id


def _use(line: RollLine, way: str) -> bool:
    """Use the line; False if it was used before, by whomever and however."""
    row = {"vote_id": line.vote_id, "membership_id": line.membership_id, "region_id": line.region_id, "way": way}
    new = insert(used_table).values(**row).on_conflict_do_nothing()
    return connection().execute(new.returning(used_table.c.way)).scalar() is not None


def _way(line: RollLine) -> str | None:
    way: str | None = db.session.scalar(sa.select(used_table.c.way).where(*_same(used_table, line)))
    return way


def _used(line: RollLine) -> Refused:
    """Which door was first."""
    return Refused(f"vote_used_{_way(line)}")


def _put_secret(line: RollLine, text: str, key: str, first: bool, way: str) -> None:
    hashed = key_hash(key)
    if first:
        row = {"vote_id": line.vote_id, "id": secrets.token_hex(16), "region_id": line.region_id, "part": line.part}
        new = insert(ballot_table).values(**row, choice=text, key_hash=hashed).on_conflict_do_nothing()
        if connection().execute(new.returning(ballot_table.c.part)).scalar() is None:
            raise Conflict("form_stale")  # the key of another ballot
        return
    mine = ballot_table.c.vote_id == line.vote_id, ballot_table.c.key_hash == hashed, ballot_table.c.part == line.part
    if _way(line) != way or not rows_changed(sa.update(ballot_table).where(*mine).values(choice=text)):
        raise _used(line)


def _put_named(line: RollLine, text: str, reason: str, first: bool, way: str) -> None:
    said = {"choice": text, "reason": reason}
    if first:
        row = {"vote_id": line.vote_id, "membership_id": line.membership_id, "region_id": line.region_id}
        connection().execute(sa.insert(named_table).values(**row, **said))
        return
    if _way(line) != way:
        raise _used(line)
    db.session.execute(sa.update(named_table).where(*_same(named_table, line)).values(**said))


def key_hash(key: str) -> str:
    """How a receipt's key is kept."""
    return hashlib.sha256(key.encode()).hexdigest()
