// The box to ask in: Enter sends, unless an input method is composing; a button sends, and stops while an answer is awaited.

import { make } from '../dom.js';
import type { Words } from '../words.js';

export interface Sending {
  send(question: string): void;
  stop(): void;
  /** Something was typed. */
  changed(draft: string): void;
}

export class Composer {
  readonly form: HTMLFormElement;
  private readonly box: HTMLTextAreaElement;
  private readonly button: HTMLButtonElement;
  private busy = false;

  constructor(private readonly words: Words, private readonly sending: Sending) {
    this.box = make('textarea', { id: 'question', rows: 1, autocomplete: 'off', enterkeyhint: 'send', 'aria-describedby': 'fine-print' });
    this.box.dataset.wordPlaceholder = 'placeholder';
    this.button = make('button', { id: 'send', class: 'primary' });
    const label = words.say(make('label', { class: 'for-screen-readers', for: 'question' }), 'question');
    this.form = make('form', { id: 'form' }, label, this.box, this.button);
    this.setBusy(false);

    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.submit();
    });
    this.button.addEventListener('click', (event) => {
      if (!this.busy) return;
      event.preventDefault();
      sending.stop();
    });
    this.box.addEventListener('input', () => {
      this.resize();
      sending.changed(this.box.value);
    });
    this.box.addEventListener('keydown', (event) => {
      // Safari reports the Enter that ends a composition only by key code 229.
      const composing = event.isComposing || event.keyCode === 229;
      if (composing) event.stopPropagation(); // its Escape closes the candidates, not the panel
      if (event.key !== 'Enter' || event.shiftKey || composing) return;
      event.preventDefault();
      this.submit();
    });
  }

  get value(): string {
    return this.box.value;
  }

  set value(text: string) {
    this.box.value = text;
    this.resize();
    this.sending.changed(text);
  }

  setBusy(busy: boolean): void {
    this.busy = busy;
    this.words.say(this.button, busy ? 'stop' : 'send');
    this.button.classList.toggle('stopping', busy);
  }

  focus(): void {
    this.box.focus();
  }

  /** Grows with what is typed; also to be called once the box is on the page. */
  resize(): void {
    this.box.style.height = 'auto';
    if (this.box.scrollHeight) this.box.style.height = `${this.box.scrollHeight + 2}px`;
  }

  private submit(): void {
    if (this.busy) return;
    const question = this.box.value;
    this.value = '';
    // On a phone the keyboard would cover the answer.
    if (window.matchMedia('(pointer: coarse)').matches) this.box.blur();
    this.sending.send(question);
  }
}
