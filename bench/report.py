"""The table, and beside it what we promised ourselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from bench import tally
from bench.hours import Growth
from bench.load import Sample, words
from bench.records import Page
from bench.weight import Weight

EXPECTED = (200, 303)  # statuses
COLUMNS = ("requests/s", "p50 ms", "p95 ms", "p99 ms", "app CPU ms", "db CPU ms", "load CPU ms", "errors")
MOST_CLIENTS = 32


@dataclass
class Cell:
    """One row: an act, so many clients. Times in milliseconds, processor time per request."""

    engine: str
    act: str
    clients: int
    per_second: float
    p50: float
    p95: float
    p99: float
    app_ms: float
    database_ms: float
    load_ms: float
    errors: int
    unexpected: list[str] = field(default_factory=list)  # what answers of other kinds said

    @classmethod
    def of(cls, engine: str, act: str, clients: int, sample: Sample, *, app_cpu: float, database_cpu: float) -> Cell:
        number = len(sample.latencies)
        each = [seconds * 1000 / number for seconds in (app_cpu, database_cpu, sample.own_cpu)]
        parts = [sample.percentile(part) for part in (0.5, 0.95, 0.99)]
        errors = number - sum(sample.statuses[status] for status in EXPECTED)
        unexpected = [words(answer) for status, answer in sample.first.items() if status not in EXPECTED]
        return cls(engine, act, clients, sample.per_second, *parts, *each, errors, unexpected)

    def line(self) -> str:
        numbers = (self.per_second, self.p50, self.p95, self.p99, self.app_ms, self.database_ms, self.load_ms)
        shown = "".join(f"{number:>12.0f}" if i < 1 else f"{number:>12.2f}" for i, number in enumerate(numbers))
        return f"{self.engine:<10}{self.act:<16}{self.clients:>4}{shown}{self.errors:>12}"


@dataclass
class Report:
    cores: int
    disk_ms: float = 0.0
    cells: list[Cell] = field(default_factory=list)
    statements: dict[str, dict[str, int]] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    pgbench: dict[int, float] = field(default_factory=dict)
    page: Weight = Weight(0, 0, 0)
    growth: dict[str, Growth] = field(default_factory=dict)
    records: dict[str, dict[str, Page]] = field(default_factory=dict)
    counts: list[tally.Count] = field(default_factory=list)

    def begin(self, disk_ms: float) -> None:
        self.disk_ms = disk_ms
        print(f"{self.cores} cores, shared with the load; 4 KiB reach the disk in {self.disk_ms:.2f} ms\n")
        print(f"{'engine':<10}{'act':<16}{'cl.':>4}" + "".join(f"{column:>12}" for column in COLUMNS))

    def add(self, cell: Cell) -> None:
        self.cells.append(cell)
        print("\n    ".join([cell.line(), *cell.unexpected]), flush=True)

    def tallied(self, counts: Iterable[tally.Count]) -> None:
        print(f"\n{'votes counted':<24}{'ballots':>9}")
        for count in counts:
            self.counts.append(count)
            print(count.line(), flush=True)
        print()

    def end(self) -> None:
        for clients, tps in self.pgbench.items():
            print(f"{'postgres':<10}{'pgbench TPC-B':<16}{clients:>4}{tps:>12.0f}")
        print()
        for engine, acts in self.statements.items():
            print(f"SQL statements, {engine}: " + ", ".join(f"{act} {number}" for act, number in acts.items()))
        for engine, grown in self.growth.items():
            print(f"hours of a year and a month, {engine}: {grown.few_ms:.1f} and {grown.many_ms:.1f} ms CPU")
        print()
        for name, value, sign, target in self.promises():
            kept = value >= target if sign == ">=" else value <= target
            print(f"{'kept  ' if kept else 'BROKEN'}  {name:<44}{value:>8.1f}  {sign} {target}")

    @property
    def errors(self) -> int:
        return sum(cell.errors for cell in self.cells)

    def promises(self) -> Iterator[tuple[str, float, str, float]]:
        """What is measured, its value, the comparison and the target."""
        for engine in self.memory:
            arrival = self._cell(engine, "check-in")
            yield f"check-ins a second at 32 clients, {engine}", arrival.per_second, ">=", 150
            yield f"app CPU ms of a check-in, {engine}", arrival.app_ms, "<=", 6
            ballot = self._cell(engine, "ballot cast")
            yield f"ballots a second at 32 clients, {engine}", ballot.per_second, ">=", 100
            yield f"app CPU ms of a ballot, {engine}", ballot.app_ms, "<=", 8
            page, hello = self._cell(engine, "event page"), self._cell("-", "hello")
            yield f"event page in % of the hello, {engine}", 100 * page.per_second / hello.per_second, ">=", 5
            yield f"MiB of the server and two workers, {engine}", self.memory[engine], "<=", 260
        for engine, grown in self.growth.items():
            yield f"CPU among 1 M hours in % of 1 k, {engine}", 100 * grown.cpu, "<=", 120
            yield f"rows read among 1 M in % of 1 k, {engine}", 100 * grown.read, "<=", 120
        for engine, pages in self.records.items():
            for name, one in pages.items():
                yield f"{name} among 1 M hours: p95 ms, {engine}", one.p95, "<=", 200
                yield f"{name}: CPU in % of 1 k, {engine}", 100 * one.growth, "<=", 120
        yield from tally.promises(self.counts)
        yield "requests to check in", self.page.requests, "<=", 3
        yield "KiB to check in, packed", self.page.kib, "<=", 14

    def _cell(self, engine: str, act: str) -> Cell:
        found = (one for one in self.cells if (one.engine, one.act, one.clients) == (engine, act, MOST_CLIENTS))
        return next(found)

    def as_dict(self) -> dict[str, Any]:
        """For machines: the same numbers."""
        return asdict(self) | {"page": self.page._asdict()}
