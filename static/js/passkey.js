// Signs in, confirms and registers with a passkey; shows only what this browser can do.
// Written for ES2020 without the browser's own JSON helpers: phones with passkeys are older than those.
//
// <div data-module="passkey" data-host="yui.example">
//   <form data-kind="get|create" data-challenges="/sign-in/challenges" data-when="can" hidden> … name="credential"
//   <p data-when="waiting">      shown until this module has looked
//   <p data-when="missing|cancelled|known|failed|line" hidden>

function canUsePasskeys(host) {
  // Older engines know security keys, but no passkeys that say whose they are. This call came with the latter.
  const known = window.PublicKeyCredential && PublicKeyCredential.isConditionalMediationAvailable;
  const here = location.hostname;
  return Boolean(known && window.isSecureContext && (here === host || here.endsWith(`.${host}`)));
}

function toBytes(text) {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function toText(buffer) {
  const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function withIds(descriptors) {
  return (descriptors || []).map((one) => ({ ...one, id: toBytes(one.id) }));
}

function readOptions(json) {
  const options = { ...json, challenge: toBytes(json.challenge) };
  if (json.user) options.user = { ...json.user, id: toBytes(json.user.id) };
  if (json.allowCredentials) options.allowCredentials = withIds(json.allowCredentials);
  if (json.excludeCredentials) options.excludeCredentials = withIds(json.excludeCredentials);
  return options;
}

function writeCredential(credential) {
  const from = credential.response;
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (from[name]) response[name] = toText(from[name]);
  }
  if (from.getTransports) response.transports = from.getTransports();
  const id = toText(credential.rawId);
  return JSON.stringify({ id, rawId: id, type: credential.type, response, clientExtensionResults: {} });
}

class Elsewhere extends Error {}

// The server's challenge; it may send us to another page first (another passkey is needed, the sign-in is over).
async function challenge(form) {
  const headers = { "X-Proof": form.elements.proof.value };
  const answer = await fetch(form.dataset.challenges, { method: "POST", headers, credentials: "same-origin" });
  const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
  if (!isJson && answer.status !== 401) throw new Error(`${answer.status}`);
  const json = isJson ? await answer.json() : { next: location.href };
  if (json.next) {
    location.assign(json.next);
    throw new Elsewhere();
  }
  return readOptions(json);
}

async function ask(form) {
  const publicKey = await challenge(form);
  const credential = await navigator.credentials[form.dataset.kind]({ publicKey });
  form.elements.credential.value = writeCredential(credential);
  form.submit();
}

// What to say about an error of the browser; its names are those of Web Authentication.
function wordsFor(error) {
  const words = { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known" };
  return words[error.name] || (["NotSupportedError", "SecurityError"].includes(error.name) ? "missing" : "failed");
}

export function attach(root) {
  const show = (name, visible) => {
    for (const part of root.querySelectorAll(`[data-when="${name}"]`)) part.hidden = !visible;
  };
  const can = canUsePasskeys(root.dataset.host);
  const inLine = /\bLine\//.test(navigator.userAgent);
  show("waiting", false);
  show("can", can);
  show("missing", !can && !inLine);
  show("line", !can && inLine);
  for (const form of root.querySelectorAll("form[data-kind]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = form.querySelector("button");
      if (button.getAttribute("aria-busy") === "true") return;
      button.setAttribute("aria-busy", "true");
      for (const name of ["cancelled", "known", "failed", "missing"]) show(name, false);
      try {
        await ask(form);
      } catch (error) {
        button.removeAttribute("aria-busy");
        if (!(error instanceof Elsewhere)) show(wordsFor(error), true);
      }
    });
  }
}
