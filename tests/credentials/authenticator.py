"""A passkey without a phone: makes and signs what a real one would, and also what none should."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import struct
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from app.credentials.rules import plain
from app.web.sentences import sentence
from tests.client import Client

ORIGIN = "http://localhost"
PRESENT, VERIFIED, ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40
GOOD = PRESENT | VERIFIED | ELIGIBLE | BACKED_UP


class Authenticator:
    """One passkey. `count` is what it will send next; a synchronised one always sends 0."""

    def __init__(self, *, count: int = 0, origin: str = ORIGIN, host: str = "localhost", flags: int = GOOD) -> None:
        self.id = secrets.token_bytes(16)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.count, self.origin, self.host, self.flags = count, origin, host, flags
        self.handle = b""

    def create(self, options: dict[str, Any]) -> str:
        """The answer of `navigator.credentials.create`, as a form sends it."""
        self.handle = _bytes(options["user"]["id"])
        point = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor2.dumps(public)
        data = self._data(self.flags | ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options["challenge"])
        return self._answer(clientDataJSON=client, attestationObject=attestation, transports=["internal", "hybrid"])

    def get(self, options: dict[str, Any], **changed: bytes) -> str:
        """The answer of `navigator.credentials.get`; `changed` replaces parts of it (`userHandle=b"…"`)."""
        client, data = self._client("webauthn.get", options["challenge"]), self._data(self.flags)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        return self._answer(**(parts | {"userHandle": self.handle} | changed))

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _answer(self, **response: Any) -> str:
        written = {name: plain(part) if isinstance(part, bytes) else part for name, part in response.items()}
        return json.dumps({"id": plain(self.id), "rawId": plain(self.id), "type": "public-key", "response": written})


class Browser:
    """A client that fills in the ceremonies' pages as `static/js/passkey.js` does."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def proof(self, page: str) -> str:
        """The hidden field of a page."""
        match = re.search(r'name="proof" value="([^"]+)"', self.client.get(page).text)
        assert match, f"no hidden field on {page}"
        return match[1]

    def options(self, page: str, challenges: str) -> dict[str, Any]:
        answer = self.client.post(challenges, headers={"X-Proof": self.proof(page)})
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def post(self, page: str, address: str, **fields: str) -> Any:
        return self.client.post(address, data={"proof": self.proof(page), **fields})

    def sign_in(self, passkey: Authenticator, **fields: str) -> Any:
        answer = passkey.get(self.options("/sign-in", "/sign-in/challenges"))
        return self.post("/sign-in", "/sign-in", credential=answer, **fields)

    def register(self, passkey: Authenticator, **fields: str) -> Any:
        answer = passkey.create(self.options("/passkeys", "/passkeys/challenges"))
        return self.post("/passkeys", "/passkeys", credential=answer, **fields)

    def confirm(self, passkey: Authenticator, **fields: str) -> Any:
        answer = passkey.get(self.options("/passkeys/confirm", "/passkeys/confirmation/challenges"))
        return self.post("/passkeys/confirm", "/passkeys/confirmation", credential=answer, **fields)

    def another(self) -> Browser:
        """A second browser, without cookies."""
        return Browser(self.client.application.test_client())

    @property
    def cookie(self) -> str:
        """The sign-in's cookie, empty without one."""
        found = self.client.get_cookie("yui")
        return found.value if found else ""

    @cookie.setter
    def cookie(self, value: str) -> None:
        self.client.set_cookie("yui", value)

    @property
    def is_signed_in(self) -> bool:
        return self.client.get("/me").status_code == 200


def refused(answer: Any, code: str = "passkey_failed") -> bool:
    """Whether the page says so, and signs nobody in."""
    return answer.status_code == 422 and sentence(code) in answer.text and "yui=" not in str(answer.headers)


def _bytes(text: str) -> bytes:
    import base64

    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
