// The service that a widget asks, beside the questions themselves.

import type { Info, ListedDocument } from './contract';

export interface Feedback {
  answer_id: string;
  rating: 'up' | 'down';
  comment?: string;
}

/** The documents served. */
export async function documents(base: URL): Promise<ListedDocument[]> {
  const rows: ListedDocument[] = (await read(base, 'api/documents')).documents;
  return rows.filter((row) => row.published !== false);
}

/** What the service says of itself. */
export function info(base: URL): Promise<Info> {
  return read(base, 'api/info');
}

export async function rate(base: URL, feedback: Feedback): Promise<void> {
  const response = await fetch(new URL('api/feedback', base).href, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(feedback),
  });
  if (!response.ok) throw new Error(`feedback was refused: ${response.status}`);
}

/** Has the service forget what was asked in this session. */
export async function erase(base: URL, session: string): Promise<void> {
  const response = await fetch(new URL(`api/sessions/${session}`, base).href, { method: 'DELETE' });
  if (!response.ok) throw new Error(`the session was not erased: ${response.status}`);
}

async function read(base: URL, path: string) {
  const response = await fetch(new URL(path, base).href, { headers: { Accept: 'application/json' } });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}
