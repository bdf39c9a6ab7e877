// Attaches modules to the elements that name them: <div data-module="scanner">.
// A module is /static/js/<name>.js and exports attach(element). One that fails to load (an old browser, no signal)
// leaves the page as it was without JavaScript, which works.

const attached = new WeakSet();

async function attach(element) {
  if (attached.has(element)) return;
  attached.add(element);
  for (const name of element.dataset.module.split(" ")) {
    if (!/^[a-z][a-z-]*$/.test(name)) continue;
    try {
      const module = await import(`./${name}.js`);
      module.attach(element);
    } catch (error) {
      console.warn(name, error);
    }
  }
}

function attachAll(root) {
  root.querySelectorAll("[data-module]").forEach(attach);
}

attachAll(document);

// Fragments that arrive later bring modules of their own.
new MutationObserver((changes) => {
  for (const change of changes) {
    for (const node of change.addedNodes) {
      if (node.nodeType !== Node.ELEMENT_NODE) continue;
      if (node.dataset.module) attach(node);
      attachAll(node);
    }
  }
}).observe(document.body, { childList: true, subtree: true });
