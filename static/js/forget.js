// The button that signs out: what the phone kept to show the card without signal goes first. ES2020.

import { forget } from "./card-store.js";

const PATIENCE = 500; // milliseconds; the answer of the server clears the rest

export function attach(button) {
  const { form } = button;
  form.addEventListener("submit", async (event) => {
    if (form.dataset.forgotten) return;
    event.preventDefault();
    form.dataset.forgotten = "yes";
    await Promise.race([forget(), new Promise((resolve) => { setTimeout(resolve, PATIENCE); })]);
    form.submit();
  });
}
