// Writing a curated answer: statements, each with the places it rests on.

import { make } from '../dom.js';
import { busy, quoted, spoken } from './controls.js';
import { renderPicker } from './evidence.js';

/** `found` are passages to pick from; `send({question, language, statements})` keeps the answer. */
export function renderAnswerForm({ question, language, found, send }) {
  const list = make('ol', { class: 'rows statements' });
  const statements = [];
  let current;

  const choose = (statement) => {
    current = statement;
    for (const { item } of statements) item.classList.toggle('chosen', statements.length > 1 && item === statement.item);
  };
  const add = () => {
    const id = `statement-${statements.length + 1}`;
    const text = make('textarea', { id, rows: '3', maxlength: '2000' });
    const quotes = make('ul', { class: 'quotes' });
    const item = make('li', { class: 'row' }, spoken('label', 'statement', statements.length + 1, { for: id }), text, quotes);
    const statement = { text, quotes, item, evidence: [] };
    text.addEventListener('focus', () => choose(statement));
    statements.push(statement);
    list.append(item);
    choose(statement);
    showQuotes(statement);
    return statement;
  };
  const pick = (place) => {
    const same = (other) => other.document_id === place.document_id && other.start === place.start && other.end === place.end;
    if (current.evidence.some(same)) return;
    current.evidence.push(place);
    showQuotes(current);
    current.quotes.lastElementChild.scrollIntoView({ block: 'nearest' });
  };
  const button = spoken('button', 'keepAnswer', undefined, { class: 'primary' });
  const more = spoken('button', 'addStatement', undefined, { type: 'button', class: 'quiet' });
  more.addEventListener('click', () => add().text.focus());
  const missing = spoken('p', 'statementIncomplete', undefined, { class: 'problem', role: 'alert', hidden: true });
  const form = make('form', { class: 'stack answer-form' }, list, missing, make('div', { class: 'actions' }, button, more));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const written = statements.filter(({ text, evidence }) => text.value.trim() || evidence.length);
    const incomplete = written.find(({ text, evidence }) => !text.value.trim() || !evidence.length);
    missing.hidden = written.length > 0 && !incomplete;
    if (!missing.hidden) {
      (incomplete ?? statements[0]).text.focus();
      return;
    }
    busy(button, () => send({
      question, language,
      statements: written.map(({ text, evidence }) => ({
        text: text.value.trim(), evidence: evidence.map(({ document_id, start, end }) => ({ document_id, start, end })),
      })),
    }), form);
  });
  add();
  return make('div', { class: 'stack' }, form, renderPicker(found, pick));
}

function showQuotes(statement) {
  const { evidence, quotes } = statement;
  quotes.replaceChildren(...evidence.map((place) => {
    const drop = spoken('button', 'dropQuote', undefined, { type: 'button', class: 'quiet' });
    drop.addEventListener('click', () => {
      evidence.splice(evidence.indexOf(place), 1);
      showQuotes(statement);
      statement.text.focus();
    });
    return make('li', {}, quoted(place.quote, 'blockquote', { class: 'quote', lang: 'zh-CN' }),
      make('div', { class: 'hint spread' }, quoted(place.document_title), drop));
  }));
  if (!evidence.length) quotes.append(spoken('li', 'noQuotes', undefined, { class: 'hint' }));
}
