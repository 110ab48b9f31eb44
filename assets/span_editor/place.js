// Which queue a person goes through, as the address holds it: a reload and a link lead back to it.

export const STATUSES = {
  open: 'To review',
  all: 'All texts',
  new: 'New',
  suggested: 'Suggested',
  review: 'In review',
  accepted: 'Accepted',
  skipped: 'Skipped',
};
export const ORDERS = {
  uncertainty: 'Least certain first',
  disagreement: 'Most disputed first',
  coverage: 'Round the clusters',
  position: 'Order of import',
  random: 'Shuffled',
};
export const LIMITS = {
  edited: 'Worked on by a person',
  flagged: 'Flagged',
  unlocated: 'Has a mention that is not in the text',
  blind: 'Shown without suggestions',
};
export const START = {
  status: 'open',
  order: 'uncertainty',
  type: '',
  score: '',
  contains: '',
  only: '',
};
export const NO_FILTER = { type: '', score: '', contains: '', only: '' };

const NAMES = { status: 'queue' }; // in the address, where it differs
const BAND = /^(100|\d{1,2})-(100|\d{1,2})$/;

// What an address says; what it says wrongly counts as not said.
export function readPlace(search) {
  const query = new URLSearchParams(search);
  const said = (key) => query.get(NAMES[key] ?? key) ?? '';
  return {
    status: said('status') in STATUSES ? said('status') : START.status,
    order: said('order') in ORDERS ? said('order') : START.order,
    type: said('type').slice(0, 200),
    score: BAND.test(said('score')) ? said('score') : '',
    contains: said('contains').slice(0, 500),
    only: listOf(said('only')).join(),
  };
}

// The same address with another place in it; what goes without saying is left out.
export function writePlace(search, place) {
  const query = new URLSearchParams(search);
  for (const key of Object.keys(START)) {
    if (place[key] === START[key]) query.delete(NAMES[key] ?? key);
    else query.set(NAMES[key] ?? key, place[key]);
  }
  return `/?${query}`;
}

// 'edited,flagged' -> ['edited', 'flagged'], in their order, without what is none.
export function listOf(only) {
  const wanted = only.split(',');
  return Object.keys(LIMITS).filter((name) => wanted.includes(name));
}

// How many filters beside the status are on.
export function filtersOn(place) {
  const words = [place.type, place.score, place.contains.trim()].filter(Boolean);
  return words.length + listOf(place.only).length;
}
