// From the third visit on: the way to the phone's first screen, until somebody says that they do not want it. ES2020.
// A visit begins when nothing was opened for half an hour. Counted in a cookie of this site: "3.1795000000", or "never".

const ENOUGH = 3;
const PAUSE = 1800; // seconds
const COOKIE = "visits";
const KEEP = 400 * 86400; // seconds
const now = () => Math.floor(Date.now() / 1000);

let invitation = null; // the browser's own offer, kept for our button
let told = () => {};

window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  invitation = event;
  told();
});

export function attach(hint) {
  if (isInstalled()) return;
  const visits = count();
  if (visits < ENOUGH) return;
  const show = (name) => {
    hint.querySelectorAll(`[data-when="${name}"]`).forEach((part) => { part.hidden = false; });
    hint.hidden = false;
  };
  const close = () => {
    hint.hidden = true;
    write("never");
  };
  told = () => show("button");
  if (invitation) told();
  else if (isSafariOnPhone()) show("iphone");
  hint.querySelector('[data-when="never"]').addEventListener("click", close);
  hint.querySelector('[data-when="button"]').addEventListener("click", () => {
    if (invitation) invitation.prompt();
    close();
  });
  window.addEventListener("appinstalled", close);
}

function isInstalled() {
  return navigator.standalone === true || matchMedia("(display-mode: standalone)").matches;
}

// Only Safari's own share button offers it; the browsers inside other apps have none.
function isSafariOnPhone() {
  const agent = navigator.userAgent;
  return /iPhone|iPad/.test(agent) && /Safari\//.test(agent) && !/Line\/|CriOS|FxiOS|FBAN|Instagram/.test(agent);
}

// How many visits with this one; 0 for whoever said never.
function count() {
  const [, value = "0.0"] = document.cookie.match(new RegExp(`(?:^|; )${COOKIE}=([^;]*)`)) || [];
  if (value === "never") return 0;
  const [number, last] = value.split(".").map(Number);
  const visits = now() - last > PAUSE ? number + 1 : number;
  write(`${visits}.${now()}`);
  return visits;
}

function write(value) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${COOKIE}=${value}; path=/; max-age=${KEEP}; samesite=lax${secure}`;
}
