// How one reply looks: the answer with its markers and highlights, notices, sources, related clauses, suggestions.

import { copyText } from './clipboard.js';
import { utf16Offsets } from './codepoints.js';
import { digest } from './digest.js';
import { make, ownAddress } from './dom.js';
import { givePeek } from './peek.js';
import { renderStatus } from './status.js';
import { hasWord } from './words.js';

/**
 * @typedef {import('./src/contract').Reply} Reply
 * @typedef {import('./src/contract').Citation} Citation
 * @typedef {import('./words.js').Words} Words
 *
 * @typedef {object} Surroundings where a reply is shown
 * @property {Words} words
 * @property {URL} base of the service
 * @property {boolean} [elsewhere] on another site's page: sources open in a tab of their own
 * @property {(question: string) => void} [onAsk] called when a suggestion is tapped; without it there are none
 * @property {HTMLElement} [feedback] stands beside what one can do with the reply
 */

/** Cards shown before the rest is folded away. */
const CARDS_SHOWN = 3;
/** From so many cited items on, each item of a list stands on its own line. */
const LIST_ITEMS = 3;
/** “体育评价”[1]；第16项… */
const ITEM_END = /\][；;]\s*/g;
/** 市教育局负责的任务共20项：第1项… */
const LIST_INTRO = /^[^：:“"]*[：:]\s*/;

const MARKER = /\[(\d{1,2})\]/g;
const CITED = { title: 'sources', more: 'moreSources', open: 'openSource' };
const RELATED = { title: 'related', more: 'moreRelated', open: 'openClause' };

/**
 * The answer's text while it is still arriving.
 * @param {string} text
 * @param {boolean} generated
 * @param {Words} words
 */
export function renderArriving(text, generated, words) {
  return make('div', { class: 'arriving' }, generated && renderLabel(words), make('p', { class: 'answer' }, text));
}

/**
 * A whole reply.
 * @param {Reply} reply
 * @param {Surroundings} around
 */
export function renderReply(reply, around) {
  const { words, onAsk } = around;
  /** @type {Map<number, HTMLElement>} */
  const cards = new Map();
  const body = make('div', { class: `reply reply-${reply.outcome}`, lang: reply.language === 'en' ? 'en' : 'zh-CN' });
  if (hasWord(`outcome_${reply.outcome}`)) body.append(words.say(make('p', { class: 'outcome' }), `outcome_${reply.outcome}`));
  if (reply.method === 'generated') body.append(renderLabel(words));
  body.append(renderAnswer(reply, cards, body, words));
  for (const notice of reply.notices ?? []) body.append(make('p', { class: 'notice' }, notice));
  if (reply.citations?.length) body.append(renderCards(reply.citations, CITED, cards, around));
  if (reply.related?.length) body.append(renderCards(reply.related, RELATED, cards, around));
  if (onAsk && reply.suggestions?.length) body.append(renderSuggestions(reply.suggestions, onAsk, words));
  body.append(make('div', { class: 'reply-actions' }, reply.citations?.length ? renderCopy(reply, around) : null, around.feedback));
  return body;
}

/** @param {Words} words */
function renderLabel(words) {
  return words.say(make('p', { class: 'generated' }), 'generated');
}

/**
 * @param {Reply} reply
 * @param {Map<number, HTMLElement>} cards
 * @param {HTMLElement} body
 * @param {Words} words
 */
function renderAnswer({ answer, highlights = [], citations = [] }, cards, body, words) {
  const offset = utf16Offsets(answer);
  const marked = highlights
    .map(({ start, end }) => ({ start: offset(start) ?? 0, end: offset(end) ?? 0 }))
    .filter(({ start, end }) => start < end);
  /** @type {Map<number, { text: string, citation: Citation }>} */
  const markers = new Map();
  for (const found of answer.matchAll(MARKER)) {
    const citation = citations.find(({ marker }) => marker === Number(found[1]));
    if (citation) markers.set(found.index ?? 0, { text: found[0], citation });
  }
  const breaks = lineBreaks(answer, Math.min(...markers.keys()));
  const cuts = new Set([0, answer.length, ...breaks]);
  for (const { start, end } of marked) cuts.add(start).add(end);
  for (const [at, { text }] of markers) cuts.add(at).add(at + text.length);

  const paragraph = make('p', { class: 'answer' });
  const sorted = Array.from(cuts).sort((a, b) => a - b);
  for (let piece = 0; piece + 1 < sorted.length; piece += 1) {
    const [start, end] = [sorted[piece], sorted[piece + 1]];
    const text = answer.slice(start, end);
    const marker = markers.get(start);
    if (breaks.has(start)) paragraph.append(make('span', { class: 'item-break' }));
    if (marker) paragraph.append(renderMarker(marker, cards, body, words));
    else if (marked.some((range) => range.start <= start && end <= range.end)) paragraph.append(make('mark', {}, text));
    else paragraph.append(text);
  }
  return paragraph;
}

/**
 * Where an answer that lists several cited items starts its lines.
 * @param {string} answer
 * @param {number} firstMarker
 */
function lineBreaks(answer, firstMarker) {
  const itemEnds = Array.from(answer.matchAll(ITEM_END), (found) => (found.index ?? 0) + found[0].length);
  if (itemEnds.length + 1 < LIST_ITEMS) return new Set(/** @type {number[]} */ ([]));
  const intro = LIST_INTRO.exec(answer.slice(0, firstMarker));
  return new Set([...itemEnds, ...(intro ? [intro[0].length] : [])]);
}

/**
 * @param {{ text: string, citation: Citation }} marker
 * @param {Map<number, HTMLElement>} cards
 * @param {HTMLElement} body
 * @param {Words} words
 */
function renderMarker({ text, citation }, cards, body, words) {
  const number = citation.marker ?? 0;
  const button = make('button', { type: 'button', class: 'marker', 'aria-label': words.word('marker', number) }, text);
  button.dataset.wordLabel = 'marker';
  button.dataset.value = JSON.stringify(number);
  button.addEventListener('click', () => showCard(cards.get(number)));
  givePeek(button, body, () => renderPeek(citation, words));
  return button;
}

/**
 * @param {Citation} citation
 * @param {Words} words
 */
function renderPeek({ section, quote, document_title: title, document_status: status }, words) {
  const path = make('span', { class: 'section-path' }, [title, ...section].join(' › '), ' ', status ? renderStatus(status, words) : null);
  return [path, make('span', { class: 'quote' }, quote)];
}

/** @param {HTMLElement | undefined} card */
function showCard(card) {
  if (!card) return;
  const rest = card.closest('details');
  if (rest) rest.open = true;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: 'nearest' });
}

