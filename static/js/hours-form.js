// 記録する: a tap on a project's chip fills in what it stands for, and keeps what was typed elsewhere. ES2020; without
// it the chip is a link to the form filled in.

export function attach(form) {
  const what = form.elements.namedItem("what");
  form.addEventListener("click", (event) => {
    const chip = event.target.closest("a[data-project]");
    if (!chip) return;
    event.preventDefault();
    const told = chip.dataset;
    form.elements.namedItem("project").value = told.project;
    form.elements.namedItem("field").value = told.field;
    form.elements.namedItem("place").value = told.place;
    what.value = told.what;
    for (const other of form.querySelectorAll("a[data-project]")) other.removeAttribute("aria-current");
    chip.setAttribute("aria-current", "true");
  });
}
