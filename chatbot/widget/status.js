// What a document is worth, said wherever it is named: a draft is never passed off as issued.

import { make } from './dom.js';
import { hasWord, pageWords } from './words.js';

/**
 * A badge for `status`, which may be null: the document does not say.
 * @param {string | null} status
 */
export function renderStatus(status, words = pageWords) {
  const key = hasWord(`status_${status}`) ? `status_${status}` : 'status_unknown';
  return words.say(make('span', { class: `badge badge-${status ?? 'unknown'}` }), key);
}
