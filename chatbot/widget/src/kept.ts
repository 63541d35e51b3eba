// What this tab keeps of a conversation, so that it is still there on coming back from a document or after a reload.

import type { Turn } from './contract';

/** Turns kept and sent along; the service uses no more. */
export const TURNS = 20;

export interface Conversation {
  /** Tells this conversation from others behind the same address, for rates and for erasing it; says nothing of who asks. */
  session: string;
  turns: Turn[];
}

/** The place in the tab's storage of the `nth` widget on a page that asks the service at `base`. */
export class Kept {
  private readonly key: string;

  constructor(base: URL, nth: number) {
    this.key = `reformqa-conversation ${base.href} ${nth}`;
  }

  read(): Conversation {
    try {
      const { session, turns } = JSON.parse(sessionStorage.getItem(this.key) ?? '{}');
      if (typeof session === 'string' && Array.isArray(turns)) return { session, turns: turns.filter(isTurn) };
    } catch {
      // storage is off, or holds what is not ours
    }
    return { session: newSession(), turns: [] };
  }

  write({ session, turns }: Conversation): void {
    this.put(this.key, JSON.stringify({ session, turns: turns.slice(-TURNS) }));
  }

  /** What is typed and not yet sent. */
  get draft(): string {
    try {
      return sessionStorage.getItem(`${this.key} draft`) ?? '';
    } catch {
      return ''; // storage is off
    }
  }

  set draft(text: string) {
    this.put(`${this.key} draft`, text);
  }

  private put(key: string, value: string): void {
    try {
      sessionStorage.setItem(key, value);
    } catch {
      // storage is off or full: the conversation lives as long as the page
    }
  }
}

/** 128 random bits in hexadecimal digits. */
export function newSession(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function isTurn(turn: any): turn is Turn {
  return typeof turn?.question === 'string' && typeof turn.reply?.answer === 'string';
}
