"""One of several processes that confirm at one moment: `python -m tests.hours.rushing URL`.

Reads what to do from the first line of its input (JSON), says `ready`, waits for the second line, and answers what
each of its threads was told, in JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def rush(url: str, orders: list[dict[str, Any]]) -> list[Any]:
    """Run each order in a process of its own, all starting together; the answers of all threads."""
    command = [sys.executable, "-m", "tests.hours.rushing", url]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT}
    running = [subprocess.Popen(command, **pipes) for _ in orders]
    for process, order in zip(running, orders, strict=True):
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
    for process in running:
        assert process.stdout.readline() == "ready\n"
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [json.loads(process.communicate(timeout=60)[0]) for process in running]
    assert all(process.returncode == 0 for process in running)
    return [answer for answers in told for answer in answers]


def main(url: str) -> None:
    from flask import Flask

    from app.db import db, engine_options, transaction
    from app.hours import service as hours
    from app.members.models import Membership
    from app.regions.models import Region
    from tests.ledger.threads import together

    app = Flask("rushing")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url)
    db.init_app(app)
    order = json.loads(sys.stdin.readline())
    at = datetime.fromisoformat(order["at"])

    def confirm(number: int) -> Any:
        who, roles = order["who"][number % len(order["who"])]
        with transaction():
            values = {"confirmer": db.session.get_one(Membership, who), "roles": roles, "at": at}
            region = db.session.get_one(Region, order["region"])
            done = hours.confirm(region=region, entry_ids=order["entries"], **values)
            return [who, [one.skipped for one in done], [one.earned and one.earned.amount for one in done]]

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    print(json.dumps(together(app, order["threads"], confirm)))


if __name__ == "__main__":
    main(sys.argv[1])
