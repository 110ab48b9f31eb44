// From the points of a map to Plotly traces. Nothing here touches the page.

import { escaped, groups, hover } from './points.js';

export const MANY = 1500; // points from which on WebGL draws them, where the browser has it
const SIZES = { text: 7, medoid: 15, example: 11 };

// Where a point lies in a layout: [x, y].
export function placed(point, layout) {
  return (layout === 'fine' && point.fine) || point.plane;
}

// One trace a group for texts, and on top of them feature sentences and examples, whose signs say
// what they are whatever their colour: a star, a ring.
export function traces(all, { by, layout, types, gl, ink }) {
  const kind = gl ? 'scattergl' : 'scatter';
  const names = new Map(types.map(({ code, name }) => [code, name]));
  const place = (point) => placed(point, layout);
  const trace = (points, name, marker, more = {}) => ({
    type: kind,
    mode: 'markers',
    name,
    x: points.map((point) => place(point)[0]),
    y: points.map((point) => place(point)[1]),
    customdata: points.map(({ key }) => key),
    text: points.map((point) => hover(point, names)),
    hoverinfo: 'text',
    marker,
    selected: { marker: { opacity: 1 } },
    unselected: { marker: { opacity: 0.22 } },
    ...more,
  });
  const found = groups(all, by, types);
  const colours = new Map(found.flatMap(({ points, colour }) => points.map((point) => [point.key, colour])));
  const of = (test) => all.filter(test);
  const texts = found.map(({ name, colour, symbol, points }) => {
    const own = points.filter((point) => point.kind === 'text');
    return trace(own, `${plain(name)} (${points.length})`, { color: colour, symbol, size: SIZES.text, opacity: 0.78 });
  });
  const medoids = of((point) => point.kind === 'medoid');
  const good = of((point) => point.kind === 'example' && point.status !== 'rejected');
  const bad = of((point) => point.kind === 'example' && point.status === 'rejected');
  const coloured = (points) => points.map(({ key }) => colours.get(key));
  return [
    ...texts,
    medoids.length &&
      trace(medoids, `feature sentences (${medoids.length})`, {
        color: coloured(medoids),
        symbol: 'star',
        size: SIZES.medoid,
        line: { color: ink, width: 1.5 },
      }),
    good.length &&
      trace(good, `examples (${good.length})`, {
        color: coloured(good),
        symbol: 'diamond-tall',
        size: SIZES.example,
        line: { color: ink, width: 1.2 },
      }),
    bad.length &&
      trace(
        bad,
        `rejected examples (${bad.length})`,
        { color: coloured(bad), symbol: 'x-thin', size: SIZES.example - 2, line: { color: coloured(bad), width: 2 } },
        { visible: 'legendonly' },
      ),
  ].filter(Boolean);
}

// Names of types are anybody's: Plotly reads tags in a legend too.
function plain(name) {
  const short = Array.from(name).length > 26 ? `${Array.from(name).slice(0, 25).join('')}…` : name;
  return escaped(short);
}

// Which points of which trace are selected, so that Plotly dims the others; null for no selection.
export function selection(drawn, keys) {
  return drawn.map(({ customdata }) =>
    keys ? customdata.flatMap((key, i) => (keys.has(key) ? [i] : [])) : null,
  );
}
