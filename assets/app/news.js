// What the studio has done, or why it could not, told in a corner and to screen readers.
// value: {kind: 'good'|'bad', said: [sentence], at} or null.
import { h } from './dom.js';

const SHOWN_MS = { good: 8_000, bad: 30_000 };
const MARKS = { good: '\u2713', bad: '!' };

export function mount(element, { props, watch }) {
  const root = element.querySelector('.ns-view');
  root.classList.add('ns-news');
  let seen = props.value?.at;

  function arrived() {
    const value = props.value;
    if (!value || value.at === seen) return;
    seen = value.at;
    // An old refusal beside the news that it worked after all would confuse.
    root.querySelectorAll('.bad').forEach((card) => card.remove());
    value.said.forEach((sentence) => tell(value.kind, sentence));
  }

  function tell(kind, sentence) {
    const card = h(
      'div',
      { class: `ns-told ${kind}`, role: kind === 'bad' ? 'alert' : 'status', 'data-testid': 'news', 'data-kind': kind },
      h('span', { class: 'ns-told-mark', 'aria-hidden': 'true' }, MARKS[kind]),
      h('span', { 'data-testid': 'news-body' }, sentence),
      h(
        'button',
        { type: 'button', 'aria-label': 'Close this message', 'data-testid': 'news-close', onclick: () => card.remove() },
        '\u00d7',
      ),
    );
    root.append(card);
    setTimeout(() => card.remove(), SHOWN_MS[kind]);
  }

  watch('value', arrived);
}
