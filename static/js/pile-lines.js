// A pile of paper ballots: Enter goes to the next line, so that twenty of them are typed without leaving the keyboard;
// an empty line goes on to the sum of invalid ones. Only the button sends. ES2020; without it Enter sends the form.

export function attach(form) {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    const lines = Array.from(form.querySelectorAll("input:not([type=hidden])"));
    const here = event.target;
    const ends = here.name.startsWith("b_") && !here.value.trim();
    const next = ends ? form.elements.invalid : lines[lines.indexOf(here) + 1];
    (next || form.querySelector("button.big")).focus();
  });
}
