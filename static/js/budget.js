// 予算: what the ticked ones cost together, and which others would still fit. ES2020; without it the page says the
// sum of all.

export function attach(box) {
  const words = box.dataset;
  const budget = Number(words.budget);
  const bar = box.querySelector("progress");
  const out = box.querySelector("output");
  const boxes = Array.from(box.querySelectorAll("input[data-cost]"));
  const yen = new Intl.NumberFormat(document.documentElement.lang);
  bar.hidden = false;
  box.addEventListener("change", show);
  window.addEventListener("pageshow", show); // Back ticks them again
  show();

  function show() {
    const sum = boxes.reduce((all, one) => all + (one.checked ? Number(one.dataset.cost) : 0), 0);
    const left = budget - sum;
    bar.value = Math.min(sum, budget);
    const lines = [words.sum.replace("{sum}", yen.format(sum))];
    lines.push(left < 0 ? words.over.replace("{over}", yen.format(-left)) : words.left.replace("{left}", yen.format(left)));
    out.textContent = lines.join(" · ");
    out.classList.toggle("over", left < 0);
    for (const one of boxes) {
      const fit = one.parentElement.querySelector("[data-fit]");
      const fits = Number(one.dataset.cost) <= left;
      fit.textContent = one.checked || !sum ? "" : fits ? words.fits : words.large;
      fit.classList.toggle("not", !fits);
    }
  }
}
