// The counter without signal: says what does not work now and leads to paper. No form is sent into nothing. ES2020.

export function attach(box) {
  const show = () => { box.hidden = navigator.onLine; };
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  document.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    show();
    box.scrollIntoView({ block: "center" });
  }, true);
  show();
}
