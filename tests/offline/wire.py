"""A bad line: a proxy that refuses some requests, and cuts the connection after delivering some others."""

from __future__ import annotations

import random
import socket
import threading
from collections import Counter

from tests.serving import Server, free_port

REFUSES, CUTS = 0.2, 0.2
PATIENCE = 20.0  # seconds


class Wire:
    """`with Wire(server, chance) as wire:` listens on `wire.port`; `wire.fates` counts what became of the requests."""

    def __init__(self, server: Server, chance: random.Random) -> None:
        self.port, self._server, self._chance = free_port(), server, chance
        self.fates: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._ear = socket.create_server(("127.0.0.1", self.port), backlog=128)
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Wire:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ear.shutdown(socket.SHUT_RDWR)
        self._ear.close()
        self._thread.join()

    def _listen(self) -> None:
        while True:
            try:
                line, _ = self._ear.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(line,), daemon=True).start()

    def _carry(self, line: socket.socket) -> None:
        with line:
            line.settimeout(PATIENCE)
            request = read_message(line)
            fate = self._fate()
            if fate == "refused" or not request:
                return
            with socket.create_connection(("127.0.0.1", self._server.port), PATIENCE) as on:
                on.sendall(request)
                answer = read_message(on)
            if fate == "delivered":
                line.sendall(answer)

    def _fate(self) -> str:
        with self._lock:
            drawn = self._chance.random()
            fate = "refused" if drawn < REFUSES else "cut" if drawn < REFUSES + CUTS else "delivered"
            self.fates[fate] += 1
        return fate


def read_message(line: socket.socket) -> bytes:
    """One request or answer with its body; nothing if the other side hung up before its end."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = line.recv(65536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [row.split(b":")[1] for row in head.lower().split(b"\r\n") if row.startswith(b"content-length:")]
    missing = int(lengths[0]) - len(body) if lengths else 0
    while missing > 0:
        piece = line.recv(65536)
        if not piece:
            return b""
        data, missing = data + piece, missing - len(piece)
    return data
