// The button says how many are ticked. ES2020; without it it says how many there are.

export function attach(form) {
  const button = form.querySelector("button");
  const boxes = Array.from(form.elements).filter((one) => one.type === "checkbox");
  function count() {
    const ticked = boxes.filter((one) => one.checked).length;
    button.textContent = (ticked === 1 ? button.dataset.one : button.dataset.many).replace("{n}", ticked);
  }
  boxes.forEach((one) => one.addEventListener("change", count));
  window.addEventListener("pageshow", count); // Back ticks them again
}
