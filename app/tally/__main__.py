"""`python -m app.tally count FILE` and `python -m app.tally verify BUNDLE`; FILE may be `-`.

The folder also runs copied out and alone: `python tally verify BUNDLE`.
"""

from __future__ import annotations

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path

if not __package__:  # started as a folder: its modules import each other, so it must be a package
    _HERE = Path(__file__).resolve().parent
    sys.path[0] = str(_HERE.parent)
    __package__ = _HERE.name
    import_module(__package__)

from . import __doc__ as explained
from . import bundle, reading
from .counting import tally
from .election import BadElection

DONE, DIFFERENT, BAD = 0, 1, 2  # exit statuses


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="tally", description=explained, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="count | verify")
    count = verbs.add_parser("count", help="count the election in FILE and print its result as one JSON object")
    count.add_argument("file", metavar="FILE", help="JSON as described above; - for standard input")
    verify = verbs.add_parser("verify", help="count a published vote again and say line by line what was checked")
    verify.add_argument("file", metavar="BUNDLE", help="the JSON that was published; - for standard input")
    verify.add_argument("--json", action="store_true", help="the same lines as one JSON object")
    asked = parser.parse_args(arguments)
    try:
        return _count(asked.file) if asked.verb == "count" else _verify(asked.file, as_json=asked.json)
    except BadElection as fault:
        sys.stderr.write(f"{fault}\n")
        return BAD


def _count(name: str) -> int:
    _say(json.dumps(tally(reading.election(_read(name))).as_dict(), ensure_ascii=False))
    return DONE


def _verify(name: str, *, as_json: bool) -> int:
    found = bundle.verify(reading.load(_read(name)))
    lines = [line.text for line in found.lines]
    _say(json.dumps({"ok": found.ok, "lines": lines}, ensure_ascii=False) if as_json else "\n".join(lines))
    return DONE if found.ok else DIFFERENT


def _read(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except (OSError, ValueError):
        raise BadElection(f"The file {name} cannot be read.") from None


def _say(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
