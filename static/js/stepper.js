// A length of time as − 1時間30分 ＋: the list beneath stays and is what is sent. ES2020; without it one chooses
// from the list.

export function attach(box) {
  const list = box.querySelector("select");
  const shown = document.createElement("output");
  const less = press(box.dataset.less, "−", -1);
  const more = press(box.dataset.more, "＋", 1);
  const row = document.createElement("div");
  row.className = "stepper-row";
  row.append(less, shown, more);
  shown.setAttribute("aria-live", "polite");
  shown.htmlFor = list.id;
  list.hidden = true;
  list.after(row);
  list.addEventListener("change", show);
  window.addEventListener("pageshow", show); // Back fills the list in again
  show();

  function press(words, sign, step) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "stepper-press";
    button.textContent = sign;
    button.setAttribute("aria-label", words);
    button.addEventListener("click", () => {
      const next = list.selectedIndex + step;
      if (next >= 0 && next < list.options.length) list.selectedIndex = next;
      list.dispatchEvent(new Event("change", { bubbles: true }));
    });
    return button;
  }

  function show() {
    shown.textContent = list.options[list.selectedIndex].text;
  }
}
