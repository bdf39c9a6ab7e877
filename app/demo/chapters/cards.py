"""Cards of the sample people: everybody with a number has one, and those who live there have it on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.cards import service as cards

if TYPE_CHECKING:
    from app.demo.story import Cast


def add(cast: Cast) -> None:
    """One card each, given when they joined."""
    for membership in cast.memberships.values():
        if membership.number is None or membership.standing != "active":
            continue
        region = cast.region_of(membership)
        card = cards.issue(region=region, membership=membership, by="job:seed", at=cast.began)
        if membership.kind == "resident":
            cards.mark_printed(region=region, card_ids=[card.id], at=cast.began)
