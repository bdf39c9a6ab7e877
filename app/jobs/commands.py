"""`flask jobs run`: beside the server, until it is told to stop."""

from __future__ import annotations

import logging
import signal
import time

import click
from flask import current_app
from flask.cli import AppGroup

from app import clock
from app.db import db
from app.jobs.service import run_due

LOOK_AGAIN, NAP = 5, 0.25  # seconds

jobs = AppGroup("jobs", help="What happens although nobody presses a button.")


@jobs.command("run")
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
def run(once: bool) -> None:
    """Do jobs as they fall due."""
    if once:
        for name in run_due(clock.now()):
            click.echo(name)
        return
    told_to_stop: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told_to_stop.append(1))
    while not told_to_stop:
        look()
        until = time.monotonic() + LOOK_AGAIN
        while not told_to_stop and time.monotonic() < until:
            time.sleep(NAP)  # a signal does not shorten a sleep, so naps are short


def look() -> None:
    """One round. A database that is away for a moment stops nothing: there is a next round."""
    try:
        with current_app.app_context():
            run_due(clock.now())
    except Exception as error:
        logging.getLogger("yui.jobs").error("jobs: %s", type(error).__name__)
        db.engine.dispose()
