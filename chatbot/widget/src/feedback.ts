// Whether an answer helped, and what was wrong with it if it did not.

import { fill, make } from '../dom.js';
import type { Words } from '../words.js';
import { rate, type Feedback } from './service';

const REASONS = ['reasonOffTopic', 'reasonWrong', 'reasonIncomplete', 'reasonUnclear'];
const LONGEST_COMMENT = 1000;

/** Thumbs for the answer `answerId` of the service at `base`. */
export function renderFeedback(answerId: string, base: URL, words: Words): HTMLElement {
  const told = make('span', { class: 'hint', role: 'status' });
  const details = make('div', { class: 'feedback-details' });
  const thumbs = {
    up: words.say(make('button', { type: 'button', class: 'quiet thumb', 'aria-pressed': 'false' }), 'helped'),
    down: words.say(make('button', { type: 'button', class: 'quiet thumb', 'aria-pressed': 'false' }), 'didNotHelp'),
  };

  const send = async (rating: Feedback['rating'], comment: string, thanks: string): Promise<boolean> => {
    try {
      await rate(base, { answer_id: answerId, rating, ...(comment ? { comment } : {}) });
    } catch {
      words.say(told, 'feedbackFailed');
      return false;
    }
    thumbs.up.setAttribute('aria-pressed', String(rating === 'up'));
    thumbs.down.setAttribute('aria-pressed', String(rating === 'down'));
    words.say(told, thanks);
    return true;
  };

  thumbs.up.addEventListener('click', () => {
    fill(details);
    void send('up', '', 'thanks');
  });
  thumbs.down.addEventListener('click', async () => {
    // The rating counts even if no reason is given.
    if (!(await send('down', '', 'sayWhy'))) return;
    const form = renderReasons(words, async (comment) => {
      if (!(await send('down', comment, 'thanks'))) return;
      fill(details);
      thumbs.down.focus();
    });
    fill(details, form);
    form.querySelector('input')?.focus({ preventScroll: true });
    form.scrollIntoView({ block: 'nearest' });
  });
  return make('div', { class: 'feedback' }, make('div', { class: 'feedback-line' }, thumbs.up, thumbs.down, told), details);
}

function renderReasons(words: Words, send: (comment: string) => void): HTMLFormElement {
  const choices = REASONS.map((reason) => {
    const box = make('input', { type: 'checkbox', value: reason });
    return make('label', { class: 'reason' }, box, words.say(make('span'), reason));
  });
  const note = make('textarea', { class: 'note', rows: 2, maxlength: LONGEST_COMMENT });
  const form = make('form', { class: 'reasons' },
    make('fieldset', {}, words.say(make('legend'), 'whatWasWrong'), ...choices),
    make('label', { class: 'note-label' }, words.say(make('span'), 'more'), note),
    words.say(make('button', { class: 'primary' }), 'sendFeedback'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const chosen = Array.from(form.querySelectorAll<HTMLInputElement>('input:checked'), (box) => words.word(box.value));
    send([...chosen, note.value.trim()].filter(Boolean).join('；'));
  });
  return form;
}
