// The host's camera at the door: one card after the other, without leaving the page. A card that is still held there
// is not read again. What was read or typed is sent in the background; the answer takes the place of the last one.
// ES2020; without it the number is typed and the form is a plain form.

import { reader, start, stop } from "./scanner.js";

const PAUSE = 120; // milliseconds between two looks
const AGAIN = 6000; // milliseconds until the same card counts as shown again
const CARD = /\/C\/([0-9A-Z]{26}|[0-9A-Z]{32})\/?$/i;

export function attach(box) {
  const form = document.getElementById(box.dataset.form);
  const say = (name) => box.querySelectorAll("[data-say]").forEach((text) => { text.hidden = text.dataset.say !== name; });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(box, form, say);
  });
  watch(box, form, say);
}

async function watch(box, form, say) {
  const video = box.querySelector("video");
  if (!window.isSecureContext) return say("insecure");
  if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return say("none");
  say("starting");
  try {
    await start(video);
  } catch (error) {
    return say(error.name === "NotAllowedError" ? "denied" : "none");
  }
  video.hidden = false;
  box.querySelector(".till-frame").hidden = false;
  say("");
  window.addEventListener("pagehide", () => stop(video));
  const read = await reader(box.dataset.scannerSrc);
  let [last, seen] = ["", 0];
  while (box.isConnected && video.srcObject) {
    const text = document.hidden ? null : await read(video);
    if (text && (text !== last || Date.now() - seen > AGAIN)) {
      say(CARD.test(text) ? "" : "other");
      if (CARD.test(text)) await send(box, form, say, text);
      last = text;
    }
    if (text) seen = Date.now();
    await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
  }
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
