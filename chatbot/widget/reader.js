// The source reader: a document's own text, its outline, and the place that the address's #cSTART-END cites.

import { utf16Offsets } from './codepoints.js';
import { BASE, make } from './dom.js';
import { renderStatus } from './status.js';
import { hasWord, language, say, startLanguages, word } from './words.js';

/** A citation longer than this is tinted, not marked: a whole chapter in yellow is hard to read. */
const LONG_CITATION = 500;
/** `#c3265-3288` */
const CITED = /^#c(\d+)-(\d+)$/;
const DIMMED_REASONS = new Set(['site_furniture', 'page_artefact']);
/** A page's end in a PDF's text, and line ends that CSS does not break at. */
const BREAKS = /\f|\r(?!\n)/g;

const at = (id) => document.getElementById(id);
const id = decodeURIComponent(location.pathname.replace(/\/+$/, '').split('/').pop());

let shown = null;

async function load() {
  const address = new URL(`api/documents/${encodeURIComponent(id)}`, BASE);
  const responses = await Promise.all([fetch(address), fetch(`${address}/text`)]);
  for (const response of responses) if (!response.ok) throw new Error(`${response.url} answered ${response.status}`, { cause: response.status });
  const [document, { text }] = await Promise.all(responses.map((response) => response.json()));
  const about = { ...document.metadata, ...document };
  return { about, text, ...layOut(about, text, utf16Offsets(text)) };
}

/** How stretches of the text look, as UTF-16 ranges: clause starts, headings, what was dropped and what misprinted. */
function layOut({ sections = [], receipt }, text, offset) {
  const edits = [...(receipt?.dropped ?? []), ...(receipt?.repaired ?? [])]
    .map(({ start, end, reason, reads = '' }) => ({ start: offset(start), end: offset(end), reason, reads }))
    .filter(({ start, end }) => start !== undefined && end !== undefined && start < end);
  const editAt = new Map(edits.map((edit) => [edit.start, edit]));
  const starts = new Set();
  const headings = [];
  for (const section of sections) {
    const start = offset(section.start);
    if (start === undefined) continue;
    if (lineBefore(text, start).trim()) starts.add(start);
    const end = section.kind === 'numbered' ? endOf(section.label, text, start, editAt) : null;
    if (end) headings.push({ start, end });
  }
  return {
    offset,
    starts,
    headings,
    dimmed: edits.filter(({ reason }) => DIMMED_REASONS.has(reason)),
    misprints: edits.filter(({ reason, reads, start, end }) => reason === 'copy_noise' && reads && reads !== text.slice(start, end)),
    breaks: new Set([...text.matchAll(BREAKS)].map((found) => found.index)),
  };
}

/** Where `label`, which may be in repaired wording, ends in the text that prints it from `start` on; null if it does not. */
function endOf(label, text, start, editAt) {
  let read = '';
  let end = start;
  while (read.length < label.length && end < text.length) {
    const edit = editAt.get(end);
    read += edit ? edit.reads : text[end];
    end = edit ? edit.end : end + 1;
  }
  return read === label && label ? end : null;
}

function renderHead({ about }) {
  document.title = word('documentTitle', about.title);
  at('title').replaceChildren(about.title, ' ', renderStatus(about.status));
  at('title-en').textContent = about.title_en ?? '';
  at('title-en').hidden = !about.title_en || language() !== 'en';
  const warnings = [{ draft: 'draftWarning', repealed: 'repealedWarning' }[about.status], about.incomplete && 'incompleteWarning'];
  at('warnings').replaceChildren(...warnings.filter(Boolean).map((warning) => say(make('p', { class: 'notice' }), warning)));
  const rows = [
    ['issuer', about.issuer ?? word('notStated')],
    ['date', about.date ?? word('notStated')],
    ['documentNumber', about.document_number],
    ['indexNumber', about.index_number],
    ['source', about.source],
  ].filter(([, value]) => typeof value === 'string' && value);
  at('metadata').replaceChildren(...rows.map(([key, value]) => make('div', {}, say(make('dt'), key), make('dd', {}, value))));
}

/** The outline as nested lists; sections whose parent is not listed stand at the top. */
function renderOutline({ about }) {
  const sections = about.sections ?? [];
  const ids = new Set(sections.map((section) => section.id));
  const byParent = new Map();
  for (const section of sections) {
    const parent = ids.has(section.parent_id) ? section.parent_id : null;
    if (!byParent.has(parent)) byParent.set(parent, []);
    byParent.get(parent).push(section);
  }
  const list = (parent) => make('ol', {}, ...byParent.get(parent).map((section) =>
    make('li', {}, sectionLink(section), byParent.has(section.id) ? list(section.id) : null)));
  at('outline-list').replaceChildren(...(byParent.has(null) ? [list(null)] : []));
  at('outline-box').hidden = sections.length === 0;
}

/** Marks the innermost clause that holds the cited range, and brings it into the outline's view. */
function showCurrent({ about, offset }) {
  const cited = citedRange(shown);
  const holds = ({ start, end }) => cited && offset(start) <= cited.start && cited.end <= offset(end);
  const innermost = (about.sections ?? []).filter(holds).sort((a, b) => b.depth - a.depth)[0];
  const list = at('outline-list');
  for (const link of list.querySelectorAll('a')) {
    if (link.getAttribute('href') !== (innermost && clauseHash(innermost))) link.removeAttribute('aria-current');
    else {
      link.setAttribute('aria-current', 'location');
      list.scrollTop = link.offsetTop - list.clientHeight / 3;
    }
  }
}

