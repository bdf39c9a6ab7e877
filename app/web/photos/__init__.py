"""Photos that people send: made anew, so that nothing is left of them but the picture; kept, shown, swept.

- `making`   from whatever was sent to a JPEG of our own
- `keeping`  the folder, the address, and the sweep of what nothing names any more
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app.web.photos import keeping

    app.register_blueprint(keeping.blueprint)
    keeping.install(app.extensions["config"].instance / "pictures")
