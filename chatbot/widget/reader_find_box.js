// The box to find words in the document; the browser's own search stops at line ends and page numbers.

import { say } from './words.js';

const PAUSE_MS = 150;

/** Wires the box; `show(range)` shows one of what `find(words)` gives, or null for none, and gives its element. */
export function startFinding(find, show) {
  const at = (id) => document.getElementById(id);
  const [box, count, previous, next] = ['find', 'found', 'previous', 'next'].map(at);
  let ranges = [];
  let current = -1;
  /** What was searched for last; the box may have gone on since. */
  let searched = '';
  let pause;

  const step = (by) => {
    if (!ranges.length) return;
    current = (current + by + ranges.length) % ranges.length;
    show(ranges[current])?.scrollIntoView({ block: 'center' });
    say(count, 'foundOf', { nth: current + 1, all: ranges.length });
  };
  const search = () => {
    clearTimeout(pause);
    searched = box.value;
    ranges = find(searched);
    at('tools').classList.toggle('finding', box.value !== '');
    current = -1;
    previous.disabled = next.disabled = ranges.length === 0;
    if (ranges.length) step(1);
    else {
      show(null);
      if (box.value.trim()) say(count, 'foundNone');
      else {
        delete count.dataset.word;
        count.textContent = '';
      }
    }
  };
  box.addEventListener('input', (event) => {
    clearTimeout(pause);
    if (!event.isComposing) pause = setTimeout(search, PAUSE_MS);
  });
  box.addEventListener('compositionend', search);
  box.addEventListener('keydown', (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      if (box.value !== searched) search();
      else step(event.shiftKey ? -1 : 1);
    } else if (event.key === 'Escape' && box.value) {
      event.preventDefault();
      box.value = '';
      search();
    }
  });
  previous.addEventListener('click', () => step(-1));
  next.addEventListener('click', () => step(1));
}
