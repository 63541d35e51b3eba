// The source reader: a document as people know it, and the place in it that the address cites.

import './reader_words.js';
import { utf16Offsets } from './codepoints.js';
import { BASE } from './dom.js';
import { finder } from './reader_find.js';
import { startFinding } from './reader_find_box.js';
import { renderHead, renderReadingNote, renderReceipt } from './reader_head.js';
import { layOut } from './reader_layout.js';
import { renderOutline, showCurrent, startOutline } from './reader_outline.js';
import { showPlace, startCopying } from './reader_place_bar.js';
import { citedPlace, clausesAround } from './reader_places.js';
import { startTasks } from './reader_tasks.js';
import { ShownText } from './reader_text.js';
import { say, startLanguages } from './words.js';

const at = (id) => document.getElementById(id);
const id = decodeURIComponent(location.pathname.replace(/\/+$/, '').split('/').pop());
/** What the address may say of a place that is not there as it was. */
const PLACE_NOTES = { moved: 'movedPlace', changed: 'changedPlace', misplaced: 'misplaced' };

/** {about, text, offset, layout}: the document, once loaded. */
let shown = null;
let page = null;
let renderTasks = null;
let selected = null;

async function read(path) {
  const response = await fetch(new URL(path, BASE));
  if (!response.ok) throw Object.assign(new Error(`${path} answered ${response.status}`), { status: response.status });
  return response.json();
}

async function load() {
  const path = `api/documents/${encodeURIComponent(id)}`;
  const [found, { text }] = await Promise.all([read(path), read(`${path}/text`)]);
  const about = { ...found.metadata, ...found };
  const offset = utf16Offsets(text);
  return { about, text, offset, layout: layOut(about, text, offset) };
}

/** Marks what the address cites, goes there, and says so where it is not what it was. */
function goToCited() {
  const place = citedPlace(location.hash, shown.text, shown.offset);
  const range = place && 'start' in place ? place : null;
  const note = place && PLACE_NOTES[place.state];
  at('misplaced').hidden = !note;
  if (note) say(at('misplaced'), note);
  const mark = page.mark(range);
  showWhere();
  if (!mark) return;
  mark.focus({ preventScroll: true });
  const block = mark.getBoundingClientRect().height > window.innerHeight * 0.6 ? 'start' : 'center';
  mark.scrollIntoView({ block });
  // Blocks on the way were estimated until now.
  requestAnimationFrame(() => mark.scrollIntoView({ block }));
}

/** In the outline and in the bar: where what is selected, or else cited, stands. */
function showWhere() {
  if (!page) return;
  const range = selected ?? page.cited;
  const clauses = range ? clausesAround(shown.about.sections ?? [], shown.offset, range) : [];
  showCurrent(clauses[clauses.length - 1]);
  showPlace(shown, range, selected !== null);
}

function renderFrame() {
  if (!shown) return;
  renderHead(shown.about);
  renderOutline(shown.about.sections ?? []);
  renderReadingNote({ text: shown.text, ...shown.layout });
  renderReceipt(shown.about);
  renderTasks?.();
  showWhere();
}

function startText() {
  page = new ShownText(at('text'), shown.layout);
  const find = finder(shown.text, shown.layout.edits);
  startFinding(find, (range) => page.show(range));
  at('tools').hidden = false;
  at('repair-box').hidden = shown.layout.misprints.length === 0;
  at('repair').addEventListener('change', (event) => page.repair(event.target.checked));
  startCopying(() => ({ ...shown, range: selected ?? page.cited }));
  document.addEventListener('selectionchange', () => {
    const before = selected;
    selected = page.selected(document.getSelection());
    if (selected || before) showWhere(); // most selections are in the boxes above
  });
}

at('back').href = BASE.href;
startOutline(goToCited);
startLanguages(at('language'), renderFrame);
window.addEventListener('hashchange', () => shown && goToCited());
load().then((found) => {
  shown = found;
  startText();
  renderFrame();
  goToCited();
  startTasks(id).then((render) => {
    renderTasks = render;
    renderTasks?.();
  }, () => {
    // The text can be read without its table.
    say(at('problem'), 'tasksFailed');
    at('problem').hidden = false;
  });
}).catch((error) => {
  say(at('problem'), error.status === 404 ? 'problem_document' : navigator.onLine ? 'problem_gone' : 'problem_offline');
  at('problem').hidden = false;
  if (!error.status && !(error instanceof TypeError)) throw error;
});
