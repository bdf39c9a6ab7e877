// The host's camera at the door: one card after the other, without leaving the page. A card that is still held there
// is not read again. What was read or typed is sent in the background; the answer takes the place of the last one.
// ES2020; without it the number is typed and the form is a plain form.

import { eachText, opened, sayer } from "./scanner.js";

const AGAIN = 6000; // milliseconds until the same card counts as shown again
const CARD = /\/C\/([0-9A-Z]{26}|[0-9A-Z]{32})\/?$/i;

export async function attach(box) {
  const form = document.getElementById(box.dataset.form);
  const say = sayer(box);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(box, form, say);
  });
  if (!(await opened(box, say))) return;
  box.querySelector("video").hidden = false;
  box.querySelector(".till-frame").hidden = false;
  say("");
  let [last, seen] = ["", 0];
  await eachText(box, async (text) => {
    if (text !== last || Date.now() - seen > AGAIN) {
      say(CARD.test(text) ? "" : "other");
      if (CARD.test(text)) await send(box, form, say, text);
      last = text;
    }
    seen = Date.now();
  });
}

async function send(box, form, say, text) {
  const field = form.elements.code;
  const body = new FormData(form);
  if (text) body.set("code", text);
  if (!body.get("code") || form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
    const part = document.createRange().createContextualFragment(await answer.text()).querySelector("[data-scanned]");
    if (!part) return location.reload(); // signed out meanwhile, or out of order: the page itself says so
    box.querySelector("[data-scanned]").replaceWith(part);
    if (!text) {
      field.value = "";
      field.focus();
    }
    say("");
  } catch {
    say("signal");
  } finally {
    form.setAttribute("aria-busy", "false");
  }
}
