"""Parts of a page that say the same to every reader: each is rendered once and kept.

A part is a template that knows what it is given, the language and the region, and is kept under exactly these. The
reader, the request and the secrets of forms are out of its reach, so nothing personal can be kept with it.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import cast

from flask import Flask
from jinja2.runtime import Context
from jinja2.utils import pass_context
from markupsafe import Markup

from app.web.layout import Templates


def init(app: Flask) -> None:
    app.add_template_global(part, "kept_part")


@pass_context
def part(page: Context, template: str, **given: Hashable) -> Markup:
    """For templates, as `kept_part`: the rendered `template` with what it is given.

    That is values, never rows, which change while they stay the same to Python.
    The region is the one that was read with this request: read anew, it makes a new part.
    """
    parts = cast(Templates, page.environment).of_parts()
    return parts.kept(template, page.get("region"), tuple(given.items()))