/**
 * @param {Citation[]} citations
 * @param {{ title: string, more: string, open: string }} saying keys of words
 * @param {Map<number, HTMLElement>} cards gets those that have a marker
 * @param {Surroundings} around
 */
function renderCards(citations, { title, more, open }, cards, around) {
  const { words } = around;
  const items = citations.map((citation) => {
    const card = renderCard(citation, open, around);
    if (citation.marker) cards.set(citation.marker, card);
    return card;
  });
  const box = make('section', { class: title }, words.say(make('h3'), title), make('ol', { class: 'cards' }, ...items.slice(0, CARDS_SHOWN)));
  const rest = items.slice(CARDS_SHOWN);
  if (rest.length) {
    box.append(make('details', { class: 'more' }, words.say(make('summary'), more, rest.length), make('ol', { class: 'cards' }, ...rest)));
  }
  return box;
}

/**
 * @param {Citation} citation
 * @param {string} open a word
 * @param {Surroundings} around
 */
function renderCard(citation, open, { words, base, elsewhere }) {
  const { marker, section = [], quote, document_title: title, document_status: status, url } = citation;
  const address = permanentAddress(url, quote, base);
  // A related clause is often quoted by its heading alone: that need not be said twice.
  const heading = section[section.length - 1] ?? title;
  const isQuoted = quote.replace(/。$/, '') === heading;
  const card = make('li', { class: 'card', tabindex: '-1', lang: 'zh-CN' });
  card.append(
    make('div', { class: 'card-head' },
      marker ? make('span', { class: 'card-marker' }, `[${marker}]`) : null,
      make('div', {},
        section.length > 1 ? make('div', { class: 'section-path' }, section.slice(0, -1).join(' › ')) : null,
        isQuoted ? null : make('div', { class: 'section' }, heading))),
    make('blockquote', { class: 'quote' }, quote),
    make('div', { class: 'card-foot' },
      make('span', { class: 'document-title' }, section.length ? title : ''),
      status ? renderStatus(status, words) : null,
      address ? words.say(make('a', { class: 'open-source', href: address, ...(elsewhere ? { target: '_blank', rel: 'noopener' } : {}) }), open) : null),
  );
  return card;
}

