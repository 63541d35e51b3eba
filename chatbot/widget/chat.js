// The chat page: what is covered, a conversation, and a box to ask in.

import { codePoints } from './codepoints.js';
import { BASE, make, ownAddress } from './dom.js';
import { renderArriving, renderChip, renderReply, spokenText } from './reply.js';
import { renderStatus } from './status.js';
import { ask, Problem } from './stream.js';
import { language, say, startLanguages, word } from './words.js';

const LONGEST_QUESTION = 1000;
const TURNS_SENT = 20;
/** Characters of an earlier answer that a follow-up can build on. */
const ANSWER_SENT = 4000;
const KEPT_AS = 'reformqa-conversation';
/** Questions that the bundled documents answer; shown only while the document is served. */
const STARTERS = [
  { document: 'jinan-2024', zh: '第15项任务由哪些单位负责？', en: 'Which units are responsible for task 15?' },
  { document: 'jinan-2024', zh: '幼儿园评价重点看什么？', en: 'Which tasks does the Sports Bureau share?' },
  { document: 'xx-reform-plan', zh: '到2025年要新增多少学位？', en: 'How many school places will be added by 2025?' },
];
const STARTERS_OF_ANY_REGISTER = [{ zh: '第1项任务由哪些单位负责？', en: 'Which units are responsible for task 1?' }];

const at = (id) => document.getElementById(id);
const input = at('question');
const send = at('send');
const turns = at('turns');

/** The conversation of this tab: {question, reply}, oldest first. */
let conversation = restore();
/** The documents served, or null until they are known. */
let documents = null;
/** Tells this page from others behind the same address, and from itself on the next visit: it is kept nowhere. */
const session = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
/** The AbortController of the question under way. */
let asking = null;

async function submit(question) {
  question = question.trim();
  if (!question || asking) return;
  const length = codePoints(question);
  if (length > LONGEST_QUESTION) {
    showProblem('tooLong', length, null);
    input.value = question;
    return;
  }
  hideProblem();
  asking = new AbortController();
  const turn = addTurn(question);
  setAsking(true);
  at('spoken').textContent = word('searching');
  let text = '';
  const body = {
    question,
    session_id: session,
    history: conversation.slice(-TURNS_SENT).map((past) => ({
      question: past.question,
      answer: Array.from(past.reply.answer).slice(0, ANSWER_SENT).join(''),
    })),
  };
  const follow = follower(turn);
  try {
    const reply = await ask(body, {
      signal: asking.signal,
      onText: (piece) => {
        text += piece;
        turn.lastElementChild.replaceChildren(renderArriving(text));
        follow();
      },
    });
    turn.lastElementChild.replaceChildren(renderReply(reply, submit));
    turn.removeAttribute('aria-busy');
    conversation.push({ question, reply });
    keep();
    follow();
    at('spoken').textContent = spokenText(reply);
  } catch (error) {
    turn.remove();
    at('spoken').textContent = '';
    if (!input.value) input.value = question;
    resize();
    if (error.name !== 'AbortError') failed(error, question);
    if (!(error instanceof Problem) && error.name !== 'AbortError') throw error;
  } finally {
    asking = null;
    setAsking(false);
  }
}

function addTurn(question) {
  const asked = make('p', { class: 'asked' }, say(make('span', { class: 'for-screen-readers' }), 'you'), make('span', { class: 'asked-text' }, question));
  const waiting = make('div', { class: 'replied' }, make('p', { class: 'searching' }, say(make('span'), 'searching')));
  const turn = make('li', { class: 'turn', 'aria-busy': 'true' }, asked, waiting);
  turns.append(turn);
  follower(turn)();
  return turn;
}

/** Keeps the end of `turn` in view, but never past its question, until the reader scrolls on their own. */
function follower(turn) {
  const before = window.scrollY;
  let own = false;
  const stop = () => { own = true; };
  for (const kind of ['wheel', 'touchmove']) window.addEventListener(kind, stop, { once: true, passive: true });
  return () => {
    if (own) return;
    const room = window.innerHeight - document.querySelector('.composer').offsetHeight;
    const box = turn.getBoundingClientRect();
    const top = window.scrollY + box.top - 12;
    const bottom = window.scrollY + box.bottom - room + 12;
    window.scrollTo({ top: Math.min(top, Math.max(bottom, before)) });
  };
}

function failed(error, question) {
  const { kind = 'server', seconds = null } = error;
  const key = [422, 413, 400].includes(kind) ? 'problem_422'
    : [401, 403].includes(kind) ? 'problem_401'
    : kind === 429 ? 'problem_429'
    : kind === 503 ? 'problem_503'
    : ['offline', 'gone'].includes(kind) ? `problem_${kind}` : 'problem_server';
  showProblem(key, seconds ?? undefined, key === 'problem_422' ? null : question);
}

