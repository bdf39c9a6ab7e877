"""The sample regions: three co-ops with their people, shops, gatherings and coins, and the page that opens them.

`data/*.toml` tells them, `sample` moves their days near today, `story` lets everything happen through the other
rooms' services, `service` seeds and keeps one gathering of today open in each region, `links` lists all doors.

- The seed refuses a database with rows and marks the instance (`meta.demo`).
- `/demo` signs anybody in as anybody: it exists only in a marked instance whose origin is this machine.
- No gathering to which somebody came is ever moved.
"""

from __future__ import annotations

from flask import Flask

TODAY_EVERY = 60  # seconds: soon after each midnight


def init(app: Flask) -> None:
    from app import jobs
    from app.demo import commands, service, views

    app.extensions["is_demo"] = service.is_demo
    app.extensions["open_demo"] = service.open_demo
    jobs.every(TODAY_EVERY, "demo.today", service.ensure_todays_events)
    app.cli.add_command(commands.demo)
    app.register_blueprint(views.blueprint)
