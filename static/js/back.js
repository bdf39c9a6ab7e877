// A page that comes back as the browser kept it may belong to somebody who has signed out since: ask for it again.

window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

export function attach() {}
