"""What tests of the host's desk share: forms as a browser sends them, cards as they are held up."""

from __future__ import annotations

import re
from html import unescape

from app.cards import phone, rules
from app.cards import service as cards
from app.cards.printing import key_id
from app.codes import signed
from app.db import transaction
from app.members.models import Membership
from app.regions.models import Region

ORIGIN = "HTTP://LOCALHOST/C/"


def field(page, name):
    """The value of a field on the page."""
    found = re.search(rf'name="{name}"[^>]*? value="([^"]*)"', page.text)
    assert found, f"no field {name}"
    return unescape(found[1])


def card_of(region: Region, membership: Membership, at):
    with transaction():
        card = cards.issue(region=region, membership=membership, by="test", at=at)
        return card.id, card


def printed(card) -> str:
    """What a camera reads of the card on paper."""
    code = signed.sign("card", region_id=card.region_id, body=signed.body(card.id), key_id=key_id(card))
    return ORIGIN + code


def on_phone(card, at) -> str:
    """What a camera reads of the card on a phone at this moment."""
    return ORIGIN + phone.code(card, rules.step_at(at))
