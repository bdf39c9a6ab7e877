"""A light crowd: so many connections, each with one request under way, all in one thread.

It shares the cores with what it measures, so it does as little as it can: requests are bytes that were made
before, of an answer only its status and its length are read.
"""

from __future__ import annotations

import gzip
import re
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

END_OF_HEAD = b"\r\n\r\n"
PATIENCE = 30.0  # seconds without any answer


@dataclass
class Sample:
    """What one run came to; times in seconds."""

    seconds: float = 0.0
    own_cpu: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    first: dict[int, bytes] = field(default_factory=dict)  # of each status, the first answer

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, part: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(int(part * len(ordered)), len(ordered) - 1)] * 1000


def words(answer: bytes) -> str:
    """What an answer says to whoever reads it: its first line and its heading, or all that is no page."""
    head, _, body = answer.partition(END_OF_HEAD)
    text = (gzip.decompress(body) if b"gzip" in head.lower() else body).decode(errors="replace")
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)
    return f"{head.splitlines()[0].decode()}: {heading[1] if heading else text[:200]}"


def get(host: str, path: str, **cookies: str) -> bytes:
    return _request("GET", host, path, b"", cookies)


def post(host: str, path: str, form: dict[str, str], **cookies: str) -> bytes:
    return _request("POST", host, path, urlencode(form).encode(), cookies)


def _request(method: str, host: str, path: str, body: bytes, cookies: dict[str, str]) -> bytes:
    head = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Accept-Encoding: gzip, br", "Accept-Language: ja"]
    if cookies:
        head.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()))
    if method == "POST":
        kind = "application/x-www-form-urlencoded"
        head += ["Sec-Fetch-Site: same-origin", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode() + body


class _Connection:
    """One client: sends, waits for the whole answer, sends the next."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.data = b""
        self.began = 0.0

    def send(self, request: bytes) -> None:
        self.data, self.began = b"", time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> int | None:
        """The status once the answer is whole."""
        more = self.socket.recv(1 << 16)
        if not more:
            raise ConnectionError("the server closed a connection")
        self.data += more
        end = self.data.find(END_OF_HEAD)
        if end < 0 or len(self.data) < end + len(END_OF_HEAD) + _length(self.data[:end]):
            return None
        return int(self.data[9:12])


def _length(head: bytes) -> int:
    at = head.lower().find(b"content-length:")
    if at < 0:
        raise ValueError("an answer without its length")
    return int(head[at + 15 :].split(b"\r\n", 1)[0])


def run(port: int, requests: Iterator[bytes], *, clients: int, seconds: float) -> Sample:
    """Let `clients` ask one request after the other, for so long or until there are no more requests."""
    sample, selector = Sample(), selectors.DefaultSelector()
    connections = [_Connection(port) for _ in range(clients)]
    for one in connections:
        selector.register(one.socket, selectors.EVENT_READ, one)
    began, cpu = time.perf_counter(), time.thread_time()
    waiting = sum(_next(one, requests) for one in connections)
    while waiting:
        ready = selector.select(PATIENCE)
        if not ready:
            raise TimeoutError("no answer for half a minute")
        for key, _ in ready:
            status = key.data.receive()
            if status is None:
                continue
            now = time.perf_counter()
            sample.latencies.append(now - key.data.began)
            sample.statuses[status] += 1
            sample.first.setdefault(status, key.data.data)
            waiting -= not (now - began < seconds and _next(key.data, requests))
    sample.seconds, sample.own_cpu = time.perf_counter() - began, time.thread_time() - cpu
    for one in connections:
        one.socket.close()
    selector.close()
    return sample


def _next(connection: _Connection, requests: Iterator[bytes]) -> bool:
    request = next(requests, None)
    if request is not None:
        connection.send(request)
    return request is not None
