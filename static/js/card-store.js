// What a phone keeps of its owner's cards, so that they can be shown without signal: one entry for each region.
// The keys in it can sign and nothing else: no script can read them out. ES2020.

const NAME = "yui-card";
const TABLE = "cards";

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(TABLE, { keyPath: "slug" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function within(mode, work) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const change = database.transaction(TABLE, mode);
      const asked = work(change.objectStore(TABLE));
      change.oncomplete = () => resolve(asked && asked.result);
      change.onerror = () => reject(change.error);
      change.onabort = () => reject(change.error);
    });
  } finally {
    database.close();
  }
}

// The card of a region; without a slug any card that is there; null where nothing is kept or nothing may be.
export async function kept(slug) {
  try {
    const all = await within("readonly", (table) => table.getAll());
    return all.find((card) => !slug || card.slug === slug) || null;
  } catch {
    return null;
  }
}

// Keeps a card; what another person left on this phone goes.
export async function keep(card) {
  try {
    const all = await within("readonly", (table) => table.getAll());
    await within("readwrite", (table) => {
      all.filter((one) => one.whose !== card.whose).forEach((one) => table.delete(one.slug));
      return table.put(card);
    });
  } catch {
    // A window that keeps nothing shows the card all the same.
  }
}

export async function drop(slug) {
  try {
    await within("readwrite", (table) => table.delete(slug));
  } catch {
    // Nothing is kept, so nothing has to go.
  }
}

// Everything goes: whoever signs out leaves no card behind.
export function forget() {
  return new Promise((resolve) => {
    if (!window.indexedDB) return resolve();
    const asked = indexedDB.deleteDatabase(NAME);
    asked.onsuccess = asked.onerror = asked.onblocked = () => resolve();
  });
}
