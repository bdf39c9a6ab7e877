// How many minutes are left, counted down in place: the line is not drawn again under a finger. ES2020.

export function attach(text) {
  const over = Date.now() + Number(text.dataset.left) * 1000;
  const show = () => {
    if (!text.isConnected) return window.clearInterval(clock);
    const left = Math.max(0, Math.ceil((over - Date.now()) / 60000));
    text.textContent = text.dataset.text.replace("{n}", left);
  };
  const clock = window.setInterval(show, 5000);
}
