"""Style sheets, scripts and pictures as browsers get them: named by content, packed once, kept for a year.

`python -m app.web.assets` builds `static/built/` at set-up; a server only looks up and sends. Modules import
each other by relative names, so all of them lie in one folder, named by the content of all.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from flask import Blueprint, Response, abort, request

from app.config import ROOT
from app.web.access import public

blueprint = Blueprint("assets", __name__)

BUILT = "static/built"
SCRIPTS = {"htmx.js": "htmx.org/dist/htmx.min.js"}  # logical name: path inside node_modules
MODULES = {  # the scanner finds its worker by relative name
    "vendor/uqr.js": "uqr/dist/index.mjs",
    "vendor/qr-scanner.min.js": "qr-scanner/qr-scanner.min.js",
    "vendor/qr-scanner-worker.min.js": "qr-scanner/qr-scanner-worker.min.js",
}
JOINED = {"outbox.js": ("offline/queue.js", "outbox.js")}  # one request; a part comes before its users
PICTURES = ("pictures", "icons")
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".png": "image/png",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".ico": "image/x-icon",
}
PACKED = (".css", ".js", ".svg")  # the others are compressed already
ENCODINGS = {"br": ".br", "gzip": ".gz"}  # the better one first
SOURCE_MAP = re.compile(rb"\n?//# sourceMappingURL=\S+\s*$")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
EXPORT = re.compile(r"^export (?=async|class|const|function)", re.MULTILINE)


class Manifest(NamedTuple):
    """What was built: `source` is the digest of its sources, `files` maps logical names to paths."""

    source: str
    files: dict[str, str]


# --- building -----------------------------------------------------------------------------------------------


def build(root: Path = ROOT) -> dict[str, str]:
    """Write `static/built/`; answers {logical name: path inside it}. Does nothing if no source has changed.

    The new files come first, then the manifest, and the old files go last: a running server misses nothing.
    """
    sources, built = _sources(root), root / BUILT
    known, digest = _read_manifest(built), _digest(sources)
    if known.source == digest and all((built / path).exists() for path in known.files.values()):
        return known.files
    files = _names(sources)
    for name, path in files.items():
        _write(built / path, sources[name])
    draft = built / f"manifest.{os.getpid()}"
    draft.write_text(json.dumps(Manifest(digest, files)._asdict(), indent=1, sort_keys=True) + "\n")
    draft.replace(built / "manifest.json")
    _remove_old(built, set(files.values()))
    return files


def _sources(root: Path) -> dict[str, bytes]:
    """Everything a browser may ask for: logical name → bytes."""
    static, node = root / "static", root / "node_modules"
    bundles = json.loads((static / "css" / "bundles.json").read_text())
    found = {name: _style_sheet([static / "css" / part for part in parts]) for name, parts in bundles.items()}
    for name, path in (SCRIPTS | MODULES).items():
        found[name] = SOURCE_MAP.sub(b"\n", (node / path).read_bytes())
    for module in sorted((static / "js").rglob("*.js")):
        found[module.relative_to(static / "js").as_posix()] = module.read_bytes()
    found |= {name: join([static / "js" / part for part in parts]) for name, parts in JOINED.items() if name in found}
    for folder in PICTURES:
        for picture in sorted((static / folder).rglob("*")):
            if picture.suffix in TYPES:
                found[picture.relative_to(static).as_posix()] = picture.read_bytes()
    return found


def join(parts: list[Path], *, is_module: bool = True) -> bytes:
    """Modules as one, each before those that use it. A module's own exports, those of the last part, may stay."""
    texts = [IMPORT.sub("", part.read_text()) for part in parts]
    inner = texts[:-1] if is_module else texts
    return "\n".join([EXPORT.sub("", text) for text in inner] + texts[len(inner) :]).encode()


def _style_sheet(parts: list[Path]) -> bytes:
    """The files one after the other (their order is the cascade), without comments and indentation."""
    text = COMMENT.sub("", "\n".join(part.read_text() for part in parts))
    return "\n".join(filter(None, (line.strip() for line in text.splitlines()))).encode()


def _digest(sources: dict[str, bytes]) -> str:
    """Changes with any source, and with this builder."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for name in sorted(sources):
        digest.update(f"{name}\0{len(sources[name])}\0".encode() + sources[name])
    return digest.hexdigest()


def _names(sources: dict[str, bytes]) -> dict[str, str]:
    modules = sorted(name for name in sources if name.endswith(".js") and name not in SCRIPTS)
    together = hashlib.sha256()
    for name in modules:
        together.update(name.encode() + b"\0" + hashlib.sha256(sources[name]).digest())
    inside = {name: f"modules.{together.hexdigest()[:12]}/{name}" for name in modules}
    return {name: inside.get(name) or _hashed(name, data) for name, data in sources.items()}


def _hashed(name: str, data: bytes) -> str:
    stem, _, extension = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(data).hexdigest()[:12]}.{extension}"


def _write(path: Path, data: bytes) -> None:
    import brotli  # a server never packs, so it never loads this

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    if path.suffix in PACKED:
        path.with_name(f"{path.name}.br").write_bytes(brotli.compress(data, quality=11))
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(data, 9, mtime=0))


def _remove_old(built: Path, current: set[str]) -> None:
    keep = {built / f"{path}{suffix}" for path in current for suffix in ("", *ENCODINGS.values())}
    keep.add(built / "manifest.json")
    for path in sorted(built.rglob("*"), reverse=True):  # a folder's files come before the folder
        if path.is_file() and path not in keep:
            path.unlink(missing_ok=True)  # another process may build at the same time
        elif path.is_dir():
            with suppress(OSError):  # not empty, or gone already
                path.rmdir()


def _read_manifest(built: Path) -> Manifest:
    path = built / "manifest.json"
    return Manifest(**json.loads(path.read_text())) if path.exists() else Manifest("", {})


# --- serving ------------------------------------------------------------------------------------------------


@lru_cache
def _files() -> dict[str, str]:
    files = _read_manifest(ROOT / BUILT).files
    if not files:
        raise RuntimeError("static/built is not there yet: run `make setup`.")
    return files


def url(name: str) -> str:
    """The address of `app.css`, `app.js`, `pictures/rice.svg`; raises LookupError for a name nobody built."""
    path = _files().get(name)
    if path is None:
        raise LookupError(f"no asset {name!r}: is it in static/, and was `make setup` run?")
    return f"/{BUILT}/{path}"


@lru_cache(maxsize=512)
def _body(path: str, encoding: str) -> bytes | None:
    """The bytes of a built file, packed or (encoding "") plain; None where there is no such file."""
    file = ROOT / BUILT / f"{path}{ENCODINGS.get(encoding, '')}"
    return file.read_bytes() if file.exists() else None


@blueprint.get(f"/{BUILT}/<path:path>")
@public
def built(path: str) -> Response:
    """A built file, packed as the browser likes it; it never changes, so nobody needs to ask again."""
    if path not in _files().values():
        abort(404)
    liked = [encoding for encoding in ENCODINGS if request.accept_encodings.quality(encoding) > 0]
    encoding = next((encoding for encoding in liked if _body(path, encoding)), "")
    response = Response(_body(path, encoding), content_type=TYPES[Path(path).suffix])
    if encoding:
        response.content_encoding = encoding
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


if __name__ == "__main__":
    build()
