// A few words beside what is pointed at or has the focus: who reads on need not leave the sentence.

import { make } from './dom.js';

/** Long enough to reach it with the pointer (WCAG 1.4.13: hoverable, dismissible, persistent). */
const LINGER_MS = 250;
const GAP = 6;

let nextPeek = 0;

/**
 * Has `anchor` show what `render` makes, inside of `around`, which must be positioned.
 * @param {HTMLElement} anchor
 * @param {HTMLElement} around
 * @param {() => (Node | string)[]} render
 */
export function givePeek(anchor, around, render) {
  /** @type {HTMLElement | null} */
  let shown = null;
  /** @type {number | undefined} */
  let leaving;

  const hide = () => {
    window.clearTimeout(leaving);
    shown?.remove();
    shown = null;
    anchor.removeAttribute('aria-describedby');
  };
  const leave = () => {
    window.clearTimeout(leaving);
    leaving = window.setTimeout(hide, LINGER_MS);
  };
  const show = () => {
    window.clearTimeout(leaving);
    if (shown) return;
    nextPeek += 1;
    for (const other of around.querySelectorAll('.peek')) other.remove(); // its anchor may be gone
    shown = make('div', { class: 'peek', role: 'tooltip', lang: 'zh-CN' }, ...render());
    shown.id = `peek-${nextPeek}`;
    shown.addEventListener('pointerenter', () => window.clearTimeout(leaving));
    shown.addEventListener('pointerleave', leave);
    around.append(shown);
    anchor.setAttribute('aria-describedby', shown.id);
    place(shown, anchor, around);
  };
  anchor.addEventListener('pointerenter', (event) => event.pointerType === 'mouse' && show());
  anchor.addEventListener('pointerleave', leave);
  anchor.addEventListener('focus', show);
  anchor.addEventListener('blur', leave);
  anchor.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !shown) return;
    event.stopPropagation(); // the launcher's panel stays open
    hide();
  });
}

/**
 * Under its anchor, or above where there is no room; never past the edges of `around`.
 * @param {HTMLElement} peek
 * @param {HTMLElement} anchor
 * @param {HTMLElement} around
 */
function place(peek, anchor, around) {
  const [box, frame] = [anchor.getBoundingClientRect(), around.getBoundingClientRect()];
  const width = Math.min(frame.width, 400);
  peek.style.width = `${width}px`;
  peek.style.left = `${Math.max(0, Math.min(box.left - frame.left, frame.width - width))}px`;
  const height = peek.offsetHeight;
  const above = box.bottom + GAP + height > window.innerHeight && box.top > height + GAP;
  peek.style.top = `${(above ? box.top - GAP - height : box.bottom + GAP) - frame.top}px`;
}
