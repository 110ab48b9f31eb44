// Every point on a canvas at once, in the colour of its group: what is seen while Plotly still makes
// the figure that answers to the mouse.

import { h } from '../app/dom.js';

const MARGIN = 0.05; // share of the width and height that stays free at each edge
const LEGEND = 0.2; // share of the height that the legend will take
const RADIUS = 3.5;
const OPACITY = 0.78;

// groups: [{colour, points}]; place(point) -> [x, y]. Answers a canvas as large as `stage`.
export function sketch(stage, groups, place) {
  const canvas = h('canvas', { class: 'cm-sketch', 'aria-hidden': 'true' });
  const [width, height] = [stage.clientWidth, stage.clientHeight];
  const scale = window.devicePixelRatio || 1;
  canvas.width = width * scale;
  canvas.height = height * scale;
  const places = groups.map(({ points }) => points.map(place));
  const across = fit(places.flat().map(([x]) => x), 0, width);
  const down = fit(places.flat().map(([, y]) => y), height * (1 - LEGEND), 0);
  const pen = canvas.getContext('2d');
  pen.scale(scale, scale);
  pen.globalAlpha = OPACITY;
  groups.forEach(({ colour }, i) => {
    pen.fillStyle = colour;
    pen.beginPath();
    for (const [x, y] of places[i]) {
      pen.moveTo(across(x) + RADIUS, down(y));
      pen.arc(across(x), down(y), RADIUS, 0, 2 * Math.PI);
    }
    pen.fill();
  });
  return canvas;
}

// Resolves once the browser has painted what is there now.
export function painted() {
  return new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done));
  });
}

// From numbers to places between two edges.
export function fit(numbers, from, to) {
  let [low, high] = [Infinity, -Infinity];
  for (const number of numbers) {
    low = Math.min(low, number);
    high = Math.max(high, number);
  }
  const span = high - low || 1;
  const share = (number) => MARGIN + ((1 - 2 * MARGIN) * (number - low)) / span;
  return (number) => from + (to - from) * share(number);
}
