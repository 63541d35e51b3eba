// Picking what an answer rests on: a sentence of a passage that was found, or any characters of a document.

import { codePoints } from '../codepoints.js';
import { make } from '../dom.js';
import { language } from '../words.js';
import { action, busy, quoted, spoken } from './controls.js';
import { get } from './service.js';

/** A sentence with what closes it: 。！？； also before a closing quote or bracket; or a line. */
const SENTENCE = /[^。！？!?；;\n]+(?:[。！？!?；;]+[”’」』）)〕]*)?|[。！？!?；;]+/g;
/** Line ends that a text box turns into \n. */
const LINE_END = /\r\n?/g;

/** The sentences of `quote`, which begins at code point `start`: {start, end, quote}, outer white space left out. */
export function sentences(quote, start) {
  return [...quote.matchAll(SENTENCE)].flatMap(({ 0: sentence, index }) => {
    const said = sentence.trim();
    if (!said) return [];
    const from = start + codePoints(quote.slice(0, index + sentence.indexOf(said)));
    return [{ start: from, end: from + codePoints(said), quote: said }];
  });
}

/** What a text box shows of `text`, and a function from its UTF-16 offsets to code points of `text`. */
export function boxed(text) {
  const shortened = [...text.matchAll(LINE_END)].filter(({ 0: end }) => end.length === 2).map(({ index }, before) => index - before);
  const point = (offset) => codePoints(text.slice(0, offset + shortened.filter((at) => at < offset).length));
  return { value: text.replaceAll(LINE_END, '\n'), point };
}

/** The picker; `onPick({document_id, document_title, start, end, quote})` is called with each place that is picked. */
export function renderPicker(found, onPick) {
  const passages = make('ol', { class: 'rows passages' });
  const show = (hits) => passages.replaceChildren(...hits.map((hit) => renderPassage(hit, onPick)));
  const words = make('input', { type: 'search', id: 'search-words' });
  const button = spoken('button', 'search', undefined, { class: 'quiet' });
  const search = make('form', { class: 'one-line' }, spoken('label', 'searchWords', undefined, { for: 'search-words' }), words, button);
  search.addEventListener('submit', (event) => {
    event.preventDefault();
    if (words.value.trim()) busy(button, async () => show((await get('api/search', { q: words.value.trim(), k: 8 })).results), search);
  });
  show(found);
  return make('div', { class: 'stack' },
    spoken('p', 'pickHint', undefined, { class: 'hint' }),
    search, passages, renderWholeText(onPick));
}

function renderPassage(hit, onPick) {
  const { document_id, document_title } = hit;
  const buttons = sentences(hit.quote, hit.start).map((place) => {
    const button = quoted(place.quote, 'button', { type: 'button', class: 'sentence', lang: 'zh-CN' });
    button.addEventListener('click', () => onPick({ document_id, document_title, ...place }));
    return button;
  });
  return make('li', { class: 'row' },
    make('div', { class: 'hint' }, quoted([document_title, ...hit.section].join(' › '))),
    make('div', { class: 'sentences' }, ...buttons));
}

/** A document's whole text in a box whose characters mouse, finger and keyboard can select. */
function renderWholeText(onPick) {
  const which = make('select', { id: 'whole-document' });
  const box = make('textarea', { id: 'whole-text', class: 'whole-text', readonly: true, rows: '12', lang: 'zh-CN', 'data-word-label': 'original' });
  let shown = null;
  const open = async () => {
    box.value = '';
    const { text } = await get(`api/documents/${encodeURIComponent(which.value)}/text`);
    shown = { id: which.value, title: which.selectedOptions[0].textContent, text, ...boxed(text) };
    box.value = shown.value;
    box.setSelectionRange(0, 0);
  };
  const pick = action('pickSelection', () => {
    const [start, end] = [box.selectionStart, box.selectionEnd].map((offset) => shown?.point(offset));
    if (!shown || start === end) return;
    onPick({ document_id: shown.id, document_title: shown.title, start, end, quote: Array.from(shown.text).slice(start, end).join('') });
  });
  const details = make('details', { class: 'whole' },
    spoken('summary', 'wholeText'),
    make('div', { class: 'stack' },
      spoken('label', 'whichDocument', undefined, { for: 'whole-document' }), which,
      spoken('p', 'selectHint', undefined, { class: 'hint' }), box, pick));
  details.addEventListener('toggle', () => {
    if (!details.open || which.children.length) return;
    busy(pick, async () => {
      const { documents } = await get('api/documents');
      which.replaceChildren(...documents.filter((row) => row.published).map((row) =>
        make('option', { value: row.id }, language() === 'en' && row.title_en ? row.title_en : row.title)));
      if (which.value) await open();
    }, pick);
  });
  which.addEventListener('change', () => busy(pick, open, pick));
  return details;
}
