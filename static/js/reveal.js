// The opening of a vote: counts down to the hour, looks every five seconds whether it is open, and then shows it; the
// numbers count up while the bars grow. ES2020; without it the page loads itself anew.

const EVERY = 5000;
const GROWS = 6000; // milliseconds, as long as the bars in the style sheet

export function attach(section) {
  if (section.dataset.state === "revealed") {
    if (section.querySelector(".growing") || section.classList.contains("growing")) countUp(section);
    return;
  }
  const shown = section.querySelector("[data-count]");
  const ends = performance.now() + Number(section.dataset.seconds || 0) * 1000;
  let asking = false;

  const tick = () => {
    if (!section.isConnected) return clearInterval(clock);
    if (shown) shown.textContent = words(shown, Math.max(0, Math.ceil((ends - performance.now()) / 1000)));
    return undefined;
  };

  const look = async () => {
    if (!section.isConnected) return clearInterval(looks);
    if (asking || performance.now() < ends) return undefined;
    asking = true;
    try {
      if (section.dataset.open) await fetch(section.dataset.open, { method: "POST", redirect: "manual" });
      const answer = await fetch(section.dataset.address, { headers: { "HX-Request": "true" }, cache: "no-store" });
      if (answer.status === 200) return location.reload();
    } catch {
      // No signal for a moment: in five seconds it asks again.
    }
    asking = false;
    return undefined;
  };

  const clock = shown ? setInterval(tick, 1000) : 0;
  const looks = setInterval(look, EVERY);
  setTimeout(look, Math.max(0, ends - performance.now()) + 300);
  tick();
}

function words(shown, left) {
  const parts = { d: Math.floor(left / 86400), h: Math.floor(left / 3600) % 24, m: Math.floor(left / 60) % 60, s: left % 60 };
  const { days, hours, minutes, over } = shown.dataset;
  const pattern = left >= 86400 ? days : left >= 3600 ? hours : left > 0 ? minutes : over;
  return pattern.replace(/\{(\w)\}/g, (_, part) => parts[part]);
}

// Only whole numbers run; every one ends as the server wrote it.
function countUp(section) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const numbers = Array.from(section.querySelectorAll("[data-number]"), (one) => ({ one, text: one.textContent }));
  const whole = numbers.filter(({ text }) => /^\d+$/.test(text));
  const begin = performance.now();
  section.classList.add("counting");
  const frame = () => {
    const part = Math.min(1, (performance.now() - begin) / GROWS);
    const eased = 1 - (1 - part) ** 2;
    whole.forEach(({ one, text }) => { one.textContent = part < 1 ? String(Math.floor(Number(text) * eased)) : text; });
    if (part < 1) requestAnimationFrame(frame);
  };
  frame();
}
