"""What is said about a proposal and to the office and the city, as it stands in every state."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.members.models import Membership
from app.proposals import queries
from app.proposals.models import Proposal
from app.proposals.on_paper import service as on_paper
from app.proposals.talk import opinions, survey
from app.proposals.talk.slips import service as slips
from app.regions.models import Region

MEMBER, STEWARD, OFFICE = "TSK-0005-9", "TSK-0002-1", "TSK-0007-6"  # as the village plays them
VOICES = ("TSK-0001-3", "TSK-0003-7", "TSK-0004-5", "TSK-0007-6", "TSK-0008-4")  # the member has not answered yet


def fill(region: Region, keys: dict[str, str], proposal: Proposal, *, at: datetime) -> None:
    """`proposal` is talked about. The member's newest opinion, to the city, waits; it is `keys["opinion"]`."""
    member, steward, office = (_numbered(number) for number in (MEMBER, STEWARD, OFFICE))
    speaker = next(one for one in map(_numbered, VOICES) if not queries.is_author(proposal, one))

    def say(kind: str, to: str, words: str, days: int, *, about: Proposal | None = None) -> int:
        who = {"region": region, "membership": speaker if about else member}
        told: dict[str, Any] = {"kind": kind, "addressee": to, "words": words, "at": at - timedelta(days=days)}
        with transaction():
            return opinions.say(**who, key=uuid7(), proposal_id=about.id if about else None, **told).id

    told = ("よい", "わるい", "とりけす", "きびしい")
    answered, hidden, gone, back = (say("worry", "office", f"{what}ことば", 9) for what in told)
    say("against", "authors", "お金が 足りません", 20, about=proposal)
    say("question", "authors", "だれが 世話を しますか", 3, about=proposal)
    say("good", "authors", "いい考えです", 2, about=proposal)
    say("worry", "office", "道が 暗いです", 30)
    waits = say("question", "city", "草は いつ かりますか", 0)
    with transaction():
        where = {"region": region, "roles": {"member", "steward", "office"}}
        opinions.answer(**where, opinion_id=answered, by=office, key=uuid7(), words="直します", at=at)
        opinions.hide(**where, opinion_id=hidden, by=steward, reason="人を 悪く 言っています", at=at)
        opinions.hide(**where, opinion_id=back, by=steward, reason="人を 悪く 言っています", at=at)
        opinions.show_again(**where, opinion_id=back, by=office, reason="読みちがえました", at=at)
        opinions.take_back(region=region, opinion_id=gone, membership=member, at=at)
    for number in VOICES:
        with transaction():
            voice = {"mood": "unsure", "words": "まだ よく わかりません"}
            survey.answer(region=region, proposal_id=proposal.id, membership=_numbered(number), **voice)
    with transaction():
        carried: dict[str, Any] = {"region": region, "proposal_id": proposal.id, "by": office}
        slips.hand_out(**carried, membership=steward)
        written: dict[str, Any] = {"kind": "good", "words": "紙で 言います", "key": uuid7(), "at": at}
        on_paper.type_in(**carried, membership=speaker, **written)
    keys |= {"opinion": str(waits), "opinion_answered": str(answered)}


def _numbered(number: str) -> Membership:
    return db.session.scalars(sa.select(Membership).where(Membership.number == number)).one()
