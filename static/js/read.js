// A camera that reads one of our codes into a form's field `code` and sends the form. ES2020.
//
// <div data-module="read" data-form="form" data-lengths="8 26 32" data-scanner-src="…">
//   <button data-open hidden>      where it is there, the camera is asked for only when it is pressed
//   <div data-view hidden><video>  <p data-say="starting|insecure|none|denied|other|read" hidden>

import { reader, start, stop } from "./scanner.js";

const PAUSE = 120; // milliseconds between two looks
const ADDRESS = /\/C\/([0-9A-Z]{8,40})\/?$/i;

export function attach(box) {
  const open = box.querySelector("[data-open]");
  if (!open) return watch(box);
  open.hidden = false;
  open.addEventListener("click", () => {
    open.hidden = true;
    watch(box);
  });
}

async function watch(box) {
  const say = (name) => box.querySelectorAll("[data-say]").forEach((text) => { text.hidden = text.dataset.say !== name; });
  const video = box.querySelector("video");
  if (!window.isSecureContext) return say("insecure");
  if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return say("none");
  say("starting");
  try {
    await start(video);
  } catch (error) {
    return say(error.name === "NotAllowedError" ? "denied" : "none");
  }
  box.querySelector("[data-view]").hidden = false;
  say("aim");
  window.addEventListener("pagehide", () => stop(video));
  await look(box, video, say);
}

async function look(box, video, say) {
  const lengths = box.dataset.lengths.split(" ").map(Number);
  const read = await reader(box.dataset.scannerSrc);
  while (box.isConnected && video.srcObject) {
    const text = document.hidden ? null : await read(video);
    const code = text ? (ADDRESS.exec(text) || [])[1] : null;
    if (code && lengths.includes(code.length)) {
      say("read");
      stop(video);
      const form = document.getElementById(box.dataset.form);
      form.elements.code.value = text;
      return form.requestSubmit ? form.requestSubmit() : form.submit();
    }
    if (text) say("other");
    await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
  }
}
