// What was asked in the last days, and what became of it.

import { make } from '../dom.js';
import { everyDay, renderVolume } from './chart.js';
import { badge, figure, heading, quoted, spoken } from './controls.js';
import { get } from './service.js';

const SPANS = [7, 30, 90, 365];
let days = 30;

export async function renderOverview() {
  const box = make('div', { class: 'stack' });
  const choice = make('select', { id: 'days' }, ...SPANS.map((span) => spoken('option', 'lastDays', span, { value: span, selected: span === days })));
  choice.addEventListener('change', () => {
    days = Number(choice.value);
    window.dispatchEvent(new Event('viewchanged'));
  });
  const stats = await get('api/admin/stats', { days });
  box.append(
    make('dl', { class: 'figures' },
      figure('questions', stats.answers), figure('latency', stats.ms_p50, 'milliseconds'), figure('latencySlow', stats.ms_p95, 'milliseconds'),
      figure('liked', stats.up), figure('disliked', stats.down),
      figure('topic_open', stats.topics.open ?? 0), figure('documents', stats.documents), figure('previews', stats.previews)),
    renderVolume(everyDay(stats.days, days)),
    renderShares('outcomes', 'outcome', stats.outcomes, stats.answers),
    renderShares('methods', 'method', stats.methods, stats.answers),
    make('section', {}, spoken('h3', 'topQuestions'), stats.top.length
      ? make('ol', { class: 'rows' }, ...stats.top.map((row) => make('li', { class: 'row spread' }, quoted(row.question), spoken('span', 'times', row.count, { class: 'hint' }))))
      : spoken('p', 'nothingYet', undefined, { class: 'hint' })));
  return [make('div', { class: 'spread' }, heading('overview'), make('div', {}, spoken('label', 'period', undefined, { for: 'days', class: 'for-screen-readers' }), choice)), box];
}

/** Counts by kind with their shares of `total`, the largest first. */
function renderShares(title, kind, counts, total) {
  const rows = Object.entries(counts).sort(([, one], [, other]) => other - one);
  const list = make('ul', { class: 'shares' }, ...rows.map(([name, count]) => {
    const bar = make('span', { class: 'bar-share', 'aria-hidden': 'true' });
    bar.style.width = `${(100 * count) / total}%`;
    return make('li', {}, badge(kind, name), make('span', { class: 'track' }, bar), spoken('span', 'share', { count, share: count / total }, { class: 'count' }));
  }));
  return make('section', {}, spoken('h3', title), rows.length ? list : spoken('p', 'nothingYet', undefined, { class: 'hint' }));
}
