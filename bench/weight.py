"""What a phone must fetch to check in: the page behind the poster's code, and what it names."""

from __future__ import annotations

import gzip
import re
from typing import NamedTuple

from flask import Flask

FETCHED = re.compile(
    r'(?:<link[^>]+rel="stylesheet"[^>]+href|<(?:script|img)[^>]+src|<link[^>]+rel="icon"[^>]+href)="([^"]+)"'
)


class Weight(NamedTuple):
    """Requests, and bytes as they travel: packed (gzip for the page, what the server sends for the rest)."""

    requests: int
    page: int
    rest: int

    @property
    def kib(self) -> float:
        return (self.page + self.rest) / 1024


def weigh(app: Flask, path: str) -> Weight:
    client = app.test_client()
    page = client.get(path).get_data()
    named = [url for url in FETCHED.findall(page.decode()) if not url.startswith("data:")]
    rest = [len(client.get(url, headers={"Accept-Encoding": "gzip"}).get_data()) for url in named]
    return Weight(1 + len(named), len(gzip.compress(page, 6)), sum(rest))
