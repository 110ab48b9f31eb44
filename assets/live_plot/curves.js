// From the points of a job's curve to what is drawn and said. Nothing here touches the page.
// A point: {fold, step, epoch, at, loss, f1}; fold 0 is the training on all texts, f1 may be null.

// The folds in order, the training on all texts last: [[fold, points], ...].
export function byFold(points) {
  const folds = new Map();
  for (const point of points) folds.set(point.fold, [...(folds.get(point.fold) ?? []), point]);
  return [...folds].sort(([a], [b]) => (a || Infinity) - (b || Infinity));
}

export function foldName(fold) {
  return fold ? `part ${fold} held out` : 'all texts';
}

// Where F1 was measured: the last point of each epoch that has one.
export function scored(points) {
  const ends = new Map();
  for (const point of points) if (point.f1 !== null) ends.set(point.epoch, point);
  return [...ends.values()];
}

// Plotly traces; colours: {accent, marker, muted}.
export function traces(points, colours) {
  const many = byFold(points).length > 1;
  return byFold(points).flatMap(([fold, own]) => {
    const name = foldName(fold);
    const faint = many && fold !== 0;
    const loss = {
      name: many ? `loss, ${name}` : 'loss',
      ...legend('loss', fold, many),
      x: own.map((point) => point.at),
      y: own.map((point) => point.loss),
      mode: own.length > 1 ? 'lines' : 'lines+markers',
      line: { color: colours.accent, width: faint ? 1 : 2.5 },
      opacity: faint ? 0.55 : 1,
      hovertemplate: `epoch %{x:.1f}<br>loss %{y:.3f}<extra>${name}</extra>`,
    };
    const ends = scored(own);
    if (!ends.length) return [loss];
    const f1 = {
      name: many ? `F1, ${name}` : 'F1',
      ...legend('F1', fold, many),
      x: ends.map((point) => point.at),
      y: ends.map((point) => point.f1),
      yaxis: 'y2',
      mode: 'lines+markers',
      line: { color: colours.marker, width: faint ? 1 : 2.5 },
      marker: { size: faint ? 4 : 7 },
      opacity: faint ? 0.7 : 1,
      hovertemplate: `epoch %{x:.0f}<br>F1 %{y:.3f}<extra>${name}</extra>`,
    };
    return [loss, f1];
  });
}

// Held-out parts share one entry of the legend, which shows and hides them together.
function legend(what, fold, many) {
  if (!many || !fold) return {};
  return { legendgroup: what, showlegend: fold === 1, name: `${what}, parts held out` };
}

// One sentence for those who do not see the curve.
export function said(points) {
  if (!points.length) return 'No step has been told yet.';
  const last = points.at(-1);
  const scores = points.map((point) => point.f1).filter((f1) => f1 !== null);
  const best = scores.length ? `, best F1 ${Math.max(...scores).toFixed(3)}` : '';
  return `Loss ${points[0].loss.toFixed(3)} at first, ${last.loss.toFixed(3)} in epoch ${last.epoch}${best}.`;
}
