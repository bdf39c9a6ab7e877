"""Where a page may send people back to: addresses of this site, whatever the link said."""

from __future__ import annotations

import pytest

from app.web.pages import local_path

pytestmark = pytest.mark.rules

OWN = [
    "/",
    "/tsk",
    "/tsk/events/7/check-ins",
    "/passkeys?next=/tsk",
    "/tsk/events?month=2026-12&kind=%E6%A2%85",
    "/C/7K3MQ2XA",
    "/tsk/events/7#list",
    "/tsk/events?to=//later",
    "/健康",
]
FOREIGN = [
    # nothing, or no address
    None,
    "",
    " ",
    "tsk",
    "?next=/",
    "#top",
    # another site by its scheme
    "http://evil.example",
    "https://evil.example/",
    "HTTPS://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "http:\\\\evil.example",
    "ftp://evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "javascript://%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "blob:https://evil.example/1",
    "//javascript:alert(1)",
    # another site by its slashes
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "//evil.example/%2f..",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "/\\\\evil.example",
    "/tsk\\..\\evil",
    "/%2fevil.example",
    "/%2f%2fevil.example",
    "/%5cevil.example",
    "/%5c%5cevil.example",
    "%2f%2fevil.example",
    "/tsk//evil.example",
    "/..//evil.example",
    "/.//evil.example",
    "/tsk/..//evil.example",
    "/tsk/../../evil",
    "／／evil.example",
    "/／evil.example",
    "/%ef%bc%8fevil.example",
    # another site behind a name
    "/@evil.example",
    "//localhost@evil.example",
    "http://localhost@evil.example",
    "/tsk@evil.example",
    "/%40evil.example",
    # characters that browsers leave out
    "\t//evil.example",
    "/\t/evil.example",
    "/%09/evil.example",
    "/\n/evil.example",
    "/%0a/evil.example",
    "/\r/evil.example",
    "/%0d%0aLocation:%20https://evil.example",
    "/tsk\r\nSet-Cookie: yui=1",
    " //evil.example",
    "/ /evil.example",
    "/%20/evil.example",
    "/\x00/evil.example",
    "/%00/evil.example",
    "/\x7f/evil.example",
    # too long to be ours
    "/" + "a" * 600,
]


@pytest.mark.parametrize("url", OWN)
def test_an_own_address_is_kept(url: str) -> None:
    assert local_path(url) == url


@pytest.mark.parametrize("url", FOREIGN)
def test_anything_else_leads_home(url: str | None) -> None:
    assert local_path(url) == "/"
    assert local_path(url, "/passkeys") == "/passkeys"
