// A button that prints the page it stands on.
export function attach(element) {
  element.addEventListener("click", () => window.print());
}
