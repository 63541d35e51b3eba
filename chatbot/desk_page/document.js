// One document, published or waiting: where every character went, what was found in it, and publishing it.

import { make } from '../dom.js';
import { renderStatus } from '../status.js';
import { action, badge, figure, quoted, spoken, tell } from './controls.js';
import { carriedOut, renderDelete, renderProgress } from './documents.js';
import { get, post } from './service.js';

/** Rows of a list that are shown before the rest is folded away. */
const SHOWN = 20;
/** Characters of a dropped stretch that are shown. */
const LONGEST = 200;

export async function renderDocument(id, preview) {
  const address = `api/documents/${encodeURIComponent(id)}`;
  const query = { preview: preview ? 'true' : null };
  const [about, { text }, { tasks }] = await Promise.all(
    [address, `${address}/text`, `${address}/tasks`].map((path) => get(path, query)));
  const points = Array.from(text);
  const of = ({ start, end }) => points.slice(start, end).join('');
  const { receipt } = about;
  const progress = renderProgress();
  const actions = make('div', { class: 'actions' });
  if (!about.published) {
    actions.append(action('publish', async () => {
      if (!await carriedOut(await post(`${address}/publish`), progress)) return;
      tell('publishedNow');
      location.hash = `#document/${id}`;
    }, { className: 'primary', around: actions }));
  } else {
    actions.append(spoken('a', 'openSource', undefined, { class: 'quiet', href: about.url }));
  }
  actions.append(renderDelete(id, about.title, preview));
  return [
    make('p', {}, spoken('a', 'toDocuments', undefined, { href: '#documents' })),
    quoted(about.title, 'h2', { tabindex: '-1', lang: 'zh-CN' }),
    make('div', { class: 'hint line' }, make('code', {}, id), badge('version', about.published ? 'published' : 'preview'), renderStatus(about.status)),
    actions, progress.box,
    renderMetadata(about.metadata),
    spoken('h3', 'receipt'),
    make('dl', { class: 'figures' },
      figure('charactersAll', receipt.characters), figure('charactersIndexed', receipt.indexed),
      figure('charactersDropped', receipt.dropped.reduce((sum, drop) => sum + drop.end - drop.start, 0)),
      figure('charactersUnaccounted', receipt.unaccounted), figure('sections', about.sections.length), figure('tasksFound', tasks.length)),
    renderList('droppedSpans', receipt.dropped.filter((drop) => drop.reason !== 'whitespace'), (drop) => [badge('reason', drop.reason), place(drop), excerpt(of(drop))]),
    renderList('repairedSpans', receipt.repaired.filter((edit) => edit.reads !== of(edit)), (edit) => [badge('reason', edit.reason), place(edit), excerpt(of(edit)), '→', excerpt(edit.reads)]),
    renderList('gaps', receipt.gaps, (gap) => [make('code', {}, gap.parent_id), spoken('span', 'gap', gap)]),
    renderList('tables', receipt.tables, (table) => [spoken('span', 'tableRows', table.rows), place(table), excerpt(of(table))]),
    renderList('unknownUnits', receipt.unknown_units, (unit) => [quoted(unit, 'span', { lang: 'zh-CN' })]),
    renderList('tasksFound', tasks, (task) => [
      quoted(`${task.number} ${task.title}`, 'strong', { lang: 'zh-CN' }),
      quoted(task.responsible.map(({ unit, role }) => (role ? `${unit}（${role}）` : unit)).join('、'), 'span', { class: 'hint', lang: 'zh-CN' }),
      task.deadline ? quoted(task.deadline, 'span', { class: 'hint' }) : null]),
    make('details', {}, spoken('summary', 'wholeText'), quoted(text, 'div', { class: 'text', lang: 'zh-CN', role: 'region', tabindex: '0', 'data-word-label': 'original' })),
  ];
}

function renderMetadata(metadata) {
  const rows = [['issuer', metadata.issuer], ['date', metadata.date], ['place', metadata.place], ['documentNumber', metadata.document_number],
    ['indexNumber', metadata.index_number]];
  return make('dl', { class: 'metadata' }, ...rows.map(([key, value]) => make('div', {}, spoken('dt', key), value ? quoted(value, 'dd') : spoken('dd', 'notStated'))));
}

function place({ start, end }) {
  return spoken('span', 'at', { start, end }, { class: 'hint' });
}

function excerpt(text) {
  const points = Array.from(text);
  return quoted(points.length > LONGEST ? `${points.slice(0, LONGEST).join('')}…` : text, 'span', { class: 'excerpt', lang: 'zh-CN' });
}

/** A titled list, or nothing where there are no rows. */
function renderList(title, rows, render) {
  if (!rows.length) return make('p', { class: 'hint line' }, spoken('span', title, undefined), ' ', spoken('span', 'none'));
  const items = rows.map((row) => make('li', { class: 'line' }, ...render(row)));
  return make('details', { open: rows.length <= SHOWN }, make('summary', {}, spoken('span', title), ' ', spoken('span', 'number', rows.length)),
    make('ul', { class: 'findings' }, ...items));
}
