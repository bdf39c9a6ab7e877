"""How the villagers vote in the telling: by phone, on paper, and as piles that are typed."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime

from app.members.models import Membership
from app.regions.models import Region
from app.votes import casting
from app.votes.by_hand import envelopes
from app.votes.models import Vote

Chosen = dict[str, int]  # how many chose what
Papers = list[tuple[Membership, str]]


def by_phone(
    region: Region, vote: Vote, chosen: Iterable[tuple[str, int]], people: Iterator[Membership], at: datetime
) -> None:
    """So many of the next people for each choice."""
    for choice, count in chosen:
        for _ in range(count):
            key, voter = secrets.token_hex(16), next(people)
            casting.cast(region=region, vote_id=vote.id, membership=voter, choice=choice, key=key, at=at)


def by_paper(region: Region, vote: Vote, chosen: Chosen, people: Iterator[Membership], at: datetime) -> Papers:
    """The same on paper: an envelope each, and who wrote what."""
    papers = [(next(people), choice) for choice, count in chosen.items() for _ in range(count)]
    for voter, _choice in papers:
        envelopes.take(region=region, vote_id=vote.id, membership=voter, at=at)
    return papers


def pile(papers: Papers, part: str) -> list[tuple[int, str]]:
    """What the residents (or the friends) wrote, as it is typed: how many, and what."""
    said = [choice for voter, choice in papers if voter.kind == part]
    return [(said.count(choice), choice) for choice in dict.fromkeys(said)]
