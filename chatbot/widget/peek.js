// What a marker cites, shown beside it while it is pointed at or has the focus: who reads on need not leave the sentence.

import { make } from './dom.js';
import { renderStatus } from './status.js';

/** Long enough to reach it with the pointer (WCAG 1.4.13: hoverable, dismissible, persistent). */
const LINGER_MS = 250;
const GAP = 6;

let nextPeek = 0;

/**
 * Has `marker` show `citation`, inside of `around`, which must be positioned.
 * @param {HTMLElement} marker
 * @param {import('./src/contract').Citation} citation
 * @param {HTMLElement} around
 * @param {import('./words.js').Words} words
 */
export function givePeek(marker, citation, around, words) {
  /** @type {HTMLElement | null} */
  let shown = null;
  /** @type {number | undefined} */
  let leaving;

  const hide = () => {
    window.clearTimeout(leaving);
    shown?.remove();
    shown = null;
    marker.removeAttribute('aria-describedby');
  };
  const leave = () => {
    window.clearTimeout(leaving);
    leaving = window.setTimeout(hide, LINGER_MS);
  };
  const show = () => {
    window.clearTimeout(leaving);
    if (shown) return;
    nextPeek += 1;
    shown = renderPeek(citation, words);
    shown.id = `peek-${nextPeek}`;
    shown.addEventListener('pointerenter', () => window.clearTimeout(leaving));
    shown.addEventListener('pointerleave', leave);
    around.append(shown);
    marker.setAttribute('aria-describedby', shown.id);
    place(shown, marker, around);
  };
  marker.addEventListener('pointerenter', (event) => event.pointerType === 'mouse' && show());
  marker.addEventListener('pointerleave', leave);
  marker.addEventListener('focus', show);
  marker.addEventListener('blur', leave);
  marker.addEventListener('click', hide);
  marker.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !shown) return;
    event.stopPropagation(); // the launcher's panel stays open
    hide();
  });
}

/**
 * @param {import('./src/contract').Citation} citation
 * @param {import('./words.js').Words} words
 */
function renderPeek({ section, quote, document_title: title, document_status: status }, words) {
  return make('div', { class: 'peek', role: 'tooltip', lang: 'zh-CN' },
    make('span', { class: 'section-path' }, [title, ...section].join(' › '), ' ', status ? renderStatus(status, words) : null),
    make('span', { class: 'quote' }, quote));
}

/**
 * Under its marker, or above where there is no room; never past the edges of `around`.
 * @param {HTMLElement} peek
 * @param {HTMLElement} marker
 * @param {HTMLElement} around
 */
function place(peek, marker, around) {
  const [box, frame] = [marker.getBoundingClientRect(), around.getBoundingClientRect()];
  const width = Math.min(frame.width, 400);
  peek.style.width = `${width}px`;
  peek.style.left = `${Math.max(0, Math.min(box.left - frame.left, frame.width - width))}px`;
  const height = peek.offsetHeight;
  const above = box.bottom + GAP + height > window.innerHeight && box.top > height + GAP;
  peek.style.top = `${(above ? box.top - GAP - height : box.bottom + GAP) - frame.top}px`;
}
