"""The code that changes every fifteen seconds: whoever sends it was in front of the screen.

The screen draws the codes of the next hours without a server, so a step's code is known to whoever keeps that page.
A code counts two steps to either side; so many are let in by one step as the region says. A photo that is passed on
is worth little; impossible it is not. All is judged by the server's clock and by the step inside the code.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from app.checkins import service
from app.checkins.models import CodeStep
from app.codes import service as codes
from app.codes.signed import body, is_genuine, parse, sign
from app.db import connection, insert
from app.errors import Refused
from app.events.models import Event
from app.regions.models import Region

STEP = timedelta(seconds=15)
EITHER_SIDE = 2  # steps
SLOW_THUMB = timedelta(minutes=10)  # from the scan to the tap
AHEAD = timedelta(hours=6)  # what a screen is given
SEEN = 16  # characters


@dataclass(frozen=True)
class Scan:
    """A code of this event as it was brought: its step, and when this device was shown the page, if that is proven."""

    code: str
    step: int
    seen_at: datetime | None = None

    @property
    def at(self) -> datetime:
        """When the screen showed it first."""
        return began(self.step)


def step_at(at: datetime) -> int:
    return int(at.timestamp() // STEP.total_seconds())


def began(step: int) -> datetime:
    return datetime.fromtimestamp(step * STEP.total_seconds(), UTC)


def code(event: Event, step: int) -> str:
    """The 32 characters that the screen shows during this step."""
    return sign("rotating", region_id=event.region_id, body=body(event.id, step))


def codes_from(event: Event, first: int, at: datetime) -> list[str]:
    """The codes of the steps from `first` on, as far ahead as a screen is given and as the door is open."""
    last = step_at(min(at + AHEAD, event.checkin_until))
    return [code(event, step) for step in range(first, last + 1)]


def scan(event: Event, text: str, *, seen: str = "", device: str = "", at: datetime) -> Scan:
    """What somebody's form brought. Raises Refused for what this region's screen of this event never showed."""
    signed = parse(text)
    if signed is None or signed.kind != "rotating" or not is_genuine(signed, region_id=event.region_id):
        raise Refused("code_forged")
    if signed.subject_id != event.id:
        raise Refused("code_of_other_event")
    return Scan(text, signed.step or 0, _seen_at(text, seen, device, at))


def is_live(scanned: Scan, at: datetime) -> bool:
    """Whether the screen shows the code now, give or take two steps, or showed it when this device opened the page."""
    return any(abs(step_at(moment) - scanned.step) <= EITHER_SIDE for moment in (at, scanned.seen_at) if moment)


def seen(scanned: Scan, device: str, at: datetime) -> str:
    """A note for the form of this device: it opened the page now. Slow thumbs are no photos."""
    moment = str(int(at.timestamp()))
    return f"{moment}.{_note(scanned.code, moment, device)}"


def check_in(*, region: Region, event: Event, scanned: Scan, at: datetime, **arrival: Any) -> service.Arrival:
    """Let in whoever brings a living code; `arrival` is the rest of what `service.check_in` takes. Raises Refused."""
    refuse_unless_live(scanned, at)
    return let_in(region=region, event=event, scanned=scanned, at=at, way="rotating", **arrival)


def refuse_unless_live(scanned: Scan, at: datetime) -> None:
    if not is_live(scanned, at):
        raise Refused("code_early" if scanned.step > step_at(at) else "code_outlived")


def let_in(*, region: Region, event: Event, scanned: Scan, **arrival: Any) -> service.Arrival:
    """One arrival by this step, which is used up by so many. Raises Refused `code_busy`; then nothing was done."""
    made = service.check_in(region=region, event_id=event.id, **arrival)
    if not made.repeated and not _use(event, scanned.step, region.arrivals_per_step):
        raise Refused("code_busy")
    return made


def _use(event: Event, step: int, most: int) -> bool:
    """Count one more for the step, unless it has let in as many as it may. The event's row is locked by now."""
    first = insert(CodeStep).values(event_id=event.id, step=step, region_id=event.region_id, used=1)
    counted = first.on_conflict_do_update(
        index_elements=["event_id", "step"], set_={"used": CodeStep.used + 1}, where=CodeStep.used < most
    )
    return connection().execute(counted.returning(CodeStep.__table__.c.used)).first() is not None


def _note(text: str, moment: str, device: str) -> str:
    return codes.derive(purpose="scan", of=f"{text} {moment} {device}", length=SEEN)


def _seen_at(text: str, note: str, device: str, at: datetime) -> datetime | None:
    """The moment that a note proves, if it is this device's and not too old."""
    moment, _, mark = note.partition(".")
    if not (device and moment.isascii() and moment.isdigit() and len(moment) <= 10):
        return None
    opened = datetime.fromtimestamp(int(moment), UTC)
    is_ours = hmac.compare_digest(mark.encode(), _note(text, moment, device).encode())
    return opened if is_ours and opened <= at <= opened + SLOW_THUMB else None
