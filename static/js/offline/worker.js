// What works without signal. The server writes PLAN before this: {version, pages: [[path, in place of]], files}.
//
//   asked for               answer                                                      kept on the phone
//   a page                  the network; without signal the first kept page that fits   never
//   a kept page             the same                                                    when installed, and by /language
//   a kept page's file      the kept copy                                               when installed
//   everything else         as if this worker were not there                            never
//
// Kept pages are the same for everybody. Signing out empties all of it: the server's answer says so. ES2020.

import { replay } from "./queue.js";

self.addEventListener("install", (event) => event.waitUntil(fetchAll().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(tidy()));
self.addEventListener("sync", (event) => event.waitUntil(sendAll()));

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (origin !== self.location.origin) return;
  if (method === "POST" && pathname === "/language") event.respondWith(chosen(event));
  else if (method === "GET" && mode === "navigate") event.respondWith(page(event, pathname));
  else if (method === "GET" && self.PLAN.files.includes(pathname)) event.respondWith(file(event.request));
});

async function page(event, pathname) {
  try {
    return (await event.preloadResponse) || (await fetch(event.request));
  } catch (error) {
    const fitting = self.PLAN.pages.filter(([, places]) => new RegExp(places).test(pathname));
    const found = await Promise.all(fitting.map(([path]) => kept(path)));
    return found.find(Boolean) || Response.error();
  }
}

async function file(request) {
  return (await kept(new URL(request.url).pathname)) || fetch(request);
}

// The kept pages are written in the language and size that were chosen last.
async function chosen(event) {
  const answer = await fetch(event.request);
  event.waitUntil(fetchAll().catch(() => {}));
  return answer;
}

const kept = (path) => caches.match(path, { cacheName: self.PLAN.version, ignoreVary: true });

async function fetchAll() {
  const box = await caches.open(self.PLAN.version);
  const paths = self.PLAN.pages.map(([path]) => path).concat(self.PLAN.files);
  await Promise.all(paths.map(async (path) => {
    const answer = await fetch(path, { cache: "no-cache" });
    if (!answer.ok || answer.redirected) throw new Error(`${path}: ${answer.status}`);
    await box.put(path, answer);
  }));
}

async function tidy() {
  if (self.registration.navigationPreload) await self.registration.navigationPreload.enable();
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("yui-") && name !== self.PLAN.version).map((name) => caches.delete(name)));
  await self.clients.claim();
}

// The browser asks again, later and later, as long as this fails.
async function sendAll() {
  const { left } = await replay();
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  pages.forEach((one) => one.postMessage("outbox"));
  if (left) throw new Error(`${left} waiting`);
}
