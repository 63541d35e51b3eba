// The service as staff call it: the key is typed once, kept in this tab alone, and sent with every request.

import { BASE } from '../dom.js';

const KEPT_AS = 'reformqa-key';
/** What an HTTP header can carry. */
const SENDABLE = /^[\x21-\x7e]+$/;
const LOOK_MS = 400;

let key = kept();

function kept() {
  try {
    return sessionStorage.getItem(KEPT_AS);
  } catch {
    return null; // storage is off: the key lives as long as the page
  }
}

export function hasKey() {
  return key !== null;
}

/** Uses `typed` from now on; null forgets the key. */
export function useKey(typed) {
  key = typed;
  try {
    if (typed === null) sessionStorage.removeItem(KEPT_AS);
    else sessionStorage.setItem(KEPT_AS, typed);
  } catch {
    // storage is off
  }
}

/** Why a request failed: `status` is HTTP's, or 0 where the service was not reached; `said` is the service's own word. */
export class Refused extends Error {
  constructor(status, said = '', hint = '') {
    super(`refused: ${status} ${said}`);
    this.status = status;
    this.said = said;
    this.hint = hint;
  }
}

async function call(method, path, { query = {}, body } = {}) {
  const url = new URL(path, BASE);
  for (const [name, value] of Object.entries(query)) if (value !== null && value !== undefined) url.searchParams.set(name, value);
  if (!SENDABLE.test(key ?? '')) throw new Refused(401);
  const headers = { Accept: 'application/json', Authorization: `Bearer ${key}` };
  if (body !== undefined && !(body instanceof FormData)) headers['Content-Type'] = 'application/json';
  const sent = body === undefined || body instanceof FormData ? body : JSON.stringify(body);
  let response;
  try {
    response = await fetch(url, { method, headers, body: sent, cache: 'no-store' });
  } catch {
    throw new Refused(0);
  }
  if (response.ok) return response;
  const { error = {} } = await response.json().catch(() => ({}));
  throw new Refused(response.status, error.message, error.hint);
}

export async function get(path, query) {
  return (await call('GET', path, { query })).json();
}

export async function post(path, body, query) {
  return (await call('POST', path, { query, body })).json();
}

export async function remove(path, query) {
  await call('DELETE', path, { query });
}

/** A file of the service, as a Blob. */
export async function download(path) {
  return (await call('GET', path)).blob();
}

/** Follows a job to its end; `onJob(job)` is called each time it is looked at. Resolves to the job. */
export async function follow(job, onJob) {
  onJob(job);
  while (job.state === 'queued' || job.state === 'running') {
    await new Promise((done) => { setTimeout(done, LOOK_MS); });
    job = await get(`api/jobs/${encodeURIComponent(job.id)}`);
    onJob(job);
  }
  return job;
}
