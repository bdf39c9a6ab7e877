// The counter's camera: reads a customer's QR and sends it as if it had been typed. The browser's own reader where
// there is one, else the one that was installed with the app. ES2020.

const PAUSE = 120; // milliseconds between two looks
const WIDTH = 800; // pixels that are looked at: enough for a phone at arm's length, and quick on an old tablet
const OURS = /\/C\/([0-9A-Z]{16}|[0-9A-Z]{26}|[0-9A-Z]{32})\/?$/i; // a redemption, a card, a card on a phone

export async function attach(box) {
  const video = box.querySelector("video");
  const say = (name) => box.querySelectorAll("[data-say]").forEach((text) => { text.hidden = text.dataset.say !== name; });

  if (!window.isSecureContext) return say("insecure");
  if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return say("none");
  say("starting");
  try {
    await start(video);
  } catch (error) {
    return say(error.name === "NotAllowedError" ? "denied" : "none");
  }
  video.hidden = false;
  box.querySelector(".till-frame").hidden = false;
  say("");
  window.addEventListener("pagehide", () => stop(video));

  const read = await reader(box.dataset.scannerSrc);
  while (box.isConnected && video.srcObject) {
    const text = document.hidden ? null : await read(video);
    if (text && OURS.test(text) && navigator.onLine) {
      say("read");
      stop(video);
      return send(document.getElementById(box.dataset.form), text);
    }
    if (text) say("other");
    await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
  }
}

export async function start(video) {
  const wish = { facingMode: "environment", width: { ideal: 1280 } };
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: wish, audio: false });
  await video.play();
}

export function stop(video) {
  if (video.srcObject) video.srcObject.getTracks().forEach((track) => track.stop());
  video.srcObject = null;
}

function send(form, text) {
  form.elements.code.value = text;
  form.submit();
}

// A function from the video to the text it shows, or null.
export async function reader(source) {
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
