"""The verb of a slip."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.db import db, find
from app.errors import Conflict, Forbidden
from app.members.models import Membership
from app.proposals import queries, service
from app.proposals.models import Proposal
from app.proposals.on_paper.models import ProposalSlip
from app.proposals.talk import opinions
from app.regions.models import Region

KINDS = ("support", "good", "worry", "question", "against")


def type_in(
    *,
    region: Region,
    proposal_id: int,
    membership: Membership,
    by: Membership,
    key: str,
    kind: str,
    words: str,
    at: datetime,
) -> None:
    """What `membership` wrote becomes theirs, as if they had said it by phone; who typed it in is kept.

    `kind` is one of KINDS. What they have said by phone before stays as it is, and so does a form that is sent twice.
    Raises Forbidden for one's own slip, and what `service.support` and `opinions.say` raise.
    """
    if membership.id == by.id:
        raise Forbidden("slip_own")
    proposal = find(Proposal, region.id, proposal_id, lock=True)
    known = db.session.scalar(sa.select(ProposalSlip).where(ProposalSlip.key == key))
    if known is not None:
        if known.by_id != by.id:
            raise Conflict("other_request")
        return
    came = {"region_id": region.id, "key": key, "by_id": by.id, "at": at}
    who: dict[str, Any] = {"region": region, "proposal_id": proposal.id, "at": at}
    if kind == "support":
        before = queries.support_of(proposal, membership)
        given = service.support(**who, by=membership, why=words if before is None else "")
        if before is None:
            db.session.add(ProposalSlip(**came, support_id=given.row.id))
    else:
        row = opinions.say(**who, membership=membership, key=key, kind=kind, addressee="authors", words=words)
        if row.key == key:
            db.session.add(ProposalSlip(**came, opinion_id=row.id))
    db.session.flush()
