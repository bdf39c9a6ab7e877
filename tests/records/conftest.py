"""A region with people who did things, already confirmed by somebody else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pytest

from app import clock as app_clock
from app.db import db, transaction, uuid7
from app.hours.models import HoursEntry
from app.members import service as members
from app.members.models import Membership
from app.projects.models import Project
from app.records.models import LadderStep
from app.regions.models import Region
from app.thanks.models import Thanks
from tests import factories
from tests.client import Client

TODAY = date(2026, 11, 28)
STEPS = ((1, "印"), (3, "ふるさと住民の証明"), (5, "行事を ひらける"), (10, "名前を のせられる"))


@dataclass
class Hamlet:
    """The region; `second` confirms everything; `app` makes browsers."""

    app: Any
    region: Region
    second: Membership
    at: datetime
    people: list[Membership] = field(default_factory=list)

    def member(self, **facts: Any) -> Membership:
        self.people.append(factories.membership(self.region, at=self.at, **facts))
        return self.people[-1]

    def enter(self, member: Membership, *roles: str) -> Client:
        """The member's browser, with these duties from today on."""
        client: Client = self.app.test_client()
        today = app_clock.local_day(self.region, self.at)
        with transaction():
            for role in roles:
                ends_on = today.replace(year=today.year + 1)
                members.give_duty(membership=member, role=role, starts_on=today, ends_on=ends_on)
        factories.sign_in(client, member.member_id, at=self.at)
        return client

    def worked(self, member: Membership, day: date = TODAY, minutes: int = 60, **facts: Any) -> HoursEntry:
        """An entry that `second` has confirmed."""
        key = uuid7()
        values = {"activity": f"hours:{key}", "what": "草かり", "way": "phone", "state": "confirmed"} | facts
        if values["state"] == "confirmed":
            values |= {"confirmed_by_id": self.second.id, "confirmed_at": self.at, "confirmed_as": "named"}
        row = HoursEntry(
            region_id=self.region.id,
            key=key,
            membership_id=member.id,
            day=day,
            minutes=minutes,
            created_at=self.at,
            **values,
        )
        with transaction():
            db.session.add(row)
        return row

    def taken_back(self, row: HoursEntry) -> None:
        """As a correction does it: an entry of as many minutes less, and the old one marked."""
        whose = db.session.get_one(Membership, row.membership_id)
        facts = {"activity": row.activity, "field": row.field, "project_id": row.project_id, "paid": row.paid}
        self.worked(whose, row.day, -row.minutes, way="correction", reverses_id=row.id, **facts)
        with transaction():
            db.session.get_one(HoursEntry, row.id, populate_existing=True).reversed = True

    def project(self, title: str = "梅林 見守り隊", **facts: Any) -> Project:
        row = Project(
            region_id=self.region.id,
            key=uuid7(),
            title=title,
            lead_id=self.second.id,
            created_at=self.at,
            active_at=self.at,
            **facts,
        )
        with transaction():
            db.session.add(row)
        return row

    def thank(self, to: Membership, words: str, **facts: Any) -> None:
        who = {"region_id": self.region.id, "key": uuid7(), "from_id": self.second.id, "to_id": to.id}
        with transaction():
            db.session.add(Thanks(**who, words=words, at=facts.pop("at", self.at), **facts))

    def ladder(self) -> None:
        with transaction():
            db.session.add_all(
                LadderStep(region_id=self.region.id, activities=number, name=name) for number, name in STEPS
            )


@pytest.fixture
def hamlet(app: Any, at: datetime) -> Hamlet:
    region = factories.world(at=at).region
    return Hamlet(app, region, factories.membership(region, at=at, name="二番 かくに"), at)
