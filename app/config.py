"""Every setting, read from the environment once, typed; a bad one stops the start with a sentence."""

from __future__ import annotations

import hmac
import ipaddress
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]", "::1")


class BadConfig(SystemExit):
    """The instance cannot start; the message tells the operator what to change."""


@dataclass(frozen=True)
class Config:
    """The settings of one instance.

    `secret` is the root key (≥ 32 bytes); parts of the app use `key(purpose)`, never the root itself.
    `origin` is scheme://host[:port] without a path: cookies, passkeys, QR codes and the CSRF rule depend on it.
    """

    instance: Path
    database_url: str
    migration_database_url: str
    origin: str
    secret: bytes
    testing: bool
    proxies: int
    extra_hosts: tuple[str, ...]

    @property
    def https(self) -> bool:
        return self.origin.startswith("https://")

    @property
    def origins(self) -> frozenset[str]:
        """Every origin this instance answers under: the configured one and, on a local network, its other names."""
        scheme = urlsplit(self.origin).scheme
        return frozenset({self.origin, *(f"{scheme}://{host}" for host in self.extra_hosts)})

    @property
    def host(self) -> str:
        return urlsplit(self.origin).netloc

    @property
    def rp_id(self) -> str:
        """The passkeys' relying party: the origin's host without its port."""
        return urlsplit(self.origin).hostname or "localhost"

    @property
    def is_local(self) -> bool:
        """Whether the instance is a person's own: on this machine, or plain http on a home's or a hall's network."""
        return is_local_origin(self.origin)

    @property
    def on_network(self) -> bool:
        """Whether other devices in the same house reach it: browsers then allow no camera and no passkeys."""
        return self.is_local and self.rp_id not in LOCAL_HOSTS

    @property
    def sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    def cookie(self, name: str) -> str:
        """`yui` or `visit`, with the prefix that browsers protect when the origin is https."""
        return f"__Host-{name}" if self.https else name

    def key(self, purpose: str) -> bytes:
        """A 32-byte key of its own for each purpose (HKDF-Expand of RFC 5869, one block)."""
        return hmac.digest(self.secret, purpose.encode() + b"\x01", "sha256")


def load(environ: Mapping[str, str] = os.environ) -> Config:
    """Read the environment; make `instance/secret` at the first run. Raises BadConfig."""
    instance = Path(environ.get("INSTANCE") or ROOT / "instance").resolve()
    instance.mkdir(parents=True, exist_ok=True)
    origin = _origin(environ, instance)
    testing = environ.get("TESTING") == "1"
    url = environ.get("DATABASE_URL") or f"sqlite:///{instance / 'yui.db'}"
    config = Config(
        instance=instance,
        database_url=_driver(url),
        migration_database_url=_driver(environ.get("MIGRATION_DATABASE_URL") or url),
        origin=origin,
        secret=_secret(environ, instance),
        testing=testing,
        proxies=int(environ.get("PROXIES", "0")),
        extra_hosts=tuple(filter(None, environ.get("EXTRA_HOSTS", "").split(","))),
    )
    if environ.get("CLOCK_FILE") and not (testing and config.is_local):
        raise BadConfig(
            "CLOCK_FILE moves the clock: it is for tests on this machine only (TESTING=1 and a local ORIGIN)."
        )
    return config


def is_local_origin(origin: str) -> bool:
    """This machine, or an address that no stranger outside the house can reach."""
    parts = urlsplit(origin)
    if parts.hostname in LOCAL_HOSTS:
        return True
    try:
        return parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "").is_private
    except ValueError:
        return False


def _driver(url: str) -> str:
    if url.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + url.split("://", 1)[1]
    return url


def _origin(environ: Mapping[str, str], instance: Path) -> str:
    noted = instance / "origin"
    origin = environ.get("ORIGIN") or (noted.read_text().strip() if noted.exists() else "http://localhost:8000")
    parts = urlsplit(origin)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise BadConfig(f"ORIGIN must be like https://yui.example, not {origin!r}.")
    return f"{parts.scheme}://{parts.netloc}"


def _secret(environ: Mapping[str, str], instance: Path) -> bytes:
    path = Path(environ.get("SECRET_FILE") or instance / "secret")
    if not path.exists():
        if environ.get("SECRET_FILE"):
            raise BadConfig(f"SECRET_FILE names {path}, which is not there.")
        _make_secret(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise BadConfig(f"{path} can be read by others on this machine: chmod 600 it.")
    secret = path.read_bytes().strip()
    if len(secret) < 32 or len(set(secret)) < 8:
        raise BadConfig(f"{path} is too short or too plain: 32 random bytes or more are needed.")
    return secret


def _make_secret(path: Path) -> None:
    """Two processes may start at once: the first link wins, and no one ever reads half a secret."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_hex(32).encode())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
