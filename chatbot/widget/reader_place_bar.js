// Where one is: the clause of what is cited or selected, to be copied word for word with its address.

import { copyText } from './clipboard.js';
import { clausesAround, permanentHash } from './reader_places.js';
import { hasWord, say, word } from './words.js';

const TOLD_MS = 2_500;

const at = (id) => document.getElementById(id);

/** `copied()` gives what the bar stands for: {about, text, offset, range}, UTF-16. */
export function startCopying(copied) {
  const offer = (button, key, written) => button.addEventListener('click', async () => {
    say(button, (await copyText(written(copied()))) ? 'copied' : 'copyFailed');
    setTimeout(() => say(button, key), TOLD_MS);
  });
  offer(at('copy-quote'), 'copyQuote', quoteWithAddress);
  offer(at('copy-link'), 'copyLink', permanentAddress);
}

/** Shows the clause around `range`, and whether it is a selection; hides the bar for null. */
export function showPlace({ about, text, offset }, range, isSelection) {
  at('place').hidden = !range;
  if (!range) return;
  say(at('place-kind'), isSelection ? 'selectedPlace' : 'citedPlace');
  const clauses = clausesAround(about.sections ?? [], offset, range).map(nameOf).filter(Boolean);
  at('place-path').textContent = clauses.length ? clauses.join(' › ') : text.slice(range.start, range.end).trim().slice(0, 30);
}

/** The exact characters, then where they stand. */
function quoteWithAddress(shown) {
  const { about, text, offset, range } = shown;
  const clauses = clausesAround(about.sections ?? [], offset, range).map(nameOf).filter(Boolean);
  const status = about.status && hasWord(`status_${about.status}`) ? word('inBrackets', word(`status_${about.status}`)) : '';
  const source = `${word('provenance')}《${about.title}》${status} ${clauses.join(' › ')}`.trim();
  return `${text.slice(range.start, range.end)}\n\n${source}\n${permanentAddress(shown)}`;
}

function permanentAddress({ text, range }) {
  return location.href.replace(/#.*$/, '') + permanentHash(text, range);
}

function nameOf(section) {
  return hasWord(section.kind) ? word(section.kind) : section.label || section.title || section.number;
}
