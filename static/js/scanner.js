// The counter's camera: reads a customer's QR and sends it as if it had been typed. The browser's own reader where
// there is one, else the one that was installed with the app. Other cameras open and look by the same means. ES2020.

const PAUSE = 120; // milliseconds between two looks
const WIDTH = 800; // pixels that are looked at: enough for a phone at arm's length, and quick on an old tablet
const OURS = /\/C\/([0-9A-Z]{16}|[0-9A-Z]{26}|[0-9A-Z]{32})\/?$/i; // a redemption, a card, a card on a phone

export async function attach(box) {
  const say = sayer(box);
  if (!(await opened(box, say))) return;
  box.querySelector("video").hidden = false;
  box.querySelector(".till-frame").hidden = false;
  say("");
  await eachText(box, (text) => {
    const ours = OURS.test(text) && navigator.onLine;
    say(ours ? "read" : "other");
    if (ours) send(document.getElementById(box.dataset.form), text);
    return ours;
  });
}

// Shows one of the box's sentences, and none for a name that stands nowhere in it.
export function sayer(box) {
  return (name) => box.querySelectorAll("[data-say]").forEach((text) => { text.hidden = text.dataset.say !== name; });
}

// Opens the camera of a box that has a <video>: true, or one of its sentences says why not.
export async function opened(box, say) {
  const video = box.querySelector("video");
  if (!window.isSecureContext) return say("insecure");
  if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return say("none");
  say("starting");
  try {
    await start(video);
  } catch (error) {
    return say(error.name === "NotAllowedError" ? "denied" : "none");
  }
  window.addEventListener("pagehide", () => stop(video));
  return true;
}

// Hands over each text that stands before the camera, until `seen` answers true or the camera is closed.
export async function eachText(box, seen) {
  const video = box.querySelector("video");
  const read = await reader(box.dataset.scannerSrc);
  while (box.isConnected && video.srcObject) {
    const text = document.hidden ? null : await read(video);
    if (text && (await seen(text))) return stop(video);
    await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
  }
  return undefined;
}

async function start(video) {
  const wish = { facingMode: "environment", width: { ideal: 1280 } };
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: wish, audio: false });
  await video.play();
}

function stop(video) {
  if (video.srcObject) video.srcObject.getTracks().forEach((track) => track.stop());
  video.srcObject = null;
}

function send(form, text) {
  form.elements.code.value = text;
  form.submit();
}

// A function from the video to the text it shows, or null.
async function reader(source) {
  const native = await nativeReader();
  const { default: QrScanner } = native ? {} : await import(source);
  if (native) return (video) => native.detect(video).then((found) => (found.length ? found[0].rawValue : null), () => null);
  const qrEngine = await QrScanner.createQrEngine();
  const canvas = document.createElement("canvas");
  return (video) => {
    const { videoWidth: width, videoHeight: height } = video;
    const scale = Math.min(1, WIDTH / Math.max(width, height));
    const scanRegion = { x: 0, y: 0, width, height, downScaledWidth: Math.round(width * scale), downScaledHeight: Math.round(height * scale) };
    return QrScanner.scanImage(video, { qrEngine, canvas, scanRegion, returnDetailedScanResult: true }).then((found) => found.data, () => null);
  };
}

async function nativeReader() {
  if (!("BarcodeDetector" in window)) return null;
  try {
    const formats = await window.BarcodeDetector.getSupportedFormats();
    return formats.includes("qr_code") ? new window.BarcodeDetector({ formats: ["qr_code"] }) : null;
  } catch {
    return null;
  }
}
