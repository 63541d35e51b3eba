// <reform-chat>: the conversation as a custom element, behind a button or as part of the page.

import './words.js';
import { make } from '../dom.js';
import { chosenLanguage, keepLanguage, preferredLanguage, Words, type Language } from '../words.js';
import { Chat } from './chat.js';
import { paint } from './colours.js';
import type { ListedDocument } from './contract';
import { Kept } from './kept.js';
import { documents, info } from './service.js';
import { starters } from './starters.js';
import { dress, type Theme } from './styles.js';

/** The tag that loads this; tag managers and modules hide it from `currentScript`. */
const SCRIPT = (document.currentScript ?? document.querySelector('script[src$="/widget.js"]')) as HTMLScriptElement | null;
const THEMES: Theme[] = ['auto', 'light', 'dark'];

/** Widgets on this page so far: each keeps a conversation of its own. */
let widgets = 0;

/**
 * Attributes, all optional and all followed when they change, `endpoint` aside:
 * `endpoint` the service's address, by default where the script comes from; `mode` launcher | inline; `language`
 * zh | en, by default the reader's choice, then the browser's; `language-button="no"`; `title`; `greeting`, '' for
 * none; `questions`, separated by | or line ends; `color`, the brand's; `theme` auto | light | dark.
 */
export class ReformChat extends HTMLElement {
  static readonly observedAttributes = ['mode', 'language', 'language-button', 'title', 'greeting', 'questions', 'color', 'theme'];

  private readonly words = new Words('zh');
  private chat: Chat | null = null;
  private readonly frame = make('div', { class: 'widget' });
  private readonly panel = make('section', { id: 'panel', class: 'panel', 'aria-labelledby': 'heading' });
  private readonly heading = make('h2', { id: 'heading' });
  private readonly launcher = make('button', { type: 'button', id: 'launcher', class: 'launcher', 'aria-controls': 'panel' });
  private readonly switching = make('button', { type: 'button', id: 'switch-language', class: 'quiet' });
  private readonly closing = make('button', { type: 'button', id: 'close', class: 'quiet' });
  /** `title`, which is taken off the element: browsers would show it wherever the pointer rests. */
  private named = '';
  private served: ListedDocument[] = [];

  connectedCallback(): void {
    if (this.chat) return; // moved on the page
    this.chat = this.build(this.attachShadow({ mode: 'open' }));
    for (const name of ReformChat.observedAttributes) this.apply(name);
    this.speak(chosenLanguage() ?? this.wished() ?? preferredLanguage());
    this.chat.showEnd();
    window.matchMedia('(prefers-color-scheme: dark)').addListener(() => this.paint()); // addEventListener is younger
    window.visualViewport?.addEventListener('resize', () => this.fit());
  }

  attributeChangedCallback(name: string, _old: string | null, value: string | null): void {
    if (name === 'title') {
      if (!value) return;
      this.named = value;
      this.removeAttribute('title');
    }
    if (!this.chat) return;
    this.apply(name);
    if (name === 'language') this.speak(this.wished() ?? preferredLanguage());
  }

  /** Opens the launcher's panel, the keyboard in the question box. */
  open(): void {
    this.setOpen(true);
    this.chat?.showEnd();
    this.chat?.composer.focus();
  }

  /** Closes the launcher's panel. */
  close(): void {
    this.setOpen(false);
    this.launcher.focus();
  }

  private get base(): URL {
    const endpoint = this.getAttribute('endpoint');
    if (endpoint === null) return new URL('.', SCRIPT?.src || location.href);
    return new URL(endpoint.replace(/\/*$/, '/'), location.href);
  }

  private build(root: ShadowRoot): Chat {
    widgets += 1;
    const chat = new Chat(this.words, this.base, new Kept(this.base, widgets));
    const actions = make('div', { class: 'bar-actions' }, chat.clearing, this.switching, this.closing);
    this.panel.append(make('div', { class: 'bar' }, this.heading, actions), chat.view, chat.foot);
    this.frame.append(this.launcher, this.panel);
    root.append(this.frame);

    this.words.say(this.launcher, 'launch');
    this.words.say(this.closing, 'close');
    this.launcher.addEventListener('click', () => this.open());
    this.closing.addEventListener('click', () => this.close());
    this.switching.addEventListener('click', () => {
      const language = this.words.language === 'zh' ? 'en' : 'zh';
      keepLanguage(language);
      this.speak(language);
    });
    this.panel.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !this.inline) this.close();
    });
    if (this.base.origin !== location.origin) chat.linkDocuments();
    documents(this.base).then((served) => {
      this.served = served;
      this.suggest();
    }, () => {}); // asking works without examples
    info(this.base).then(({ contact }) => contact && chat.contact(contact), () => {}); // the fine print is complete without it
    return chat;
  }

  private get inline(): boolean {
    return this.getAttribute('mode') === 'inline';
  }

  private wished(): Language | null {
    const language = this.getAttribute('language');
    return language === 'zh' || language === 'en' ? language : null;
  }

  /** Follows an attribute. */
  private apply(name: string): void {
    if (name === 'mode') {
      this.frame.classList.toggle('inline', this.inline);
      this.launcher.hidden = this.closing.hidden = this.inline;
      if (this.inline) this.panel.removeAttribute('role');
      else this.panel.setAttribute('role', 'dialog');
      this.setOpen(this.inline);
    } else if (name === 'theme') {
      const theme = this.getAttribute('theme') as Theme;
      dress(this.shadowRoot!, THEMES.includes(theme) ? theme : 'auto', SCRIPT?.nonce ?? '');
      this.paint();
    } else if (name === 'color') this.paint();
    else if (name === 'language-button') this.switching.hidden = this.getAttribute(name) === 'no';
    else if (name === 'title') this.entitle();
    else if (name === 'greeting') this.greet();
    else if (name === 'questions') this.suggest();
  }

  /** Shows everything in `language`. */
  private speak(language: Language): void {
    this.words.language = language;
    this.frame.lang = language === 'zh' ? 'zh-CN' : 'en';
    this.switching.textContent = language === 'zh' ? 'English' : '中文';
    this.switching.lang = language === 'zh' ? 'en' : 'zh-CN';
    this.entitle();
    this.greet();
    this.suggest();
    this.words.translate(this.frame);
  }

  private entitle(): void {
    this.heading.textContent = this.named || this.words.word('title');
    // On a page of its own the page has a title.
    this.heading.classList.toggle('for-screen-readers', this.inline && !this.named);
  }

  private greet(): void {
    this.chat?.greet(this.getAttribute('greeting') ?? this.words.word('lead'));
  }

  private suggest(): void {
    const own = (this.getAttribute('questions') ?? '').split(/[|\n]/).map((question) => question.trim()).filter(Boolean);
    this.chat?.suggest(own.length ? own : starters(this.served, this.words.language));
  }

  private paint(): void {
    paint(this.frame, this.getAttribute('color') ?? '');
  }

  private setOpen(open: boolean): void {
    this.panel.hidden = !open;
    this.launcher.setAttribute('aria-expanded', String(open));
    this.frame.classList.toggle('open', open);
    this.fit();
  }

  /** A panel that fills a phone's screen leaves room for the keyboard, which pages of other sites may have it cover. */
  private fit(): void {
    const height = this.inline ? undefined : window.visualViewport?.height;
    this.panel.style.setProperty('--room', height ? `${height}px` : '100vh');
  }
}

if (!customElements.get('reform-chat')) customElements.define('reform-chat', ReformChat);
