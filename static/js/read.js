// A camera that reads one of our codes into a form's field `code` and sends the form. ES2020.
//
// <div data-module="read" data-form="form" data-lengths="8 26 32" data-scanner-src="…">
//   <button data-open hidden>      where it is there, the camera is asked for only when it is pressed
//   <div data-view hidden><video>  <p data-say="starting|insecure|none|denied|other|read" hidden>

import { eachText, opened, sayer } from "./scanner.js";

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
  const say = sayer(box);
  if (!(await opened(box, say))) return;
  box.querySelector("[data-view]").hidden = false;
  say("aim");
  const lengths = box.dataset.lengths.split(" ").map(Number);
  await eachText(box, (text) => {
    const code = (ADDRESS.exec(text) || [])[1];
    const ours = Boolean(code) && lengths.includes(code.length);
    say(ours ? "read" : "other");
    if (ours) send(document.getElementById(box.dataset.form), text);
    return ours;
  });
}

function send(form, text) {
  form.elements.code.value = text;
  if (form.requestSubmit) form.requestSubmit();
  else form.submit();
}
