// One question to the service: server-sent events where it sends them, plain JSON where it does not.

import { BASE } from './dom.js';

/** No byte for this long, pings included, means that the service is gone. */
const SILENCE_MS = 45_000;
const DRAIN_MS = 2_000;

/** What went wrong: `kind` is an HTTP status, 'offline', 'gone' or 'server'; `seconds` when to come back. */
export class Problem extends Error {
  constructor(kind, seconds = null) {
    super(`asking failed: ${kind}`);
    this.kind = kind;
    this.seconds = seconds;
  }
}

/**
 * Asks; calls `onText(text)` with each piece of the answer and resolves to the whole reply.
 * Rejects with a Problem, or with an AbortError once `signal` is aborted.
 */
export async function ask(body, { signal, onText }) {
  const silence = new AbortController();
  let timer;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE_MS);
  };
  heard();
  try {
    const response = await fetch(new URL('api/ask', BASE), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
      body: JSON.stringify(body),
      signal: anyOf(signal, silence.signal),
    });
    if (!response.ok) throw refused(response);
    if (!(response.headers.get('Content-Type') ?? '').startsWith('text/event-stream')) return await response.json();
    for await (const { event, data } of events(response.body, heard)) {
      if (event === 'delta') onText(JSON.parse(data).text);
      else if (event === 'done') return JSON.parse(data);
      else if (event === 'error') throw new Problem('server');
    }
    throw new Problem('gone');
  } catch (error) {
    if (error instanceof Problem || signal.aborted) throw error;
    if (error instanceof SyntaxError) throw new Problem('server');
    throw new Problem(navigator.onLine ? 'gone' : 'offline');
  } finally {
    clearTimeout(timer);
  }
}

function refused(response) {
  const seconds = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
  return new Problem(response.status, Number.isFinite(seconds) && seconds > 0 ? seconds : null);
}

function anyOf(...signals) {
  const joined = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) joined.abort();
    else signal.addEventListener('abort', () => joined.abort(), { once: true });
  }
  return joined.signal;
}

/** The events of a text/event-stream body; https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream */
async function* events(body, heard) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let buffer = '';
  let event = 'message';
  let data = [];
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
    drain(reader);
  }
}

/** Reads to the end what follows the reply: a stream that is broken off counts as a failed request. */
async function drain(reader) {
  const patience = setTimeout(() => reader.cancel().catch(() => {}), DRAIN_MS);
  try {
    while (!(await reader.read()).done);
  } catch {
    // broken off already: whoever awaits the reply has been told
  } finally {
    clearTimeout(patience);
  }
}