function clauseHash({ start, end }) {
  return `#c${start}-${end}`;
}

function sectionLink(section) {
  const link = make('a', { href: clauseHash(section), lang: 'zh-CN' });
  if (hasWord(section.kind)) say(link, section.kind);
  else link.append(section.label || section.title || section.number);
  if (language() === 'en' && section.title_en) link.append(make('span', { class: 'title-en', lang: 'en' }, section.title_en));
  return link;
}

/** The range that the address cites, in UTF-16 offsets; null for none, undefined for one that is not in the text. */
function citedRange({ offset }) {
  const found = CITED.exec(location.hash);
  if (!found) return null;
  const [start, end] = [offset(Number(found[1])), offset(Number(found[2]))];
  return start === undefined || end === undefined || start >= end ? undefined : { start, end };
}

/** Puts the text on the page, every character of it, in spans that only say how a stretch looks. */
function renderText({ text, starts, headings, dimmed, misprints, breaks }) {
  const cited = citedRange(shown);
  at('misplaced').hidden = cited !== undefined;
  const cuts = new Set([0, text.length, ...starts]);
  for (const { start, end } of [...headings, ...dimmed, ...misprints, ...(cited ? [cited] : [])]) cuts.add(start).add(end);
  for (const index of breaks) cuts.add(index).add(index + 1);

  const mark = cited ? make('mark', { id: 'cited', tabindex: '-1', class: cited.end - cited.start > LONG_CITATION ? 'long' : null }) : null;
  const article = at('text');
  article.replaceChildren();
  const [inHeading, inDimmed, inMisprint] = [headings, dimmed, misprints].map(covering);
  const sorted = [...cuts].sort((a, b) => a - b);
  for (let piece = 0; piece + 1 < sorted.length; piece += 1) {
    const [start, end] = [sorted[piece], sorted[piece + 1]];
    if (cited && start === cited.start) article.append(mark);
    const misprint = inMisprint(start);
    const names = [
      starts.has(start) && 'clause-start',
      inHeading(start) && 'heading',
      inDimmed(start) && 'dimmed',
      misprint && 'misprint',
      breaks.has(start) && 'break',
    ].filter(Boolean);
    const content = text.slice(start, end);
    const span = names.length ? make('span', { class: names.join(' ') }, content) : content;
    if (misprint) nameTitle(span, misprint);
    (cited && cited.start <= start && end <= cited.end ? mark : article).append(span);
  }
  return mark;
}

/** A function from an offset to the range that covers it, asked in rising order. */
function covering(ranges) {
  const sorted = [...ranges].sort((a, b) => a.start - b.start);
  let next = 0;
  return (offset) => {
    while (next < sorted.length && sorted[next].end <= offset) next += 1;
    return next < sorted.length && sorted[next].start <= offset ? sorted[next] : null;
  };
}

function nameTitle(span, { reads }) {
  span.dataset.wordTitle = 'misprint';
  span.dataset.value = JSON.stringify({ reads });
  span.title = word('misprint', { reads });
}

/** What the reader should know of how the text is shown. */
function renderReadingNote({ text, starts, dimmed, misprints }) {
  const note = at('reading-note');
  const parts = [say(make('span'), 'asPrinted')];
  if (starts.size) parts.push(say(make('span'), 'laidOut'));
  if (dimmed.length) parts.push(say(make('span'), 'dimmedShown'));
  if (misprints.length) {
    const { start, end, reads } = misprints[0];
    parts.push(make('span', {}, say(make('span'), 'misprintsShown'),
      make('span', { class: 'misprint', lang: 'zh-CN' }, text.slice(start, end)), ' ', say(make('span'), 'misprint', { reads })));
  }
  note.replaceChildren(...parts.flatMap((part) => [part, language() === 'en' ? ' ' : '']));
  note.hidden = false;
}

function lineBefore(text, start) {
  return text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
}

function goTo(mark) {
  if (!mark) return;
  mark.focus({ preventScroll: true });
  const tall = mark.getBoundingClientRect().height > window.innerHeight * 0.6;
  mark.scrollIntoView({ block: tall ? 'start' : 'center' });
}

function renderReceipt({ about: { receipt } }) {
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
  at('receipt-list').replaceChildren(...items);
}

const wide = window.matchMedia('(min-width: 60rem)');
const unfold = () => { at('outline').open = wide.matches; };
wide.addEventListener('change', unfold);
unfold();

at('back').href = BASE.href;
at('outline-list').addEventListener('click', (event) => {
  const link = event.target.closest('a');
  if (!link) return;
  if (!wide.matches) at('outline').open = false;
  // The same place again makes no hashchange.
  if (link.getAttribute('href') === location.hash) goTo(at('cited'));
});
window.addEventListener('hashchange', () => {
  if (!shown) return;
  showCurrent(shown);
  goTo(renderText(shown));
});

function renderFrame() {
  if (!shown) return;
  renderHead(shown);
  renderOutline(shown);
  showCurrent(shown);
  renderReadingNote(shown);
  renderReceipt(shown);
}

startLanguages(at('language'), renderFrame);
try {
  shown = await load();
  renderFrame();
  goTo(renderText(shown));
} catch (error) {
  at('problem').hidden = false;
  say(at('problem'), error.cause === 404 ? 'problem_document' : navigator.onLine ? 'problem_gone' : 'problem_offline');
}
