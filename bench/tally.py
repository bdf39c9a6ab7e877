"""How long counting takes, and how much memory: one process of its own for each count, random ballots from a file."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

SIZES = (1_000, 10_000, 100_000)  # ballots
MOST_MIB = 300
ROOT = Path(__file__).resolve().parent.parent
Question = dict[str, Any]
# A process begins with the peak of the one that starts it, so a small one stands in between and measures.
ALONE = """
import resource, subprocess, sys, time
began = time.monotonic()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


class Count(NamedTuple):
    """One count: seconds from start to end of the process, MiB at its peak."""

    method: str
    ballots: int
    seconds: float
    mib: float

    def line(self) -> str:
        return f"{self.method:<24}{self.ballots:>9,}{self.seconds:>9.2f} s{self.mib:>9.0f} MiB"


def motion(chance: random.Random, ballots: int) -> Question:
    rule = {"quorum": {"kind": "approval", "share": "1/10", "roll": ballots}}
    answers = ("yes", "no", "abstain")
    return {"method": "yes_no", "ballots": [[1, chance.choice(answers)] for _ in range(ballots)], "rule": rule}


def ranking(method: str, seats: int) -> Callable[[random.Random, int], Question]:
    options = [f"option {number}" for number in range(20)]

    def question(chance: random.Random, ballots: int) -> Question:
        given = [[1, chance.sample(options, chance.randint(8, 20))] for _ in range(ballots)]
        return {"method": method, "seats": seats, "options": options, "ballots": given}

    return question


def budget(chance: random.Random, ballots: int) -> Question:
    """Two hundred projects, a third of which can be paid for; everybody names four to ten."""
    options = [f"project {number}" for number in range(200)]
    costs = {project: chance.randint(20, 400) * ballots // 100 for project in options}
    given = [[1, chance.sample(options, chance.randint(4, 10))] for _ in range(ballots)]
    money = sum(costs.values()) // 3
    return {"method": "equal_shares", "options": options, "ballots": given, "costs": costs, "budget": money}


QUESTIONS: dict[str, tuple[Callable[[random.Random, int], Question], int]] = {  # and the seconds promised at the most
    "yes or no": (motion, 1),
    "Schulze, 20 options": (ranking("schulze", 1), 10),
    "IRV, 20 options": (ranking("irv", 1), 20),
    "STV, 20 options, 5 seats": (ranking("stv", 5), 20),
    "200 projects": (budget, 20),
}


def measure(folder: Path) -> Iterator[Count]:
    for name, (question, _) in QUESTIONS.items():
        for size in SIZES:
            file = folder / "vote.json"
            file.write_text(json.dumps(question(random.Random(size), size)))
            yield Count(name, size, *_counted(file))


def promises(counts: list[Count]) -> Iterator[tuple[str, float, str, float]]:
    """What is measured, its value, the comparison and the target: seconds and MiB of the largest size."""
    for one in counts:
        if one.ballots == SIZES[-1]:
            yield f"{one.method}, {one.ballots:,} ballots: s", one.seconds, "<=", QUESTIONS[one.method][1]
            yield f"{one.method}, {one.ballots:,} ballots: MiB", one.mib, "<=", MOST_MIB


def _counted(file: Path) -> tuple[float, float]:
    """Seconds and MiB of `python -m app.tally count`, alone in its process."""
    arguments = [sys.executable, "-c", ALONE, sys.executable, "-m", "app.tally", "count", str(file)]
    done = subprocess.run(arguments, cwd=ROOT, check=True, capture_output=True, text=True)
    seconds, kib = done.stdout.split()
    return float(seconds), int(kib) / 1024
