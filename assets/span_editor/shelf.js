// What is not in the store yet, kept in the browser's storage: one entry a tab and text.
//
// Each tab writes only under its own name. A tab that is gone leaves its entries to the next one
// (`left`); two that take the same entry do no harm, for the store knows each change by its id.

const PREFIX = 'ner-studio:unsaved:';

export class Shelf {
  constructor(storage, tab) {
    this.storage = storage;
    this.tab = tab;
    this.works = true; // false once the browser refuses to keep anything
  }

  put({ text, base, ops, print }) {
    const key = `${PREFIX}${this.tab}:${text}`;
    try {
      if (ops.length) this.storage.setItem(key, JSON.stringify({ base, ops, print }));
      else this.storage.removeItem(key);
      this.works = true;
    } catch {
      this.works = false; // full or forbidden: the changes live on in this tab alone
    }
  }

  drop(key) {
    this.storage.removeItem(key);
  }

  // Entries of tabs that are not in `alive`: [{key, text, base, ops, print}].
  left(alive) {
    const found = [];
    for (const key of this.keys()) {
      const [tab, text] = key.slice(PREFIX.length).split(':');
      if (tab === this.tab || alive.has(tab)) continue;
      const entry = parse(this.storage.getItem(key));
      if (entry) found.push({ key, text: Number(text), ...entry });
    }
    return found;
  }

  keys() {
    try {
      const all = Array.from({ length: this.storage.length }, (_, i) => this.storage.key(i));
      return all.filter((key) => key?.startsWith(PREFIX));
    } catch {
      return [];
    }
  }
}

function parse(json) {
  try {
    const { base, ops, print } = JSON.parse(json);
    return Array.isArray(ops) && ops.length ? { base, ops, print } : null;
  } catch {
    return null;
  }
}

// Tabs that are open now, told by the lock each holds; null when the browser cannot say.
export async function aliveTabs() {
  if (!navigator.locks) return null;
  const { held } = await navigator.locks.query();
  return new Set(held.map(({ name }) => name.slice('ner-studio:'.length)));
}

// Hold this tab's lock until it closes.
export function holdTab(tab) {
  navigator.locks?.request(`ner-studio:${tab}`, () => new Promise(() => {})).catch(() => {});
}