/**
 * The address of a quote, by which the reader can tell that the document has changed since.
 * @param {string} url
 * @param {string} quote
 * @param {URL} base
 */
function permanentAddress(url, quote, base) {
  const address = ownAddress(url, base);
  return address && /#c\d+-\d+$/.test(address) ? `${address}~${digest(quote)}` : address;
}

/**
 * @param {string[]} suggestions
 * @param {(question: string) => void} onAsk
 * @param {Words} words
 */
function renderSuggestions(suggestions, onAsk, words) {
  return make('section', { class: 'suggestions' }, words.say(make('h3'), 'suggestions'),
    make('ul', { class: 'chips' }, ...suggestions.map((question) => make('li', {}, renderChip(question, onAsk)))));
}

/**
 * A question to tap.
 * @param {string} question
 * @param {(question: string) => void} onAsk
 */
export function renderChip(question, onAsk) {
  const chip = make('button', { type: 'button', class: 'chip', lang: /[㐀-鿿]/.test(question) ? 'zh-CN' : 'en' }, question);
  chip.addEventListener('click', () => onAsk(question));
  return chip;
}

/**
 * @param {Reply} reply
 * @param {Surroundings} around
 */
function renderCopy(reply, { words, base }) {
  const button = words.say(make('button', { type: 'button', class: 'quiet copy' }), 'copy');
  button.addEventListener('click', async () => {
    words.say(button, (await copyText(asText(reply, words, base))) ? 'copied' : 'copyFailed');
    setTimeout(() => words.say(button, 'copy'), 2500);
  });
  return button;
}

/**
 * The reply as plain text; what must be known about it (AI-generated, a draft) travels along.
 * @param {Reply} reply
 * @param {Words} words
 * @param {URL} base
 */
function asText(reply, words, base) {
  const sources = reply.citations.map(({ marker, document_title: title, document_status: status, section, quote, url }) => {
    const known = status && hasWord(`status_${status}`) ? words.word('inBrackets', words.word(`status_${status}`)) : '';
    return `[${marker}] 《${title}》${known}${section.map((part) => ` ${part}`).join('')}${words.word('colon')}${quote}\n${permanentAddress(url, quote, base) ?? ''}`;
  });
  const label = reply.method === 'generated' ? [words.word('generated')] : [];
  return [reply.question, ...label, reply.answer, ...(reply.notices ?? []), `${words.word('provenance')}\n${sources.join('\n')}`].join('\n\n');
}

/**
 * The reply as one would read it aloud: no markers, the notices after the answer.
 * @param {Reply} reply
 * @param {Words} words
 */
export function spokenText(reply, words) {
  const outcome = hasWord(`outcome_${reply.outcome}`) ? `${words.word(`outcome_${reply.outcome}`)}. ` : '';
  return [outcome + reply.answer.replace(MARKER, ''), ...(reply.notices ?? [])].join(' ');
}