function showProblem(key, value, question) {
  const box = at('problem');
  box.replaceChildren(say(make('span'), key, value), ' ', say(make('span'), 'kept'));
  if (question) {
    const retry = say(make('button', { type: 'button', class: 'quiet' }), 'retry');
    retry.addEventListener('click', () => {
      if (input.value.trim() === question) input.value = '';
      submit(question);
    });
    box.append(' ', retry);
  }
  box.hidden = false;
}

function hideProblem() {
  at('problem').hidden = true;
  at('problem').replaceChildren();
}

function setAsking(busy) {
  say(send, busy ? 'stop' : 'send');
  send.type = busy ? 'button' : 'submit';
  send.classList.toggle('stopping', busy);
  at('clear').hidden = busy || conversation.length === 0;
  for (const chip of document.querySelectorAll('.chip')) chip.disabled = busy;
}

function submitTyped() {
  if (asking) return;
  const question = input.value;
  input.value = '';
  resize();
  // On a phone the keyboard would cover the answer.
  if (window.matchMedia('(pointer: coarse)').matches) input.blur();
  submit(question);
}

function resize() {
  input.style.height = 'auto';
  input.style.height = `${input.scrollHeight + 2}px`;
}

function restore() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT_AS) ?? '[]');
    return Array.isArray(kept) ? kept.filter((turn) => typeof turn?.reply?.answer === 'string') : [];
  } catch {
    return []; // storage is off, or holds what is not ours
  }
}

/** Keeps the conversation in this tab, so that it is still there on coming back from a document. */
function keep() {
  try {
    sessionStorage.setItem(KEPT_AS, JSON.stringify(conversation.slice(-TURNS_SENT)));
  } catch {
    // storage is off or full: the conversation lives as long as the page
  }
}

async function loadDocuments() {
  try {
    const response = await fetch(new URL('api/documents', BASE), { headers: { Accept: 'application/json' } });
    if (!response.ok) throw new Problem(response.status);
    documents = (await response.json()).documents.filter((row) => row.published !== false);
  } catch {
    at('documents').replaceChildren(say(make('li', { class: 'hint' }), 'documentsFailed'));
    return;
  }
  renderDocuments();
  renderStarters();
}

function renderDocuments() {
  if (!documents) return;
  const rows = documents.map((row) => make('li', { class: 'document' },
    make('div', {},
      make('a', { href: ownAddress(row.url), lang: 'zh-CN' }, row.title), ' ', renderStatus(row.status)),
    language() === 'en' && row.title_en ? make('div', { class: 'title-en', lang: 'en' }, row.title_en) : null,
    make('div', { class: 'hint' },
      row.issuer ? make('span', { lang: 'zh-CN' }, row.issuer) : say(make('span'), 'noIssuer'), ' · ',
      row.date ? make('time', { datetime: row.date }, row.date) : say(make('span'), 'noDate'))));
  at('documents').replaceChildren(...(rows.length ? rows : [say(make('li', { class: 'hint' }), 'noDocuments')]));
}

function renderStarters() {
  if (!documents) return;
  const served = new Set(documents.map((row) => row.id));
  let starters = STARTERS.filter((starter) => served.has(starter.document));
  if (!starters.length && documents.some((row) => row.tasks > 0)) starters = STARTERS_OF_ANY_REGISTER;
  const [own, other] = language() === 'zh' ? ['zh', 'en'] : ['en', 'zh'];
  const questions = [...starters.map((starter) => starter[own]), ...starters.slice(0, 2).map((starter) => starter[other])];
  at('starters').replaceChildren(...questions.map((question) => make('li', {}, renderChip(question, submit))));
  at('starters-box').hidden = !questions.length;
}

async function loadContact() {
  try {
    const response = await fetch(new URL('api/info', BASE));
    const { contact } = response.ok ? await response.json() : {};
    if (contact) say(at('contact'), 'contact', contact);
  } catch {
    // the fine print is complete without it
  }
}

at('form').addEventListener('submit', (event) => {
  event.preventDefault();
  submitTyped();
});
send.addEventListener('click', () => asking?.abort());
input.addEventListener('input', resize);
input.addEventListener('keydown', (event) => {
  // Safari reports the Enter that ends a composition only by key code 229.
  const composing = event.isComposing || event.keyCode === 229;
  if (event.key !== 'Enter' || event.shiftKey || composing) return;
  event.preventDefault();
  submitTyped();
});
at('clear').addEventListener('click', () => {
  conversation = [];
  keep();
  turns.replaceChildren();
  hideProblem();
  at('clear').hidden = true;
  at('spoken').textContent = '';
  input.focus();
});

startLanguages(at('language'), () => {
  document.title = word('title');
  renderDocuments();
  renderStarters();
});
for (const { question, reply } of conversation) {
  const turn = addTurn(question);
  turn.removeAttribute('aria-busy');
  turn.lastElementChild.replaceChildren(renderReply(reply, submit));
}
setAsking(false);
if (conversation.length) turns.lastElementChild.scrollIntoView({ block: 'start' });
loadDocuments();
loadContact();
