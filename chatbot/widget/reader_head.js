// What is known of a document: its title and status, warnings, metadata, how it is shown and how it was read in.

import { fill, make } from './dom.js';
import { renderStatus } from './status.js';
import { hasWord, language, say, word } from './words.js';

const WARNINGS = { draft: 'draftWarning', repealed: 'repealedWarning' };

export function renderHead(about) {
  document.title = word('documentTitle', about.title);
  fill(at('title'), about.title, ' ', renderStatus(about.status));
  at('title-en').textContent = about.title_en ?? '';
  at('title-en').hidden = !about.title_en || language() !== 'en';
  const warnings = [WARNINGS[about.status], about.incomplete && 'incompleteWarning'].filter(Boolean);
  fill(at('warnings'), ...warnings.map((warning) => say(make('p', { class: 'notice' }), warning)));
  const rows = [
    ['issuer', about.issuer ?? word('notStated')],
    ['date', about.date ?? word('notStated')],
    ['documentNumber', about.document_number],
    ['indexNumber', about.index_number],
    ['source', about.source],
  ].filter(([, value]) => typeof value === 'string' && value);
  fill(at('metadata'), ...rows.map(([key, value]) => make('div', {}, say(make('dt'), key), make('dd', {}, value))));
}

/** What the reader should know of how the text is shown. */
export function renderReadingNote({ text, starts, dimmed, misprints }) {
  const parts = [say(make('span'), 'asPrinted')];
  if (starts.size) parts.push(say(make('span'), 'laidOut'));
  if (dimmed.length) parts.push(say(make('span'), 'dimmedShown'));
  if (misprints.length) {
    const { start, end, reads } = misprints[0];
    parts.push(make('span', {}, say(make('span'), 'misprintsShown'),
      make('span', { class: 'misprint', lang: 'zh-CN' }, text.slice(start, end)), ' ', say(make('span'), 'misprint', { reads })));
  }
  fill(at('reading-note'), ...parts.map((part) => make('span', {}, part, language() === 'en' ? ' ' : '')));
  at('reading-note').hidden = false;
}

/** What was dropped, and where numbers are missing. */
export function renderReceipt({ receipt }) {
  at('receipt').hidden = !receipt;
  if (!receipt) return;
  const count = (number) => new Intl.NumberFormat(language()).format(number);
  const item = (key, value) => say(make('li'), key, value);
  const items = [item('receiptTotal', { characters: count(receipt.characters), indexed: count(receipt.indexed) })];
  const byReason = new Map();
  for (const { reason, start, end } of receipt.dropped ?? []) byReason.set(reason, (byReason.get(reason) ?? 0) + end - start);
  for (const [reason, characters] of byReason) {
    const label = hasWord(`reason_${reason}`) ? word(`reason_${reason}`) : reason;
    items.push(item('receiptDropped', { label, characters: count(characters) }));
  }
  if (receipt.unaccounted) items.push(item('receiptUnaccounted', receipt.unaccounted));
  for (const gap of receipt.gaps ?? []) items.push(item('receiptGap', gap));
  fill(at('receipt-list'), ...items);
}

function at(id) {
  return document.getElementById(id);
}
