// The characters that a card shows in a step of time: signed here with the day's key, or handed over by the server
// where the browser cannot sign. The same bytes as on the server: one, the card, the step, ten of the MAC. ES2020.

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const MAC = 10;
const DAY = 86400;

export function canSign() {
  return Boolean(window.isSecureContext && window.crypto && crypto.subtle);
}

// The server's answer with its keys made ready; they cannot be read out again.
export async function prepared(card) {
  if (!card.days) return card;
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const ready = (one) => crypto.subtle.importKey("raw", bytes(one.key), hmac, false, ["sign"]);
  const days = await Promise.all(card.days.map(async (one) => ({ day: one.day, key: await ready(one) })));
  return { ...card, before: bytes(card.before), id: bytes(card.id), days };
}

// The code of a step; null where it was given no key or code for it.
export async function codeOf(card, step) {
  if (card.codes) return card.codes[step - card.first] || null;
  const today = card.days.find((one) => one.day === Math.floor((step * card.step) / DAY));
  if (!today) return null;
  const text = joined(card.before, card.id, four(step));
  const mac = await crypto.subtle.sign("HMAC", today.key, text);
  const first = card.before.length - 1; // the first byte of the code ends what stands before
  return base32(joined(text.slice(first), new Uint8Array(mac, 0, MAC)));
}

function bytes(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function four(number) {
  const raw = new Uint8Array(4);
  new DataView(raw.buffer).setUint32(0, number);
  return raw;
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function base32(raw) {
  let text = "";
  let held = 0;
  let bits = 0;
  for (const byte of raw) {
    held = ((held << 8) | byte) & 0xffff;
    for (bits += 8; bits >= 5; ) {
      bits -= 5;
      text += ALPHABET[(held >> bits) & 31];
    }
  }
  return text;
}
