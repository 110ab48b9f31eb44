// The bar on top: product, project chooser, pages, light and dark.
import { h, redraw, svg } from './dom.js';
import { address, expect, go as request, read } from './address.js';

const THEME = 'ner-studio-theme';

export function mount(element, { props, trigger, watch }) {
  const root = element.querySelector('.ns-view');
  let here = { ...read(), turn: 0 };

  function go(change) {
    const moved = 'project' in change && change.project !== here.project;
    const there = { ...here, text: '', choice: '', ...(moved ? { page: 'dashboard' } : {}), ...change };
    here = { ...there, turn: here.turn + 1, go: false };
    show(here);
    ask();
  }

  function ask() {
    props.value = here;
    trigger('go', {});
  }

  function show(value) {
    history.replaceState(history.state, '', address(value));
    const page = value.pages?.find((each) => each.page === value.page)?.label;
    if (document.body.dataset.page !== value.page) window.scrollTo(0, 0);
    document.title = [value.project && page, value.project, 'NER Studio'].filter(Boolean).join(' · ');
    expect(value.page);
    draw(value);
  }

  function draw(value) {
    redraw(root, () => bar(value));
    // On a narrow screen the pages scroll sideways.
    const current = root.querySelector('[aria-current]');
    const strip = current?.parentElement;
    if (strip) strip.scrollLeft = current.offsetLeft - strip.offsetLeft - strip.clientWidth / 2 + current.clientWidth / 2;
  }

  function arrived() {
    const value = props.value;
    if (!value) return;
    if (value.go) {
      go({ project: value.project, page: value.page, text: value.text, choice: value.choice });
      return;
    }
    // An answer to an older click must not take the visitor back.
    if (value.turn < here.turn) {
      ask();
      return;
    }
    here = value;
    if (document.body.dataset.page === value.page) {
      history.replaceState(history.state, '', address(value));
      draw(value);
    } else show(value);
  }

  chooseTheme(localStorage.getItem(THEME));
  window.addEventListener('studio:go', (event) => go(event.detail));
  watch('value', arrived);
  if (props.value) arrived();
  else redraw(root, () => h('header', { class: 'ns-bar' }, brand()));
}

function bar(value) {
  return h('header', { class: 'ns-bar' }, brand(), chooser(value), pages(value), themeButton());
}

function brand() {
  return h(
    'a',
    { class: 'ns-brand', href: '/', 'data-focus': 'brand', onclick: follow({ project: '', page: 'dashboard' }) },
    svg(
      'svg',
      { viewBox: '0 0 32 32', 'aria-hidden': 'true', class: 'ns-mark' },
      svg('rect', { x: 1, y: 1, width: 30, height: 30, rx: 8, class: 'ns-mark-ground' }),
      svg('rect', { x: 6, y: 9, width: 13, height: 9, rx: 2.5, class: 'ns-mark-span' }),
      svg('path', { d: 'M8.5 13.5h8', class: 'ns-mark-line on-span' }),
      svg('path', { d: 'M22 13.5h3.5M6.5 23.5h6M16 23.5h9.5', class: 'ns-mark-line' }),
    ),
    h('span', { class: 'ns-brand-name' }, 'NER', h('b', {}, 'Studio')),
  );
}

function chooser(value) {
  const names = value.projects ?? [];
  const select = h(
    'select',
    {
      'data-testid': 'project-chooser',
      'data-focus': 'project',
      'aria-label': 'Project',
      onchange: (event) => request({ project: event.target.value, page: 'dashboard' }),
    },
    h('option', { value: '' }, 'All projects'),
    names.map((name) => h('option', { value: name }, name)),
  );
  select.value = value.project;
  return h('label', { class: 'ns-chooser' }, select);
}

function pages(value) {
  if (!value.project) return h('nav', { class: 'ns-pages', 'aria-label': 'Pages' });
  return h(
    'nav',
    { class: 'ns-pages', 'aria-label': 'Pages' },
    (value.pages ?? []).map(({ page, label }) =>
      h(
        'a',
        {
          href: address({ project: value.project, page, text: '' }),
          'aria-current': page === value.page ? 'page' : null,
          'data-testid': `page-${page}`,
          'data-label': label,
          'data-focus': `page-${page}`,
          onclick: follow({ page }),
        },
        label,
      ),
    ),
  );
}

// A plain click stays in this document; a click with a modifier opens a new tab as links do.
function follow(change) {
  return (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    request(change);
  };
}

function themeButton() {
  return h(
    'button',
    {
      type: 'button',
      class: 'ns-theme',
      'data-testid': 'theme',
      'data-focus': 'theme',
      'aria-label': 'Switch between light and dark',
      title: 'Light or dark',
      onclick: () => {
        const next = document.body.classList.contains('dark') ? 'light' : 'dark';
        localStorage.setItem(THEME, next);
        chooseTheme(next);
      },
    },
    svg(
      'svg',
      { viewBox: '0 0 20 20', 'aria-hidden': 'true' },
      svg('circle', { cx: 10, cy: 10, r: 7, fill: 'none', stroke: 'currentColor', 'stroke-width': 1.6 }),
      svg('path', { d: 'M10 3a7 7 0 0 1 0 14z', fill: 'currentColor' }),
    ),
  );
}

function chooseTheme(theme) {
  if (new URLSearchParams(location.search).has('__theme') && theme === null) return;
  if (theme) document.body.classList.toggle('dark', theme === 'dark');
}
