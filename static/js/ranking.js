// 順番: tap what you like in order; ↑ and ↓ move it, another tap takes it out. The lists beneath stay and are what
// is sent. ES2020; without it one chooses a number for each.

export function attach(box) {
  const words = box.dataset;
  const list = box.querySelector("ol");
  const say = box.querySelector("[data-say]");
  const rows = Array.from(list.children, (item) => row(item));
  const hint = box.querySelector("legend");
  hint.textContent = words.hint;
  window.addEventListener("pageshow", show); // Back fills the lists in again
  show();

  function row(item) {
    const select = item.querySelector("select");
    const label = item.querySelector("label");
    const one = { item, select, name: label.querySelector("b").textContent, place: 0 };
    one.toggle = document.createElement("button");
    one.badge = document.createElement("span");
    one.badge.className = "ranking-place";
    const text = document.createElement("span");
    text.append(...Array.from(label.childNodes, (node) => node.cloneNode(true)));
    one.toggle.className = "ranking-name";
    one.toggle.append(one.badge, text);
    one.toggle.type = "button";
    one.toggle.addEventListener("click", () => (one.place ? takeOut(one) : put(one)));
    one.up = press("↑", words.up, one, -1);
    one.down = press("↓", words.down, one, 1);
    label.hidden = true;
    select.hidden = true;
    item.prepend(one.toggle);
    item.append(one.up, one.down);
    return one;
  }

  function press(sign, pattern, one, step) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "ranking-press";
    button.textContent = sign;
    button.setAttribute("aria-label", pattern.replace("{name}", one.name));
    button.addEventListener("click", () => move(one, step, button));
    return button;
  }

  function placed() {
    return rows.filter((one) => one.place).sort((a, b) => a.place - b.place);
  }

  function put(one) {
    renumber([...placed(), one]);
    tell(one);
    one.toggle.focus();
  }

  function takeOut(one) {
    renumber(placed().filter((other) => other !== one));
    say.textContent = words.out.replace("{name}", one.name);
    one.toggle.focus();
  }

  function move(one, step, button) {
    const order = placed();
    const from = order.indexOf(one);
    const to = from + step;
    if (to < 0 || to >= order.length) return;
    order.splice(to, 0, ...order.splice(from, 1));
    renumber(order);
    tell(one);
    const other = button === one.up ? one.down : one.up;
    (button.disabled ? other : button).focus();
  }

  function tell(one) {
    say.textContent = words.placed.replace("{name}", one.name).replace("{place}", one.place);
  }

  function renumber(order) {
    rows.forEach((one) => { one.select.value = ""; });
    order.forEach((one, index) => { one.select.value = String(index + 1); });
    show();
  }

  // Reads the lists, so that whatever filled them in is shown.
  function show() {
    rows.forEach((one) => { one.place = Number(one.select.value) || 0; });
    const order = placed();
    rows.forEach((one) => {
      const at = order.indexOf(one);
      one.badge.textContent = one.place || "＋";
      one.toggle.setAttribute("aria-pressed", String(Boolean(one.place)));
      one.item.classList.toggle("placed", Boolean(one.place));
      one.up.hidden = one.down.hidden = !one.place;
      one.up.disabled = at <= 0;
      one.down.disabled = at === order.length - 1;
    });
    const wanted = [...order, ...rows.filter((one) => !one.place)].map((one) => one.item);
    if (wanted.some((item, index) => list.children[index] !== item)) list.append(...wanted);
  }
}
