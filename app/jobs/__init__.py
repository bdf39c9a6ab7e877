"""Jobs: what has to happen although nobody presses a button.

A room says `every(60, "shops.expire", service.expire_due)` in its `init`; `flask jobs run` does what is due,
however many of it run: a job is claimed by moving its row on, in the very transaction that does its work. Every
rule is also true without jobs (a coin that expired cannot be spent, swept or not): they tidy up.

It may call only `db`, `errors`, `clock` and `config`; rooms above bring the work.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from flask import Flask


class Work(Protocol):
    """What a job does, inside the transaction that claimed it. What it answers is not looked at."""

    def __call__(self, *, at: datetime) -> object: ...


class Rule(NamedTuple):
    """`work` runs once per `period`, by whichever process comes first."""

    period: timedelta
    work: Work


rules: dict[str, Rule] = {}


def every(seconds: int, name: str, work: Callable[..., object]) -> None:
    """Do `work(at=…)` every `seconds`; `name` (`shops.expire`) stands in the table and in the log."""
    rules[name] = Rule(timedelta(seconds=seconds), work)


def init(app: Flask) -> None:
    from app.jobs import commands

    app.cli.add_command(commands.jobs)
