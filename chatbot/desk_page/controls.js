// What every view is made of: headings, badges, times, buttons that work and say how that went.

import { make } from '../dom.js';
import { hasWord, say } from '../words.js';
import { Refused } from './service.js';

/** Words as people or documents wrote them: in a direction of their own, so that they turn nothing around them. */
export function quoted(text, tag = 'span', attributes = {}) {
  return make(tag, { ...attributes, class: `said ${attributes.class ?? ''}`.trim(), dir: 'auto' }, text);
}

/** An element that says a word; `attributes` as `make` has them. */
export function spoken(tag, key, value, attributes = {}) {
  return say(make(tag, attributes), key, value);
}

/** The heading of a view. */
export function heading(key, value) {
  return spoken('h2', key, value, { tabindex: '-1' });
}

/** `state` of a kind of thing as a badge: `badge('topic', 'open')` says `topic_open`, or the state where no word is known. */
export function badge(kind, state) {
  const element = make('span', { class: `badge ${kind}-${state}` });
  return hasWord(`${kind}_${state}`) ? say(element, `${kind}_${state}`) : quoted(state, 'span', { class: 'badge' });
}

/** A moment, in the reader's own time zone. */
export function moment(iso) {
  return spoken('time', 'moment', iso, { datetime: iso });
}

/** A figure with its name, for a list of them. */
export function figure(key, value, word = 'number') {
  return make('div', { class: 'figure' }, spoken('dt', key), spoken('dd', word, value));
}

/** Milliseconds for which something told stands there. */
const TOLD_MS = 10_000;

let tellings = 0;

/** Says in the page's live region how something went, for a while. */
export function tell(key, value) {
  say(document.getElementById('told'), key, value);
  tellings += 1;
  const telling = tellings;
  setTimeout(() => {
    if (telling === tellings) hush();
  }, TOLD_MS);
}

/** Takes back what was told last. */
export function hush() {
  const told = document.getElementById('told');
  delete told.dataset.word;
  told.textContent = '';
}

/** Why something failed, for people: our word for it, and the service's own. */
export function renderProblem(error) {
  if (!(error instanceof Refused)) throw error;
  const key = hasWord(`refused_${error.status}`) ? `refused_${error.status}` : 'refused_other';
  const details = [error.said, [401, 403].includes(error.status) ? '' : error.hint].filter(Boolean).join(' · ');
  return make('div', { class: 'problem', role: 'alert' }, spoken('span', key), ' ',
    details ? quoted(details, 'span', { class: 'details', lang: 'en' }) : null);
}

/** A button that is off while `work()` runs; what it throws is shown behind `around`, or the button. */
export function action(key, work, { className = 'quiet', around = null } = {}) {
  const button = spoken('button', key, undefined, { type: 'button', class: className });
  button.addEventListener('click', () => busy(button, work, around ?? button));
  return button;
}

/** Runs `work()` with `button` off; a refusal is shown after `place`. */
export async function busy(button, work, place) {
  if (place.nextElementSibling?.matches('.problem')) place.nextElementSibling.remove();
  button.disabled = true;
  try {
    return await work();
  } catch (error) {
    place.after(renderProblem(error));
    if (error.status === 401) window.dispatchEvent(new Event('keyrefused'));
    return undefined;
  } finally {
    button.disabled = false;
  }
}

/** Asks before something that cannot be undone; resolves to whether it is wanted. `name` is what it is done to. */
export function confirmed(key, name) {
  const dialog = make('dialog', { class: 'dialog', 'aria-labelledby': 'dialog-title' },
    make('form', { method: 'dialog' },
      spoken('h2', key, undefined, { id: 'dialog-title' }),
      quoted(name, 'p'),
      make('div', { class: 'actions' },
        spoken('button', 'cancel', undefined, { value: 'no', class: 'quiet' }),
        spoken('button', 'remove', undefined, { value: 'yes', class: 'primary dangerous' }))));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((done) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      done(dialog.returnValue === 'yes');
    });
  });
}

/** Saves a Blob under a name. */
export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  make('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
