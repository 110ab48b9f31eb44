// The points of a map, as the figure and the table beside it both see them. Pure.
//
// A point: {key, kind: 'text'|'medoid'|'example', id, number, text, cluster, codes, status, origin,
// plane: [x, y], fine: [x, y]|null}; its key is "t12" or "e12".

const PALETTE = [
  '#1b8070', '#c8553d', '#3e6fb0', '#b08900', '#8a4fa3', '#4d8f3a', '#c2477f', '#2d8fa8', '#8d6748', '#6b6fd1',
];
const SYMBOLS = ['circle', 'square', 'diamond', 'triangle-up', 'cross', 'pentagon', 'hexagram', 'triangle-down', 'hourglass', 'bowtie'];
const NONE = { colour: '#8e9ca2', symbol: 'circle-open' };

// The answer of GET /api/figures/map -> its points, texts first.
export function points(payload) {
  const { texts, examples } = payload;
  const medoids = new Set(texts.medoid);
  const place = ({ plane, fine }, i) => ({
    plane: [plane[0][i], plane[1][i]],
    fine: fine && [fine[0][i], fine[1][i]],
  });
  return [
    ...texts.id.map((id, i) => ({
      key: `t${id}`,
      kind: medoids.has(i) ? 'medoid' : 'text',
      id,
      number: texts.number[i],
      text: texts.text[i],
      cluster: texts.cluster[i],
      codes: texts.codes[i],
      ...place(texts, i),
    })),
    ...examples.id.map((id, i) => ({
      key: `e${id}`,
      kind: 'example',
      id,
      text: examples.text[i],
      cluster: examples.cluster[i],
      codes: examples.codes[i],
      status: examples.status[i],
      origin: examples.origin[i],
      ...place(examples, i),
    })),
  ];
}

// Colour and symbol of each cluster: fifty of them differ in one or the other.
export function clusterLook(number) {
  if (number === null || number === undefined) return NONE;
  const round = Math.floor(number / PALETTE.length);
  return {
    colour: PALETTE[number % PALETTE.length],
    symbol: SYMBOLS[(number + round) % SYMBOLS.length],
  };
}

// The groups of the legend, each with its points: by cluster or by type. A point with several types
// counts for the one that is rarest on the map, so that rare types show.
export function groups(all, by, types) {
  const of = by === 'type' ? rarest(all, types) : (point) => point.cluster ?? null;
  const found = new Map();
  for (const point of all) {
    const group = of(point);
    if (!found.has(group)) found.set(group, []);
    found.get(group).push(point);
  }
  const order = by === 'type' ? types.map(({ code }) => code) : [...found.keys()].filter((n) => n !== null).sort((a, b) => a - b);
  return [...order, null]
    .filter((group) => found.has(group))
    .map((group) => ({ group, points: found.get(group), ...look(group, by, types) }));
}

function look(group, by, types) {
  if (by !== 'type') {
    const name = group === null ? 'no cluster' : `cluster ${group + 1}`;
    return { name, ...clusterLook(group) };
  }
  const at = types.findIndex(({ code }) => code === group);
  if (at < 0) return { name: 'no type', ...NONE };
  const { name, colour } = types[at];
  return {
    name,
    colour: /^#[0-9a-f]{6}$/i.test(colour) ? colour : PALETTE[at % PALETTE.length],
    symbol: SYMBOLS[at % SYMBOLS.length],
  };
}

function rarest(all, types) {
  const counts = new Map();
  for (const { codes } of all) for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  const rank = types
    .map(({ code }) => code)
    .sort((a, b) => (counts.get(a) ?? 0) - (counts.get(b) ?? 0));
  return ({ codes }) => rank.find((code) => codes.includes(code)) ?? null;
}

export const KINDS = {
  text: 'text',
  medoid: 'feature sentence',
  example: 'example',
};

// One line about a point for the table and for readers of the screen.
export function named(point) {
  if (point.kind === 'example') return `example ${point.id}`;
  return `${point.kind === 'medoid' ? 'feature sentence, ' : ''}text ${point.number}`;
}

// What a hover shows. Plotly reads tags and entities in it, so every character that could begin one
// is written as an entity; lines are broken here, for it breaks none. names: code -> name.
export function hover(point, names) {
  const facts = [named(point)];
  if (point.cluster !== null && point.cluster !== undefined) facts.push(`cluster ${point.cluster + 1}`);
  if (point.codes.length) facts.push(point.codes.map((code) => names.get(code) ?? code).join(', '));
  if (point.status === 'rejected') facts.push('rejected');
  return [...lines(point.text, 58).map(escaped), `<i>${escaped(facts.join(' · '))}</i>`].join('<br>');
}

export function escaped(text) {
  if (!/[&<>]/.test(text)) return text;
  return text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign]);
}

// A text in lines of about so many characters, cut between code points.
export function lines(text, width) {
  const found = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const signs = word.length > width ? Array.from(word) : null;
    while (signs?.length > width) found.push(...(line ? [line] : []), signs.splice(0, width).join('')), (line = '');
    const rest = signs ? signs.join('') : word;
    if (line && line.length + rest.length + 1 > width) {
      found.push(line);
      line = rest;
    } else line = line && rest ? `${line} ${rest}` : line || rest;
  }
  if (line) found.push(line);
  return found;
}

// The points that a table should show: of one cluster, with certain words, or selected on the figure.
export function fitting(all, { group = '', words = '', keys = null }, by, types) {
  let some = keys ? all.filter(({ key }) => keys.has(key)) : all;
  if (group !== '') {
    const chosen = groups(some, by, types).find((one) => String(one.group) === group);
    some = chosen?.points ?? [];
  }
  const wanted = words.trim().toLowerCase();
  if (wanted) some = some.filter(({ text }) => text.toLowerCase().includes(wanted));
  const first = { medoid: 0, example: 1, text: 2 };
  return [...some].sort((a, b) => first[a.kind] - first[b.kind]);
}
