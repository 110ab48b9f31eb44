// Where a span comes from, in a sentence: which suggestion, what was done with it, by whom, when.

import { percent } from './paint.js';

const MATCHES = {
  normalised: 'found after evening out its spelling',
  fuzzy: 'found by likeness',
  ambiguous: 'one of several places it may mean',
};

// span: see document.js; types: code -> type; map: see offsets.js
export function origin(span, types) {
  if (span.kind === 'suggestion') return suggested(span);
  const { action, author, at } = span.origin ?? {};
  if (!action) return 'Set by you just now.';
  return [`${done(span, types)}.`, who(author, at)].filter(Boolean).join(' ');
}

function suggested({ score, match, origin: { tagger } = {} }) {
  const sure = score === null ? '' : `, ${percent(score)} sure`;
  const how = MATCHES[match] ? `; ${MATCHES[match]}` : '';
  return `Suggested by ${tagger ?? 'a tagger'}${sure}${how}.`;
}

function done({ score, origin: { action, tagger, proposed } }, types) {
  const by = tagger ? ` by ${tagger}${score === null ? '' : ` (${percent(score)})`}` : '';
  const said = proposed && `“${short(proposed.text)}”`;
  const type = proposed && (types.get(proposed.code)?.name ?? proposed.code);
  return {
    accepted: `Accepted as suggested${by}`,
    boundary: `Edge moved: ${said} was suggested${by}`,
    type: `Type changed: ${said} was suggested as ${type}${by}`,
    missed: 'Drawn by hand: the tagger had missed it',
    created: 'Drawn by hand',
  }[action];
}

function who(author, at) {
  const when = at ? new Date(at) : null;
  const time = when?.toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
  const words = [author && `by ${author}`, time].filter(Boolean).join(', ');
  return words ? `${words[0].toUpperCase()}${words.slice(1)}.` : '';
}

function short(text) {
  const letters = [...text];
  return letters.length > 60 ? `${letters.slice(0, 59).join('')}…` : text;
}
