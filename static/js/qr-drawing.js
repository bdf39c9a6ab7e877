// A text as a QR code: black cells on white, the quiet zone around them, whatever the page's colours are. ES2020.

import { encode } from "./vendor/uqr.js";

const QUIET = 4; // cells around a code
const NAMESPACE = () => document.querySelector("svg").namespaceURI; // every page has a drawing of its own

// Draws into the <svg> of a place, which is made if it has none; `label` is what a screen reader says.
export function draw(place, text, label = "") {
  const { data, size } = encode(text, { ecc: "M", border: QUIET });
  const drawing = place.querySelector("svg") || place.appendChild(blank(label));
  const [white, black] = drawing.querySelectorAll("path");
  const facts = { viewBox: `0 0 ${size} ${size}`, width: size * 8, height: size * 8 };
  Object.entries(facts).forEach(([name, value]) => drawing.setAttribute(name, value));
  white.setAttribute("d", `M0 0h${size}v${size}H0z`);
  black.setAttribute("d", data.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")).join("")).join(""));
}

function blank(label) {
  const drawing = made("svg", { class: "qr", role: "img", "shape-rendering": "crispEdges", "aria-label": label });
  drawing.append(made("path", { fill: "#fff" }), made("path", { fill: "#000" }));
  return drawing;
}

function made(name, attributes) {
  const element = document.createElementNS(NAMESPACE(), name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  return element;
}
