"""`flask demo seed` and `flask demo links`."""

from __future__ import annotations

import json
import sys
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from app import clock
from app.db import transaction
from app.demo import service
from app.demo.links import links as all_links

demo = AppGroup("demo", help="The sample regions.")


@demo.command("seed")
def seed() -> None:
    """Fill an empty database with the sample regions; refuse any other."""
    at = clock.now()
    try:
        with transaction():
            service.seed(at=at)
            service.ensure_todays_events(at=at)
    except service.NotEmpty as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(1)
    click.echo("seeded: three regions; flask demo links shows their doors")


@demo.command("links")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def links(as_json: bool) -> None:
    """Show every door: posters, tills, and sign-in links that work once within 30 minutes."""
    if not service.is_demo():
        click.echo("There is no sample data here: make run on an empty database makes it.", err=True)
        sys.exit(1)
    with transaction():
        service.ensure_todays_events(at=clock.now())
        found = all_links(origin=current_app.extensions["config"].origin, at=clock.now())
    click.echo(json.dumps(found, ensure_ascii=False) if as_json else "\n".join(_table(found)))


def _table(found: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    for region in found["regions"]:
        lines += ["", f"== {region['slug']} =="]
        lines += [f"{e['state']:<10} {e['poster_url']}  {e['typed_code']}  {e['title']}" for e in region["events"]]
        lines += [f"{'till':<10} {s['till_url']}  {s['name']}" for s in region["shops"]]
        lines += [
            f"{m['number']:<10} {m['sign_in_url']}  {m['name']} ({', '.join(m['roles'])})" for m in region["members"]
        ]
    return [*lines[1:], "", "Sign-in and till links work once, for 30 minutes."]
