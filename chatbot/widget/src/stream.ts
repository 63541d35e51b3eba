// One question to the service: server-sent events where it sends them, plain JSON where it does not.

import type { Reply } from './contract';

/** No byte for this long, pings included, means that the service is gone. */
const SILENCE_MS = 45_000;
const DRAIN_MS = 2_000;

/** 'origin': the service is there, but takes no questions from this page's site. */
export type Trouble = number | 'offline' | 'gone' | 'server' | 'origin';

/** What went wrong; a number is an HTTP status, `seconds` says when to come back. */
export class Problem extends Error {
  constructor(readonly kind: Trouble, readonly seconds: number | null = null) {
    super(`asking failed: ${kind}`);
  }
}

export interface Question {
  question: string;
  session_id: string;
  history: { question: string; answer: string }[];
}

export interface Listener {
  signal: AbortSignal;
  /** Each piece of the answer as it arrives, and whether a model worded it. */
  onText(piece: string, generated: boolean): void;
}

/**
 * Asks the service at `base` and resolves to the whole reply.
 * Rejects with a Problem, or with an AbortError once the signal is aborted.
 */
export async function ask(base: URL, body: Question, { signal, onText }: Listener): Promise<Reply> {
  const ending = new AbortController();
  const stop = () => ending.abort();
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  let timer: number | undefined;
  const heard = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(stop, SILENCE_MS);
  };
  heard();
  try {
    const response = await fetch(new URL('api/ask', base).href, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
      body: JSON.stringify(body),
      signal: ending.signal,
    });
    if (!response.ok) throw refused(response);
    if (!(response.headers.get('Content-Type') ?? '').startsWith('text/event-stream') || !response.body) return await response.json();
    let generated = false;
    for await (const { event, data } of events(response.body, heard)) {
      if (event === 'meta') generated = JSON.parse(data).method === 'generated';
      else if (event === 'delta') onText(JSON.parse(data).text, generated);
      else if (event === 'done') return JSON.parse(data);
      else if (event === 'error') throw new Problem('server');
    }
    throw new Problem('gone');
  } catch (error) {
    if (error instanceof Problem || signal.aborted) throw error;
    if (error instanceof SyntaxError) throw new Problem('server');
    throw new Problem(await unreached(base));
  } finally {
    window.clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

function refused(response: Response): Problem {
  const seconds = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
  return new Problem(response.status, seconds > 0 ? seconds : null);
}

/** Why a request came to nothing; browsers say the same of a service that is gone and of one that wants no questions from here. */
async function unreached(base: URL): Promise<Trouble> {
  if (!navigator.onLine) return 'offline';
  if (base.origin === location.origin) return 'gone';
  try {
    await fetch(new URL('healthz', base).href, { mode: 'no-cors', cache: 'no-store' });
    return 'origin';
  } catch {
    return 'gone';
  }
}

/** The events of a text/event-stream body; https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream */
async function* events(body: ReadableStream<Uint8Array>, heard: () => void): AsyncGenerator<{ event: string; data: string }> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let buffer = '';
  let event = 'message';
  let data: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      buffer += decoder.decode(value, { stream: true });
      // A carriage return at the very end may be half of a line ending: it waits for the next chunk.
      for (let end; (end = /\r\n|\n|\r(?!$)/.exec(buffer)); ) {
        const line = buffer.slice(0, end.index);
        buffer = buffer.slice(end.index + end[0].length);
        if (line === '') {
          if (data.length) yield { event, data: data.join('\n') };
          event = 'message';
          data = [];
        } else if (line.startsWith('event:')) event = line.slice(6).replace(/^ /, '');
        else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
      }
    }
  } finally {
    void drain(reader);
  }
}

/** Reads to the end what follows the reply: a stream that is broken off counts as a failed request. */
async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  const patience = window.setTimeout(() => reader.cancel().catch(() => {}), DRAIN_MS);
  try {
    while (!(await reader.read()).done);
  } catch {
    // broken off already: whoever awaits the reply has been told
  } finally {
    window.clearTimeout(patience);
  }
}
