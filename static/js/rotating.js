// The screen at the door: draws the code of each step from the list that the page was given, also without signal.
// The clock of this machine is never asked: time runs on from the server's, by the browser's own counter. ES2020.

import { draw } from "./qr-drawing.js";

const LOOK = 250; // milliseconds between two looks at the ring
const REFILL = 180000; // more codes while there is signal
const JUMP = 2000; // the machine slept, or its clock was set

export function attach(screen) {
  const find = (name) => screen.querySelector(`[data-${name}]`);
  const supply = new Supply(JSON.parse(find("supply").textContent), screen.dataset.codes);
  let shown = null;

  const look = () => {
    if (!screen.isConnected) return clearInterval(timer);
    supply.noticeJump();
    const step = supply.step();
    const code = supply.code(step);
    find("ring").setAttribute("stroke-dashoffset", String(100 * supply.part()));
    if (code === shown) return undefined;
    shown = code;
    for (const part of ["code", "under", "clock"]) find(part).hidden = !code;
    find("over").hidden = Boolean(code);
    if (code) draw(find("code"), supply.address + code);
    return undefined;
  };

  const timer = setInterval(look, LOOK);
  screen.addEventListener("heard", ({ detail: heard }) => {
    find("offline").hidden = heard !== "silence";
    find("out").hidden = heard !== "out";
    if (heard === "well" && supply.wasSilent) supply.refill();
    supply.wasSilent = heard !== "well";
  });
  setInterval(() => supply.refill(), REFILL);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { supply.refill(); stayAwake(); } });
  look();
  stayAwake();
  fullScreen(find("full"));
}

class Supply {
  constructor(given, source) {
    this.source = source;
    this.codes = new Map();
    this.wasSilent = false;
    this.take(given);
    this.last = [performance.now(), Date.now()];
  }

  take({ now, step, first, codes, address }) {
    this.ahead = now - performance.now();
    this.length = step;
    this.address = address;
    codes.forEach((code, i) => this.codes.set(first + i, code));
    for (const old of this.codes.keys()) if (old < this.step() - 8) this.codes.delete(old);
  }

  now() { return this.ahead + performance.now(); }
  step() { return Math.floor(this.now() / this.length); }
  part() { return (this.now() % this.length) / this.length; }
  code(step) { return this.codes.get(step) || ""; }

  // The counter of some browsers stands still while the machine sleeps: then the server is asked for the time.
  noticeJump() {
    const [counted, told] = [performance.now(), Date.now()];
    const jump = (told - this.last[1]) - (counted - this.last[0]);
    this.last = [counted, told];
    if (Math.abs(jump) > JUMP) this.refill();
  }

  async refill() {
    const newest = Math.max(this.step() - 1, ...this.codes.keys());
    try {
      const asked = performance.now();
      const answer = await fetch(`${this.source}?after=${newest}`, { cache: "no-store" });
      if (!answer.ok || answer.redirected) return;
      const given = await answer.json();
      given.now += (performance.now() - asked) / 2;
      this.take(given);
    } catch {
      // No signal: the codes at hand last for hours.
    }
  }
}

async function stayAwake() {
  try {
    await navigator.wakeLock.request("screen");
  } catch {
    // An older browser: the machine's own settings decide.
  }
}

function fullScreen(button) {
  if (!document.fullscreenEnabled) return;
  const show = () => { button.hidden = Boolean(document.fullscreenElement); };
  button.addEventListener("click", () => document.documentElement.requestFullscreen().catch(() => {}));
  document.addEventListener("fullscreenchange", show);
  show();
}
