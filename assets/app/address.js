// Where the visitor is: project, page, text and what is chosen on the page, kept in the address so
// that a reload returns here.
// Tells the outside when a page is ready: body[data-testid=app][data-ready="1"].

const KEYS = ['project', 'page', 'text', 'choice'];
const drawn = new Set();
let current = null;

export function read() {
  const query = new URLSearchParams(location.search);
  return Object.fromEntries(KEYS.map((key) => [key, query.get(key) ?? '']));
}

export function address(here) {
  const query = new URLSearchParams();
  for (const key of KEYS) if (here[key]) query.set(key, here[key]);
  for (const [key, value] of new URLSearchParams(location.search)) {
    if (!KEYS.includes(key)) query.set(key, value);
  }
  const text = query.toString();
  return text ? `/?${text}` : '/';
}

// Change part of the address without leaving the page, such as {text: '12'}.
export function remember(change) {
  history.replaceState(history.state, '', address({ ...read(), ...change }));
}

// Ask the header to open a page: go({page: 'texts'}), go({project: 'x', page: 'dashboard'}).
export function go(change) {
  window.dispatchEvent(new CustomEvent('studio:go', { detail: change }));
}

// The header says which page is wanted; it is not ready until that page says that it is drawn.
export function expect(page) {
  // On arrival a view may have drawn before the header did.
  if (current !== null) drawn.clear();
  current = page;
  tell();
}

// Each page's main view calls this once it shows what it was given.
export function ready(page) {
  drawn.add(page);
  requestAnimationFrame(tell);
}

function tell() {
  document.body.dataset.testid = 'app';
  document.body.dataset.page = current ?? '';
  document.body.dataset.ready = current !== null && drawn.has(current) ? '1' : '0';
}
