// How one reply looks: the answer with its markers and highlights, notices, sources, related clauses, suggestions.

import { utf16Offsets } from './codepoints.js';
import { make, ownAddress } from './dom.js';
import { renderStatus } from './status.js';
import { hasWord, say, word } from './words.js';

/** Cards shown before the rest is folded away. */
const CARDS_SHOWN = 3;
/** From so many cited items on, each item of a list stands on its own line. */
const LIST_ITEMS = 3;
/** “体育评价”[1]；第16项… */
const ITEM_END = /\][；;]\s*/g;
/** 市教育局负责的任务共20项：第1项… */
const LIST_INTRO = /^[^：:“"]*[：:]\s*/;

let nextReply = 0;

/** The answer's text while it is still arriving. */
export function renderArriving(text) {
  return make('p', { class: 'answer' }, text);
}

/** A whole reply; `onAsk(question)` is called when a suggestion is tapped. */
export function renderReply(reply, onAsk) {
  nextReply += 1;
  const cardId = (marker) => `source-${nextReply}-${marker}`;
  const body = make('div', { class: `reply reply-${reply.outcome}`, lang: reply.language === 'en' ? 'en' : 'zh-CN' });
  if (hasWord(`outcome_${reply.outcome}`)) body.append(say(make('p', { class: 'outcome' }), `outcome_${reply.outcome}`));
  if (reply.method === 'generated') body.append(say(make('p', { class: 'generated' }), 'generated'));
  body.append(renderAnswer(reply, cardId));
  for (const notice of reply.notices ?? []) body.append(make('p', { class: 'notice' }, notice));
  if (reply.citations?.length) {
    body.append(renderCards(reply.citations, 'sources', 'moreSources', 'openSource', cardId));
  }
  if (reply.related?.length) body.append(renderCards(reply.related, 'related', 'moreRelated', 'openClause', () => null));
  if (reply.suggestions?.length) body.append(renderSuggestions(reply.suggestions, onAsk));
  if (navigator.clipboard && reply.citations?.length) body.append(renderCopy(reply));
  return body;
}

function renderAnswer({ answer, highlights = [], citations = [] }, cardId) {
  const offset = utf16Offsets(answer);
  const marked = highlights
    .map(({ start, end }) => [offset(start), offset(end)])
    .filter(([start, end]) => start !== undefined && end !== undefined && start < end);
  const known = new Set(citations.map((citation) => citation.marker));
  const markers = new Map();
  for (const found of answer.matchAll(/\[(\d{1,2})\]/g)) {
    if (known.has(Number(found[1]))) markers.set(found.index, found[0]);
  }
  const itemEnds = [...answer.matchAll(ITEM_END)].map((found) => found.index + found[0].length);
  const isList = itemEnds.length + 1 >= LIST_ITEMS;
  const intro = isList ? LIST_INTRO.exec(answer.slice(0, Math.min(...markers.keys()))) : null;
  const breaks = new Set(isList ? [...itemEnds, ...(intro ? [intro[0].length] : [])] : []);
  const cuts = new Set([0, answer.length, ...marked.flat(), ...breaks]);
  for (const [at, marker] of markers) cuts.add(at).add(at + marker.length);

  const paragraph = make('p', { class: 'answer' });
  const sorted = [...cuts].sort((a, b) => a - b);
  for (let piece = 0; piece + 1 < sorted.length; piece += 1) {
    const [start, end] = [sorted[piece], sorted[piece + 1]];
    const text = answer.slice(start, end);
    if (breaks.has(start)) paragraph.append(make('span', { class: 'item-break' }));
    if (markers.has(start)) paragraph.append(renderMarker(text, cardId));
    else if (marked.some(([from, to]) => from <= start && end <= to)) paragraph.append(make('mark', {}, text));
    else paragraph.append(text);
  }
  return paragraph;
}

function renderMarker(text, cardId) {
  const marker = Number(text.slice(1, -1));
  const button = make('button', { type: 'button', class: 'marker', 'aria-label': word('marker', marker) }, text);
  button.dataset.wordLabel = 'marker';
  button.dataset.value = JSON.stringify(marker);
  button.addEventListener('click', () => showCard(document.getElementById(cardId(marker))));
  return button;
}

function showCard(card) {
  if (!card) return;
  const rest = card.closest('details');
  if (rest) rest.open = true;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: 'nearest' });
}

