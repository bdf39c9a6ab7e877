// A part of a page that asks for itself again every three seconds: for screens that load little else. 204 means that it
// looks as it did. Without JavaScript the page reloads itself.

const EVERY = 3000;

export function attach(part) {
  let timer = 0;
  const again = () => { timer = setTimeout(ask, EVERY); };

  async function ask() {
    if (!part.isConnected) return;
    try {
      const answer = await fetch(part.dataset.part, { headers: { "HX-Request": "true", "HX-Request-Type": "partial" } });
      if (answer.status === 200 && !answer.redirected) {
        const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = parsed.getElementById(part.id);
        if (fresh) {
          part.replaceWith(document.adoptNode(fresh)); // attached anew, and asks on by itself
          return;
        }
      }
    } catch (error) {
      console.warn("live-part", error); // no signal: the numbers stay, and it asks again
    }
    again();
  }

  again();
  window.addEventListener("pagehide", () => clearTimeout(timer), { once: true });
}
