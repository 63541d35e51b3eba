// A conversation: questions go out, replies come in, and what is on the page can be heard, stopped, retried and cleared.

import { codePoints } from '../codepoints.js';
import { fill, make } from '../dom.js';
import { renderArriving, renderChip, renderReply, spokenText } from '../reply.js';
import type { Words } from '../words.js';
import { Composer } from './composer.js';
import type { Reply } from './contract';
import { renderFeedback } from './feedback.js';
import { newSession, TURNS, type Conversation, type Kept } from './kept.js';
import { Problems } from './problems.js';
import { follow } from './scrolling.js';
import { erase } from './service.js';
import { ask, Problem } from './stream.js';

const LONGEST_QUESTION = 1000;
/** Characters of an earlier answer that a follow-up can build on. */
const ANSWER_SENT = 4000;
/** From here on the wait is spoken of. */
const SLOW_MS = 6_000;

export class Chat {
  /** Everything above the composer: greeting, suggested questions, turns. */
  readonly view: HTMLElement;
  readonly foot: HTMLElement;
  readonly clearing: HTMLButtonElement;
  readonly composer: Composer;
  private readonly greeting = make('p', { id: 'greeting', class: 'greeting' });
  private readonly examples = make('section', { id: 'starters', class: 'suggestions', hidden: true });
  private readonly turns = make('ol', { id: 'turns', class: 'turns' });
  private readonly spoken = make('div', { id: 'spoken', class: 'for-screen-readers', role: 'status', 'aria-live': 'polite' });
  private readonly finePrint = make('p', { id: 'fine-print', class: 'fine-print' });
  private readonly problems: Problems;
  private readonly conversation: Conversation;
  private asking: AbortController | null = null;

  constructor(private readonly words: Words, private readonly base: URL, private readonly kept: Kept) {
    this.conversation = kept.read();
    kept.write(this.conversation); // a session that asks and is left before it is answered can still be cleared
    this.problems = new Problems(words);
    this.composer = new Composer(words, {
      send: (question) => void this.submit(question),
      stop: () => this.asking?.abort(),
      changed: (draft) => {
        kept.draft = draft;
      },
    });
    this.turns.dataset.wordLabel = 'conversation';
    this.clearing = words.say(make('button', { type: 'button', id: 'clear', class: 'quiet' }), 'clear');
    this.clearing.addEventListener('click', () => this.clear());
    this.view = make('div', { class: 'view' }, this.greeting, this.examples, this.turns, this.spoken);
    this.foot = make('div', { class: 'composer' }, this.problems.offline, this.problems.box, this.composer.form, this.finePrint);
    this.finePrint.append(words.say(make('span'), 'finePrint'));

    for (const { question, reply } of this.conversation.turns) this.settle(this.addTurn(question), reply);
    this.composer.value = kept.draft;
    this.setAsking(false);
  }

  greet(text: string): void {
    this.greeting.textContent = text;
    this.greeting.hidden = !text;
  }

  /** Questions to tap before anything is asked. */
  suggest(questions: string[]): void {
    const chips = questions.map((question) => make('li', {}, renderChip(question, this.onAsk)));
    fill(this.examples, this.words.say(make('h3'), 'starters'), make('ul', { class: 'chips' }, ...chips));
    this.setAsking(this.asking !== null);
  }

  contact(text: string): void {
    this.finePrint.append(' ', this.words.say(make('span'), 'contact', text));
  }

  /** On another site's page the documents are a tab away. */
  linkDocuments(): void {
    const link = make('a', { href: this.base.href, target: '_blank', rel: 'noopener' });
    this.finePrint.append(' ', this.words.say(link, 'allDocuments'));
  }

  /** The last turn as it was left. */
  showEnd(): void {
    this.composer.resize();
    this.turns.lastElementChild?.scrollIntoView({ block: 'nearest' });
  }

  private readonly onAsk = (question: string): void => void this.submit(question);