function renderCards(citations, title, more, open, cardId) {
  const items = citations.map((citation) => renderCard(citation, open, cardId));
  const box = make('section', { class: title }, say(make('h3'), title), make('ol', { class: 'cards' }, ...items.slice(0, CARDS_SHOWN)));
  const rest = items.slice(CARDS_SHOWN);
  if (rest.length) {
    box.append(make('details', { class: 'more' }, say(make('summary'), more, rest.length), make('ol', { class: 'cards' }, ...rest)));
  }
  return box;
}

function renderCard(citation, open, cardId) {
  const { marker, section = [], quote, document_title: title, document_status: status, url } = citation;
  const address = ownAddress(url);
  // A related clause is often quoted by its heading alone: that need not be said twice.
  const heading = section.at(-1) ?? title;
  const isQuoted = quote.replace(/。$/, '') === heading;
  const card = make('li', { class: 'card', id: marker ? cardId(marker) : null, tabindex: '-1', lang: 'zh-CN' });
  card.append(
    make('div', { class: 'card-head' },
      marker ? make('span', { class: 'card-marker' }, `[${marker}]`) : null,
      make('div', {},
        section.length > 1 ? make('div', { class: 'section-path' }, section.slice(0, -1).join(' › ')) : null,
        isQuoted ? null : make('div', { class: 'section' }, heading))),
    make('blockquote', { class: 'quote' }, quote),
    make('div', { class: 'card-foot' },
      make('span', { class: 'document-title' }, section.length ? title : ''),
      status ? renderStatus(status) : null,
      address ? say(make('a', { class: 'open-source', href: address }), open) : null),
  );
  return card;
}

function renderSuggestions(suggestions, onAsk) {
  return make('section', { class: 'suggestions' }, say(make('h3'), 'suggestions'),
    make('ul', { class: 'chips' }, ...suggestions.map((question) => make('li', {}, renderChip(question, onAsk)))));
}

/** A question to tap. */
export function renderChip(question, onAsk) {
  const chip = make('button', { type: 'button', class: 'chip', lang: /[㐀-鿿]/.test(question) ? 'zh-CN' : 'en' }, question);
  chip.addEventListener('click', () => onAsk(question));
  return chip;
}

function renderCopy(reply) {
  const button = say(make('button', { type: 'button', class: 'quiet copy' }), 'copy');
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(copyText(reply));
      say(button, 'copied');
    } catch {
      say(button, 'copyFailed'); // the browser may forbid it
    }
    setTimeout(() => say(button, 'copy'), 2500);
  });
  return button;
}

/** The reply as plain text; what must be known about it (AI-generated, a draft) travels along. */
function copyText(reply) {
  const sources = reply.citations.map(({ marker, document_title: title, section, quote, url }) =>
    `[${marker}] 《${title}》${section.map((part) => ` ${part}`).join('')}：${quote}\n${ownAddress(url) ?? ''}`);
  const label = reply.method === 'generated' ? [word('generated')] : [];
  return [reply.question, ...label, reply.answer, ...(reply.notices ?? []), ...sources].join('\n\n');
}

/** The reply as one would read it aloud: no markers, the notices after the answer. */
export function spokenText(reply) {
  const outcome = hasWord(`outcome_${reply.outcome}`) ? `${word(`outcome_${reply.outcome}`)}. ` : '';
  return [outcome + reply.answer.replaceAll(/\[\d{1,2}\]/g, ''), ...(reply.notices ?? [])].join(' ');
}
