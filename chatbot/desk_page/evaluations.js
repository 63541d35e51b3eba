// How well golden questions were answered: a run of `reformqa eval` each, with its intervals and its report.

import { make } from '../dom.js';
import { action, heading, moment, quoted, save, spoken } from './controls.js';
import { download, get } from './service.js';

/** The metrics a head of department asks for first; the report has all. */
const FIRST = ['correct', 'cited', 'refusal_recall', 'false_answers', 'wrongly_refused', 'verbatim'];

export async function renderEvaluations() {
  const { evaluations } = await get('api/admin/evaluations');
  return [
    heading('evaluations'),
    spoken('p', 'evaluationsHint', undefined, { class: 'hint' }),
    evaluations.length ? make('ol', { class: 'rows' }, ...evaluations.map(renderRun)) : spoken('p', 'nothingHere', undefined, { class: 'hint' }),
  ];
}

function renderRun(run) {
  const shown = FIRST.filter((name) => run.all.metrics[name]?.count);
  return make('li', { class: 'row stack' },
    make('div', { class: 'line' }, moment(run.started), spoken('span', 'judged', run.all.cases), run.split ? spoken('span', 'split', run.split) : null,
      make('code', { class: 'hint' }, run.code), run.llm ? quoted(run.llm) : null),
    make('dl', { class: 'figures' }, ...shown.map((name) => renderMetric(name, run.all.metrics[name]))),
    make('details', {}, spoken('summary', 'byKind'),
      make('ul', { class: 'shares' }, ...run.kinds.map(renderKind))),
    make('div', { class: 'actions' },
      action('downloadReport', async () => save(await download(`api/admin/evaluations/${encodeURIComponent(run.id)}/report`), `${run.id}.html`))));
}

function renderMetric(name, estimate) {
  return make('div', { class: 'figure' }, spoken('dt', `metric_${name}`), spoken('dd', 'percent', estimate.value),
    spoken('dd', 'interval', estimate, { class: 'interval' }));
}

function renderKind({ kind, cases, metrics: { correct } }) {
  const bar = make('span', { class: 'bar-share', 'aria-hidden': 'true' });
  bar.style.width = `${100 * (correct?.value ?? 0)}%`;
  return make('li', {}, quoted(kind), make('span', { class: 'track' }, bar),
    spoken('span', 'share', { count: cases, share: correct?.value ?? 0 }, { class: 'count' }));
}
