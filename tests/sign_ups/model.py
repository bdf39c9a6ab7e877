"""What places and the waiting list promise, in a list of parties: what test_machine compares the database with."""

from __future__ import annotations

from dataclasses import dataclass, field


class No(Exception):
    """The model refuses, with this code."""


@dataclass
class Party:
    """`came` are the people who walked in with it, which need not be the people it signed up."""

    who: str
    people: int
    state: str
    came: int = 0


@dataclass
class Model:
    """`late` is within twelve hours of the start: then nobody moves up by itself."""

    capacity: int | None
    late: bool = False
    taken: int = 0
    parties: list[Party] = field(default_factory=list)  # in the order in which they came

    @property
    def booked(self) -> int:
        return sum(party.people for party in self.parties if party.state == "going")

    def fits(self, people: int) -> bool:
        return self.capacity is None or self.taken + self.booked + people <= self.capacity

    def of(self, who: str) -> Party | None:
        return next((party for party in self.parties if party.who == who and party.state != "cancelled"), None)

    def waiting(self) -> list[Party]:
        return [party for party in self.parties if party.state == "waiting"]

    def promote(self) -> None:
        if self.late:
            return
        for party in self.waiting():
            if not self.fits(party.people):
                return
            party.state = "going"

    def sign_up(self, who: str, people: int) -> str:
        party = self.of(who)
        if party is not None:
            if party.state == "waiting" and self.late and self.fits(party.people):
                party.state = "going"
            return party.state
        if self.capacity is not None and people > self.capacity:
            raise No("party_too_large")
        has_line = not self.late and bool(self.waiting())
        state = "going" if not has_line and self.fits(people) else "waiting"
        self.parties.append(Party(who, people, state))
        return state

    def leave(self, who: str) -> None:
        party = self.of(who)
        if party is None:
            return
        if party.state == "arrived":
            raise No("already_checked_in")
        party.state = "cancelled"
        self.promote()

    def resize(self, capacity: int | None) -> None:
        least = max([1, self.taken + self.booked, *(party.people for party in self.waiting())])
        if capacity is not None and capacity < least:
            raise No("capacity_low")
        self.capacity = capacity
        self.promote()

    def arrive(self, who: str, people: int) -> int:
        """How many places were held for them."""
        party = self.of(who)
        if party is None or party.state == "arrived":
            raise No("nobody")
        held = party.people if party.state == "going" else 0
        if self.capacity is not None and self.taken + self.booked - held + people > self.capacity:
            raise No("full")
        party.state, party.came = "arrived", people
        self.taken += people
        return held

    def unarrive(self, who: str) -> None:
        party = self.of(who)
        if party is None or party.state != "arrived":
            raise No("nobody")
        self.taken -= party.came
        party.state = "going" if self.fits(party.people) else "waiting"
        self.promote()

    def free_absent(self) -> int:
        absent = [party for party in self.parties if party.state == "going"]
        for party in absent:
            party.state = "cancelled"
        return sum(party.people for party in absent)
