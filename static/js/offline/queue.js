// The phone's outbox: what was tapped is kept here before anything is sent, goes out in order, and counts once,
// because each item carries the key of its form. Pages and the worker read the same queue; one of them sends. ES2020.
//
//   {seq, key, at, what, where, whose, fields, state, text, url}; state: waiting, held (a sign-in is missing),
//   done, late (the host decides), refused; the last three stay until somebody has read so

export const KEPT = ["nickname", "companions", "children", "code", "seen", "membership"]; // of a form; no other word stays here

// What an answer means. Anything else, and any answer that is not Yui's own, means: later.
const MEANS = { 200: "done", 401: "held", 403: "held" };
[400, 404, 409, 410, 413, 422].forEach((status) => { MEANS[status] = "refused"; });
const PATIENCE = 20000; // milliseconds for one answer
const LEASE = 30000; // milliseconds that a sender without locks may be silent
const ME = `${Date.now()}-${Math.random()}`;
const tried = new Set(); // keys

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("yui-outbox", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("items", { keyPath: "seq", autoIncrement: true }).createIndex("key", "key", { unique: true });
      asked.result.createObjectStore("lease");
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

// Runs `act` in one transaction; answers the result of the request that it returns, once all is written.
async function within(store, mode, act) {
  const base = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const whole = base.transaction(store, mode, { durability: "strict" });
      const asked = act(whole.objectStore(store));
      whole.oncomplete = () => resolve(asked && asked.result);
      whole.onabort = whole.onerror = () => reject(whole.error || (asked && asked.error));
    });
  } finally {
    base.close();
  }
}

export const all = () => within("items", "readonly", (items) => items.getAll());
export const drop = (seq) => within("items", "readwrite", (items) => items.delete(seq));
const keep = (item) => within("items", "readwrite", (items) => items.put(item));
// A second tap on the same form finds its key taken and changes nothing.
export async function add(item) {
  try {
    await within("items", "readwrite", (items) => items.add({ at: Date.now(), state: "waiting", ...item }));
  } catch (error) {
    if (!error || error.name !== "ConstraintError") throw error;
  }
}

// Sends whatever waits. `now`: {key: fields} that a page still knows and the phone does not keep.
// Answers {left, wait, told}: how many still wait, the seconds we were asked to wait, and {key: answer} of this round.
export function replay(now = {}) {
  return alone(async (goOn) => {
    const [barred, told] = [new Set(), {}];
    const waiting = (await all()).filter((item) => item.state === "waiting" || item.state === "held");
    for (const [index, item] of waiting.entries()) {
      const lane = `${item.whose} ${item.where}`; // what is held bars only what the same person sends to the same door
      if (barred.has(lane)) continue;
      if ((await goOn()) === false) return { left: waiting.length - index, wait: 5, told };
      const answer = await send(item, now[item.key]);
      if (answer.state === "later") return { left: waiting.length - index, wait: answer.wait, told };
      if (answer.state === "held") barred.add(lane);
      await note(item, answer);
      told[item.key] = answer;
    }
    return { left: 0, wait: 0, told };
  });
}

async function send(item, more) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  const form = { ...item.fields, ...more, key: item.key, whose: item.whose, device_at: new Date(item.at).toISOString() };
  const sender = more && !tried.has(item.key) ? "tap" : "1"; // the tap itself is judged as the plain form would be
  const rest = { headers: { "X-Outbox": sender }, redirect: "manual", cache: "no-store", signal: stop.signal };
  tried.add(item.key);
  try {
    const answer = await fetch(item.where, { method: "POST", body: new URLSearchParams(form), ...rest });
    if (!answer.headers.get("X-Outbox")) return { state: "later", wait: 0 }; // somebody on the way answered
    const told = await answer.json().catch(() => ({})); // a page that refuses has its sentence elsewhere
    const state = told.state === "late" ? "late" : MEANS[answer.status] || "later";
    return { state, wait: Number(answer.headers.get("Retry-After")) || 0, text: told.text || "", url: told.url || "" };
  } catch (error) {
    return { state: "later", wait: 0 };
  } finally {
    clearTimeout(timer);
  }
}

// What was typed goes as soon as it has arrived; of a host's taps on names nothing stays.
function note(item, { state, text, url }) {
  if (state === "held") return keep({ ...item, state });
  if (state === "done" && item.fields.membership) return drop(item.seq);
  return keep({ ...item, state, text, url, fields: {} });
}

// One sender at a time, over all pages and the worker. Where there are no locks, a lease in the same place.
async function alone(act) {
  if (self.navigator.locks) return navigator.locks.request("yui-outbox", () => act(() => {}));
  if (!(await lease(LEASE))) return { left: 1, wait: 5, told: {} };
  return act(() => lease(LEASE)).finally(() => lease(0)); // false: another page took it while this one slept
}

async function lease(length) {
  let mine = true;
  await within("lease", "readwrite", (kept) => {
    const asked = kept.get("sender");
    asked.onsuccess = () => {
      mine = !asked.result || asked.result.who === ME || asked.result.until < Date.now();
      if (mine) kept.put({ who: ME, until: Date.now() + length }, "sender");
    };
  });
  return mine;
}
