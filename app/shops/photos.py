"""The pictures of goods: a photo that somebody sent, else a drawing. How photos are kept: `app.web.photos`."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from app.db import db
from app.shops.models import Offer
from app.web import assets
from app.web.photos.keeping import address


def photo_url(offer: Offer) -> str | None:
    """The picture of an offer: its photo, else the drawn one, if it has any."""
    if offer.photo:
        return address(offer.photo)
    return assets.url(f"pictures/{offer.picture}.svg") if offer.picture else None


def named() -> Iterable[str]:
    """The photos that offers name."""
    return db.session.scalars(sa.select(Offer.photo).where(Offer.photo != "").distinct())
