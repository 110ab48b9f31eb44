// Plotly, fetched from the studio itself when the first figure is drawn, and the theme's colours.

const SOURCE = '/static/plotly/plotly.min.js';
let loading = null;

// Fetch the script and do not run it yet, which takes the page a good part of a second.
export function ahead() {
  if (loading || document.querySelector(`link[href="${SOURCE}"]`)) return;
  const link = document.createElement('link');
  Object.assign(link, { rel: 'preload', as: 'script', href: SOURCE });
  document.head.append(link);
}

// Resolves to the Plotly object; rejects with a sentence when the script cannot be had.
export function plotly() {
  loading ??= new Promise((done, failed) => {
    const script = document.createElement('script');
    script.src = SOURCE;
    script.addEventListener('load', () => done(window.Plotly));
    script.addEventListener('error', () => {
      loading = null; // another figure may try again
      script.remove();
      failed(new Error('The figure could not be drawn: the studio did not answer.'));
    });
    document.head.append(script);
  });
  return loading;
}

// Colours as the theme has them where `element` stands: light or dark.
export function colours(element) {
  const style = getComputedStyle(element);
  const of = (name) => style.getPropertyValue(`--ns-${name}`).trim();
  return {
    ink: of('ink'),
    muted: of('muted'),
    line: of('line'),
    surface: of('surface'),
    accent: of('accent'),
    marker: of('suggested'),
    bad: of('bad'),
    font: style.fontFamily,
  };
}

// A Plotly layout in the look of the studio; `more` is merged over it, axis by axis.
export function layout(element, more = {}) {
  const { ink, muted, line, surface, font } = colours(element);
  const axis = { gridcolor: line, linecolor: line, zerolinecolor: line, tickfont: { color: muted }, automargin: true };
  const axes = Object.fromEntries(
    ['xaxis', 'yaxis', ...Object.keys(more).filter((name) => /^[xy]axis\d+$/.test(name))].map((name) => [
      name,
      { ...axis, ...more[name] },
    ]),
  );
  return {
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    font: { family: font, size: 13, color: ink },
    hoverlabel: { bgcolor: surface, bordercolor: line, font: { family: font, color: ink } },
    margin: { l: 48, r: 16, t: 12, b: 40 },
    uirevision: 'kept', // zoom and hidden lines survive new data
    ...more,
    ...axes,
  };
}
