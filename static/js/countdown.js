// The customer's code: seconds and bar run down on the phone; each second the page asks what became of it. ES2020.

const EVERY = 1000;
const GRACE = 15; // seconds after the end in which the answer is still awaited

export function attach(section) {
  const bar = section.querySelector("progress");
  const words = section.querySelector(".countdown");
  const ends = Date.now() + Number(section.dataset.seconds) * 1000;
  let asking = false;

  section.querySelectorAll("[data-without-module]").forEach((part) => { part.hidden = true; });

  const show = () => {
    const left = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    bar.value = left;
    words.textContent = left === 0 ? words.dataset.over : said(words, left);
  };

  const tick = async () => {
    if (!section.isConnected) return clearInterval(timer);
    show();
    if (asking || document.hidden) return;
    asking = true;
    try {
      if (await replaced(section) || Date.now() > ends + GRACE * 1000) clearInterval(timer);
    } catch {
      // No signal for a moment: the next second asks again.
    }
    asking = false;
  };

  const timer = setInterval(tick, EVERY);
  document.addEventListener("visibilitychange", tick);
  show();
}

function said(words, left) {
  const minutes = Math.floor(left / 60);
  const pattern = minutes ? words.dataset.minutes : words.dataset.seconds;
  return pattern.replace("{m}", minutes).replace("{s}", left % 60);
}

// True once the page shows what became of the code.
async function replaced(section) {
  const answer = await fetch(section.dataset.address, { headers: { "HX-Request": "true" }, cache: "no-store" });
  if (answer.status === 204) return false;
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.body.firstElementChild;
  section.replaceWith(fresh);
  const heading = fresh.querySelector("[tabindex]");
  if (heading) heading.focus({ preventScroll: true });
  window.scrollTo(0, 0);
  return true;
}
