"""A phone for browser tests: Chromium as an ordinary phone in Japan; it notes whatever went wrong."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from tests.serving import Server

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 640},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "locale": "ja-JP",
    "timezone_id": "Asia/Tokyo",
    "service_workers": "block",
}
ASSETS = ("stylesheet", "script", "image", "font", "manifest")


class Phones:
    """Opens phones, each with cookies of its own; `complaints` is what any of them reported."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.complaints: list[str] = []
        self._contexts: list[BrowserContext] = []

    def __call__(self, server: Server | None = None, *, javascript: bool = True, **options: Any) -> Page:
        """A page on a new phone; with a server, `page.goto("/tsk/events")` works.

        `options` are Playwright's for a new context: `locale="en-GB"`, `viewport`, `service_workers="allow"`.
        """
        options = PHONE | {"java_script_enabled": javascript} | options
        if server is not None:
            options.setdefault("base_url", server.origin)
        context = self.browser.new_context(**options)
        context.set_default_timeout(15_000)  # a busy machine is no fault
        context.on("console", self._listen)
        context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))
        context.on("response", self._look)
        self._contexts.append(context)
        return context.new_page()

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _listen(self, message: ConsoleMessage) -> None:
        """Errors include every breach of the content security policy. Refused pages (422) are no error."""
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"console: {message.text}")

    def _look(self, response: Response) -> None:
        if response.status >= 500 or (response.status >= 400 and response.request.resource_type in ASSETS):
            self.complaints.append(f"{response.status}: {response.url}")
