// The counter's keypad: six digits send themselves. Without it the form is one field and one button. ES2020.

const DIGITS = 6;

export function attach(form) {
  const screen = form.elements.code;
  const keys = form.querySelector("[data-keys]");
  let sent = false;

  keys.hidden = false;
  form.querySelectorAll("[data-without-module]").forEach((part) => { part.hidden = true; });
  screen.inputMode = "none"; // no second keyboard slides over this one; a real one still types
  screen.focus({ preventScroll: true });

  const plain = () => screen.value.normalize("NFKC").replace(/[\s-]/g, "");

  const show = (text) => {
    const isNumber = /^\d{0,6}$/.test(text);
    screen.value = isNumber && text.length > 3 ? `${text.slice(0, 3)} ${text.slice(3)}` : text;
    if (isNumber && text.length === DIGITS && !sent && navigator.onLine) {
      sent = true;
      form.setAttribute("aria-busy", "true");
      form.submit();
    }
  };

  keys.addEventListener("click", (event) => {
    const key = event.target.closest("button");
    if (!key || key.type === "submit") return; // Enter is a click on it too
    show(key.value === "back" ? plain().slice(0, -1) : (plain() + key.value).slice(0, DIGITS));
  });
  screen.addEventListener("input", () => show(plain()));
  document.addEventListener("keydown", (event) => {
    const types = /^([0-9a-z:/.]|Backspace)$/i.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (types) screen.focus(); // a keyboard or a reader that is plugged in needs no tap first
  });
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload(); // back from a result: a new form with a new key
  });
}
