// The page's side of the outbox: a tap is kept, then sent; without signal the page says so and shows what waits.
// Alone on the poster's page, brought by app.js elsewhere; without it a form is a plain form. ES2020.
//
// <form data-outbox="what the queue calls it" data-whose="…">; <section id="offline-outbox">: a template for each state

import { KEPT, add, all, drop, replay } from "./offline/queue.js";

const CALM = 4000; // milliseconds without an answer until the page says that it waits
const LONGEST = 300; // seconds between two tries
const box = document.getElementById("offline-outbox");
const [tapped, typed] = [new Map(), {}]; // key → the form of this page; key → all that was typed in it
let [tries, timer, read] = [0, 0, []]; // `read`: items that are told on this page and nowhere else any more

export function attach() {}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.action.endsWith("/sign-out") && navigator.onLine) indexedDB.deleteDatabase("yui-outbox"); // some browsers clear nothing
  if (!box || !("outbox" in form.dataset)) return;
  event.preventDefault();
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  const button = event.submitter || form.querySelector("button[name]");
  take(form, button).catch(() => plain(form, button));
});

async function take(form, button) {
  const whole = Object.fromEntries(new FormData(form));
  if (button && button.name) whole[button.name] = button.value;
  const fields = {};
  KEPT.filter((name) => whole[name]).forEach((name) => { fields[name] = whole[name]; });
  const { outbox: what, whose = "" } = form.dataset;
  await add({ key: whole.key, what, where: new URL(form.action).pathname, whose, fields });
  tapped.set(whole.key, form);
  typed[whole.key] = whole;
  read = read.filter((item) => item.state !== "refused");
  setTimeout(() => { show(); leaving(); }, CALM);
  wake();
}

// This browser keeps nothing: send it as a form without this module.
function plain(form, button) {
  const field = document.createElement("input");
  if (button && button.name) form.append(Object.assign(field, { type: "hidden", name: button.name, value: button.value }));
  form.submit();
}

async function go() {
  clearTimeout(timer);
  const { left, wait, told } = await replay(typed);
  tries = left ? tries + 1 : 0;
  if (left) {
    timer = setTimeout(wake, 1000 * Math.max(wait, Math.min(LONGEST, 2 ** tries) * (0.5 + Math.random())));
    askTheBrowser();
  }
  await show(told);
}

// Background Sync, where there is such a thing, goes on when this page is closed.
function askTheBrowser() {
  if (navigator.serviceWorker) navigator.serviceWorker.ready.then((ready) => ready.sync.register("outbox")).catch(() => {});
}

async function show(told = {}) {
  if (!box) return;
  const items = await all();
  const news = items.filter((item) => ["done", "late"].includes(item.state) || (item.state === "refused" && typed[item.key]));
  read = read.concat(news.filter((item) => !read.some((one) => one.seq === item.seq)));
  await Promise.all(news.map((item) => drop(item.seq))); // before this page goes on to the seal
  for (const [key, form] of tapped) settle(form, key, items.find((item) => item.key === key), told[key]);
  const doors = new Map(Array.from(document.querySelectorAll("form[data-outbox]"), (form) => [new URL(form.action).pathname, form]));
  for (const item of items) if (!item.fields.membership && doors.has(item.where)) doors.get(item.where).hidden = item.state !== "refused";
  const groups = new Map();
  const inPlace = ({ key }) => tapped.has(key) && tapped.get(key).querySelector(".push"); // nothing may move under a finger
  for (const item of read.concat(items.filter((one) => !news.includes(one) && !inPlace(one)))) {
    const name = `${item.state} ${item.what} ${item.text || ""}`;
    groups.set(name, (groups.get(name) || []).concat(item));
  }
  const list = box.querySelector("[data-list]");
  list.textContent = "";
  groups.forEach((group) => list.append(drawn(group)));
  box.hidden = groups.size === 0;
}

// What became of a tap on this page: on to the seal; a row of a list says it in place.
function settle(form, key, item, answer) {
  const row = form.querySelector(".push");
  const state = item ? item.state : "done";
  form.setAttribute("aria-busy", state === "refused" ? "false" : "true");
  if (row) row.textContent = state === "refused" ? item.text : box.dataset[state];
  if (state === "waiting" || state === "held") return;
  tapped.delete(key);
  if (row && answer && answer.text && state === "done") document.getElementById("toast").textContent = answer.text;
  if (state === "refused" || row) return;
  location.assign((item && item.url) || location.href);
}

function drawn(group) {
  const [{ state, what, text, url, at }] = group;
  const part = document.importNode(box.querySelector(`template[data-state="${state}"]`).content, true);
  const fill = (name, act) => part.querySelectorAll(`[data-fill="${name}"]`).forEach(act);
  const hour = new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit", hour12: true });
  fill("what", (place) => { place.textContent = `${what} · ${hour}${group.length > 1 ? ` × ${group.length}` : ""}`; });
  fill("text", (place) => { place.textContent = text || place.textContent; });
  fill("url", (link) => { link.hidden = !url; link.href = url || ""; });
  fill("drop", (button) => button.addEventListener("click", () => Promise.all(group.map((item) => drop(item.seq))).then(() => location.reload())));
  return part;
}

const leaving = () => { if (tapped.size) askTheBrowser(); }; // a page that waits long, or is hidden, may not live to hear
const wake = () => { go().catch(() => {}); }; // a browser that keeps nothing has nothing to send
["online", "pageshow"].forEach((name) => addEventListener(name, wake));
document.addEventListener("visibilitychange", () => { if (document.hidden) leaving(); else wake(); });
if (navigator.serviceWorker) {
  navigator.serviceWorker.addEventListener("message", () => show());
  const register = () => setTimeout(() => navigator.serviceWorker.register("/sw.js").catch(() => {}), 1000);
  if (document.readyState === "complete") register();
  else addEventListener("load", register);
}
if (document.readyState === "complete") wake();
