// The card on the phone: asks the server once for the keys of the coming days, keeps them, and draws a new code every
// 30 seconds, with or without signal. Without it the page shows the server's code and loads itself again. ES2020.

import { canSign, codeOf, prepared } from "./card-codes.js";
import { drop, keep, kept } from "./card-store.js";
import { draw } from "./qr-drawing.js";

const PATIENCE = 8000; // milliseconds for an answer before the page says that it has none
const OFTEN = 500;
const GONE = [401, 403, 404];

class Gone extends Error {}

export function attach(box) {
  box.querySelectorAll("[data-without-module]").forEach((part) => { part.hidden = true; });
  const slug = (/^\/([a-z0-9-]+)\/card/.exec(location.pathname) || [])[1];
  const view = { card: null, step: null, slug, asking: false, again: 0 };
  const tick = () => show(box, view).catch((error) => console.warn("card", error));
  refresh(box, view).then(tick);
  setInterval(tick, OFTEN); // what is kept is shown while the answer is on its way
  document.addEventListener("visibilitychange", tick);
  window.addEventListener("online", () => { view.again = 0; });
}

// A card from the server; what this phone keeps of the same person where no answer comes.
async function refresh(box, view) {
  if (view.asking) return;
  view.asking = true;
  try {
    const { whose } = box.dataset; // none on the page that the phone keeps
    const own = view.card || (await kept(view.slug));
    if (own && (!whose || own.whose === whose)) view.card = own;
    if (view.card && !whose) fill(box, view.card);
    const card = await answer(view.slug);
    view.card = card;
    if (card.keep) await keep(card);
    fill(box, card);
  } catch (error) {
    if (error instanceof Gone) await end(view);
    view.again = Date.now() + 30000;
  }
  view.asking = false;
}

async function answer(slug) {
  if (!slug) throw new Error("no region in this address");
  const hurry = new AbortController();
  const timer = setTimeout(() => hurry.abort(), PATIENCE);
  const asked = { headers: { "HX-Request": "true" }, cache: "no-store", signal: hurry.signal };
  try {
    const found = await fetch(`/${slug}/card/${canSign() ? "days" : "codes"}`, asked);
    if (GONE.includes(found.status)) throw new Gone();
    if (!found.ok) throw new Error(String(found.status));
    const card = await found.json();
    return { ...(await prepared(card)), ahead: card.now - Date.now() };
  } finally {
    clearTimeout(timer);
  }
}

// Signed out, or the card has ended: nothing is left to show here.
async function end(view) {
  if (view.slug) await drop(view.slug);
  view.card = null;
}

async function show(box, view) {
  const { card } = view;
  if (!card && view.asking) return;
  const now = card ? (Date.now() + card.ahead) / 1000 : 0;
  const step = card ? Math.floor(now / card.step) : null;
  if (card) box.querySelector("progress").value = card.step - (now % card.step);
  if (card && step === view.step) return;
  const code = card ? await codeOf(card, step) : null;
  say(box, code ? "plain" : card ? "over" : "none");
  box.querySelector(".qr").hidden = !code;
  if (code) {
    view.step = step;
    const place = box.querySelector(".qr");
    draw(place, card.address + code, place.dataset.label);
    box.dataset.code = code;
  } else if (Date.now() > view.again && navigator.onLine) {
    await refresh(box, view);
  }
}

function say(box, name) {
  box.querySelectorAll("[data-say]").forEach((text) => { text.hidden = text.dataset.say !== name; });
  box.querySelectorAll("[data-card]").forEach((part) => { part.hidden = name === "none"; });
}

// Words of the card, where the page came without them.
function fill(box, card) {
  const english = document.documentElement.lang === "en" && card.region_en;
  const words = { ...card, region: english || card.region };
  box.querySelectorAll("[data-fill]").forEach((part) => { part.textContent = words[part.dataset.fill] || ""; });
  box.querySelectorAll('[data-fill="region"]').forEach((part) => { part.lang = english ? "en" : "ja"; });
  document.documentElement.dataset.accent = card.accent;
}
