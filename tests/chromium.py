"""Finds the Chromium that browser tests drive; `python -m tests.chromium` installs one where it can."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MISSING = "Browser tests need Chromium: install it (apt-get install chromium fonts-noto-cjk) and run again."


def find() -> str | None:
    """The program's path: CHROMIUM if set, else the first known name."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def install() -> None:
    """As root on Debian: the browser, and letters for Japanese (screens would show boxes)."""
    wanted = [] if find() else ["chromium"]
    if not _writes_japanese():
        wanted.append("fonts-noto-cjk")
    if not wanted or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"set-up  {' and '.join(wanted)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", *wanted]):
        done = subprocess.run(["apt-get", *step], capture_output=True, text=True, env=environment)
        if done.returncode:
            print(done.stdout[-1000:], done.stderr[-1000:])


def _writes_japanese() -> bool:
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=ja"], capture_output=True).stdout.strip())


if __name__ == "__main__":
    install()
    if not find():
        sys.exit(MISSING)
