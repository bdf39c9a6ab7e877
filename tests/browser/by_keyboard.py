"""The ways of somebody who has no mouse: from one place to the next by Tab, always seeing where one is."""

from __future__ import annotations

from typing import Any

FAR = 80  # more steps than any page has
RING = """() => {
  const one = document.activeElement, faces = [one, one.nextElementSibling, one.closest("label")].filter(Boolean);
  return faces.some((face) => getComputedStyle(face).outlineStyle !== "none");
}"""


def walk_to(page: Any, selector: str, says: str = "") -> None:
    """Tab after Tab until what has the focus matches, and `says` this; every stop shows that it has it."""
    for _step in range(FAR):
        page.keyboard.press("Tab")
        is_it = (
            "([one, says]) => document.activeElement.matches(one) && document.activeElement.innerText.includes(says)"
        )
        if page.evaluate(is_it, [selector, says]):
            assert page.evaluate(RING), f"nothing shows that {selector} has the focus"
            return
    raise AssertionError(f"no way by Tab to {selector} {says}")


def press(page: Any, says: str, selector: str = "main a, main button, main summary") -> None:
    """Walk to what says this, and Enter; whatever page it leads to is there afterwards."""
    walk_to(page, selector, says)
    leads_on = not page.evaluate("document.activeElement.matches('summary')")
    page.evaluate("() => { window.isBefore = true }")
    page.keyboard.press("Enter")
    if leads_on:
        page.wait_for_function("() => !window.isBefore && document.readyState === 'complete'")


def write(page: Any, name: str, words: str) -> None:
    """Into the field of this name, replacing what stands there."""
    walk_to(page, f"[name={name}]")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(words)
