// The tree on the screen: each arrival opens the blossom of its 受付番号; a name that was given stands there for two
// seconds. Asks every three seconds; tells the page around it what it `heard`. ES2020.

const PLACES = 120;
const NAMED = 2000; // milliseconds
const APART = 220; // between two blossoms that came together
const POLL = 3000;

export function attach(box) {
  const tree = new Tree(box);
  const ask = async () => {
    if (document.hidden) return;
    box.dispatchEvent(new CustomEvent("heard", { bubbles: true, detail: await tree.ask() }));
  };
  setInterval(ask, POLL);
  document.addEventListener("visibilitychange", ask);
}

class Tree {
  constructor(box) {
    this.source = box.dataset.arrivals;
    this.seen = box.dataset.seen;
    this.count = box.querySelector("[data-count]");
    this.svg = box.querySelector("svg");
    this.places = new Map(Array.from(this.svg.querySelectorAll("[data-place]"), (place) => [Number(place.dataset.place), place]));
    this.asking = false;
  }

  // "well", "silence" (no signal), or "out": the sign-in has ended, and the count stands still.
  async ask() {
    if (this.asking) return "well";
    this.asking = true;
    try {
      const answer = await fetch(`${this.source}?seen=${encodeURIComponent(this.seen)}`, { cache: "no-store" });
      if (answer.redirected || answer.status === 401 || answer.status === 403) return "out";
      if (answer.status === 200) this.show(await answer.json());
      return "well";
    } catch {
      return "silence";
    } finally {
      this.asking = false;
    }
  }

  show({ count, seen, numbers, names }) {
    this.seen = seen;
    if (Number(this.count.textContent) < count) this.grow();
    this.count.textContent = String(count);
    const rings = new Map();
    const name = {};
    numbers.forEach((number) => {
      const place = ((number - 1) % PLACES) + 1;
      rings.set(place, Math.min((rings.get(place) || 0) + 1, 2));
      if (names[number]) name[place] = names[number];
    });
    let wait = 0;
    this.places.forEach((place, number) => {
      const petals = rings.get(number) || 0;
      const opens = petals > 0 && (!place.classList.contains("open") || name[number]);
      setTimeout(() => this.open(place, petals, name[number]), opens ? (wait += APART) - APART : 0);
    });
  }

  open(place, petals, name) {
    place.classList.toggle("open", petals > 0);
    const flower = place.querySelector("use");
    if (petals) flower.setAttribute("href", flower.getAttribute("href").replace(/\d$/, String(petals)));
    if (name && petals) this.call(place, name);
  }

  call(place, name) {
    const text = document.createElementNS(this.svg.namespaceURI, "text");
    text.setAttribute("class", "tree-name");
    text.setAttribute("transform", place.getAttribute("transform"));
    text.setAttribute("y", "-18");
    text.textContent = name;
    this.svg.append(text);
    setTimeout(() => text.remove(), NAMED);
  }

  grow() {
    const line = this.count.parentElement;
    line.classList.remove("grown");
    requestAnimationFrame(() => line.classList.add("grown"));
  }
}
