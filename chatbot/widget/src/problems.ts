// What went wrong, what to do about it, and that nothing typed is lost.

import { fill, make } from '../dom.js';
import type { Words } from '../words.js';
import type { Problem } from './stream';

/** A word for each kind of trouble; other kinds are the service's own. */
const SAYINGS: Record<string, string> = {
  400: 'problem_422',
  413: 'problem_422',
  422: 'problem_422',
  401: 'problem_401',
  403: 'problem_401',
  429: 'problem_429',
  503: 'problem_503',
  offline: 'problem_offline',
  gone: 'problem_gone',
  origin: 'problem_origin',
};
/** Trying the same again would fail the same way. */
const FINAL = ['problem_422', 'problem_401', 'problem_origin'];

export class Problems {
  readonly box: HTMLElement;
  /** Said while the browser has no network, whether or not anything was asked. */
  readonly offline: HTMLElement;
  private counting: number | undefined;

  constructor(private readonly words: Words) {
    this.box = make('div', { id: 'problem', class: 'problem', role: 'alert', hidden: true });
    this.offline = words.say(make('p', { class: 'problem', id: 'offline', role: 'status', hidden: navigator.onLine }), 'offline');
    for (const kind of ['online', 'offline']) {
      window.addEventListener(kind, () => {
        this.offline.hidden = navigator.onLine;
      });
    }
  }

  /** Tells of `problem`; `retry` asks again, by a button and, where waiting is all it takes, when the wait is over. */
  tell(problem: Problem, retry: () => void): void {
    const key = SAYINGS[problem.kind] ?? 'problem_server';
    const saying = this.words.say(make('span'), key, key === 'problem_429' ? problem.seconds : undefined);
    this.show(saying, FINAL.includes(key) ? null : retry);
    if (key === 'problem_429' && problem.seconds) this.count(saying, problem.seconds);
  }

  tooLong(length: number): void {
    this.show(this.words.say(make('span'), 'tooLong', length), null);
  }

  hide(): void {
    window.clearInterval(this.counting);
    this.box.removeAttribute('aria-live');
    this.box.hidden = true;
    fill(this.box);
  }

  private show(saying: HTMLElement, retry: (() => void) | null): void {
    this.hide();
    fill(this.box, saying, ' ', this.words.say(make('span'), 'kept'));
    if (retry) {
      const button = this.words.say(make('button', { type: 'button', class: 'quiet' }), 'retry');
      button.addEventListener('click', retry);
      this.box.append(' ', button);
    }
    this.box.hidden = false;
  }

  /** Counts down to when asking is welcome again, aloud only at the start and the end. */
  private count(saying: HTMLElement, seconds: number): void {
    const end = Date.now() + seconds * 1000;
    this.counting = window.setInterval(() => {
      const left = Math.ceil((end - Date.now()) / 1000);
      this.box.setAttribute('aria-live', left > 0 ? 'off' : 'assertive');
      if (left > 0) this.words.say(saying, 'problem_429', left);
      else {
        this.words.say(saying, 'askAgainNow');
        window.clearInterval(this.counting);
      }
    }, 1000);
  }
}