  private async submit(typed: string): Promise<void> {
    const question = typed.trim();
    if (!question || this.asking) return;
    const length = codePoints(question);
    if (length > LONGEST_QUESTION) {
      this.problems.tooLong(length);
      this.composer.value = typed;
      return;
    }
    this.problems.hide();
    this.asking = new AbortController();
    const turn = this.addTurn(question);
    this.setAsking(true);
    this.say('searching');
    const replied = turn.lastElementChild as HTMLElement;
    const keepInView = follow(turn, this.foot);
    keepInView();
    const slow = window.setTimeout(() => {
      this.say('slow');
      replied.append(this.words.say(make('p', { class: 'hint' }), 'slow'));
    }, SLOW_MS);
    let text = '';
    try {
      const { turns, session } = this.conversation;
      const history = turns.slice(-TURNS).map((past) => ({
        question: past.question,
        answer: Array.from(past.reply.answer).slice(0, ANSWER_SENT).join(''),
      }));
      const reply = await ask(this.base, { question, session_id: session, history }, {
        signal: this.asking.signal,
        onText: (piece, generated) => {
          window.clearTimeout(slow);
          text += piece;
          fill(replied, renderArriving(text, generated, this.words));
          keepInView();
        },
      });
      this.settle(turn, reply);
      turns.push({ question, reply });
      this.kept.write(this.conversation);
      this.spoken.textContent = spokenText(reply, this.words);
      keepInView();
    } catch (error) {
      turn.remove();
      // What was typed meanwhile is not overwritten: the question is asked again by the button.
      if (!this.composer.value) this.composer.value = question;
      this.failed(error, question);
    } finally {
      window.clearTimeout(slow);
      this.asking = null;
      this.setAsking(false);
    }
  }

  private failed(error: unknown, question: string): void {
    if (error instanceof Problem) {
      this.spoken.textContent = '';
      this.problems.tell(error, () => {
        if (this.composer.value.trim() === question) this.composer.value = '';
        void this.submit(question);
      });
    } else if ((error as Error).name === 'AbortError') this.say('stopped');
    else throw error;
  }

  private addTurn(question: string): HTMLElement {
    const asked = make('p', { class: 'asked' },
      this.words.say(make('span', { class: 'for-screen-readers' }), 'you'), make('span', { class: 'asked-text' }, question));
    const waiting = make('div', { class: 'replied' }, make('p', { class: 'searching' }, this.words.say(make('span'), 'searching')));
    const turn = make('li', { class: 'turn', 'aria-busy': 'true' }, asked, waiting);
    this.turns.append(turn);
    return turn;
  }

  private settle(turn: HTMLElement, reply: Reply): void {
    const elsewhere = this.base.origin !== location.origin;
    const feedback = reply.id ? renderFeedback(reply.id, this.base, this.words) : undefined;
    const body = renderReply(reply, { words: this.words, base: this.base, elsewhere, onAsk: this.onAsk, feedback });
    fill(turn.lastElementChild as HTMLElement, body);
    turn.removeAttribute('aria-busy');
  }

  private setAsking(busy: boolean): void {
    this.composer.setBusy(busy);
    this.clearing.hidden = busy || this.conversation.turns.length === 0;
    // A reply brings suggestions of its own.
    this.examples.hidden = this.turns.children.length > 0 || !this.examples.querySelector('.chip');
    for (const chip of this.view.querySelectorAll<HTMLButtonElement>('.chip')) chip.disabled = busy;
  }

  private clear(): void {
    const { session } = this.conversation;
    this.conversation.turns = [];
    this.conversation.session = newSession();
    this.kept.write(this.conversation);
    fill(this.turns);
    this.problems.hide();
    this.setAsking(false);
    this.composer.focus();
    erase(this.base, session).then(() => this.say('cleared'), () => this.say('clearedHere'));
  }

  private say(key: string): void {
    this.spoken.textContent = this.words.word(key);
  }
}
