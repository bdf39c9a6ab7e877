// The paper list: Enter goes to the next line, so that twenty names are typed without leaving the keyboard; only the
// button sends them. ES2020; without it Enter sends what stands there, and the others stay on the page.

export function attach(form) {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    const lines = Array.from(form.querySelectorAll('input[name^="who_"]'));
    const here = event.target.closest("li").querySelector('input[name^="who_"]');
    (lines[lines.indexOf(here) + 1] || form.querySelector("button.big")).focus();
  });
}
