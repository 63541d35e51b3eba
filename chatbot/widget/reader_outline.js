// The side outline: nested clauses, and which of them the reader is at.

import { fill, make } from './dom.js';
import { clauseHash } from './reader_places.js';
import { hasWord, language, say } from './words.js';

const box = document.getElementById('outline-box');
const folding = document.getElementById('outline');
const list = document.getElementById('outline-list');
const wide = window.matchMedia('(min-width: 60rem)');

/** `again` is called when the place that is cited already is asked for once more. */
export function startOutline(again) {
  const unfold = () => { folding.open = wide.matches; };
  wide.addListener(unfold); // addEventListener is younger than some WebViews in use
  unfold();
  list.addEventListener('click', (event) => {
    const link = event.target.closest('a');
    if (!link) return;
    if (!wide.matches) folding.open = false;
    // The same place again makes no hashchange.
    if (link.getAttribute('href') === location.hash) again();
  });
}

/** Sections as nested lists; those whose parent is not listed stand at the top. */
export function renderOutline(sections) {
  const ids = new Set(sections.map((section) => section.id));
  const byParent = new Map();
  for (const section of sections) {
    const parent = ids.has(section.parent_id) ? section.parent_id : null;
    if (!byParent.has(parent)) byParent.set(parent, []);
    byParent.get(parent).push(section);
  }
  const nested = (parent) => make('ol', {}, ...byParent.get(parent).map((section) =>
    make('li', {}, sectionLink(section), byParent.has(section.id) ? nested(section.id) : null)));
  fill(list, byParent.has(null) ? nested(null) : null);
  box.hidden = sections.length === 0;
}

/** Says at which clause the reader is, and brings it into the outline's view. */
export function showCurrent(clause) {
  for (const link of list.querySelectorAll('a')) {
    if (!clause || link.getAttribute('href') !== clauseHash(clause)) link.removeAttribute('aria-current');
    else {
      link.setAttribute('aria-current', 'location');
      list.scrollTop = link.offsetTop - list.clientHeight / 3;
    }
  }
}

function sectionLink(section) {
  const link = make('a', { href: clauseHash(section), lang: 'zh-CN' });
  if (hasWord(section.kind)) say(link, section.kind);
  else link.append(section.label || section.title || section.number);
  if (language() === 'en' && section.title_en) link.append(make('span', { class: 'title-en', lang: 'en' }, section.title_en));
  return link;
}
