// The desk: signing in, and which view the address asks for.

import './desk_words.js';
import { make } from '../dom.js';
import { say, startLanguages, translate, word } from '../words.js';
import { renderAudit } from './audit.js';
import { busy, heading, hush, renderProblem, spoken } from './controls.js';
import { renderCurated } from './curated.js';
import { renderDocument } from './document.js';
import { renderDocuments } from './documents.js';
import { renderEvaluations } from './evaluations.js';
import { renderInbox } from './inbox.js';
import { renderOverview } from './overview.js';
import { get, hasKey, useKey } from './service.js';
import { renderTopic } from './topic.js';

/** `#topic/0a1b`: what shows it, given what stands behind the name; and the place of the navigation it belongs to. */
const VIEWS = {
  overview: { render: renderOverview, place: 'overview' },
  inbox: { render: renderInbox, place: 'inbox' },
  topic: { render: renderTopic, place: 'inbox' },
  documents: { render: renderDocuments, place: 'documents' },
  document: { render: (id) => renderDocument(id, false), place: 'documents' },
  preview: { render: (id) => renderDocument(id, true), place: 'documents' },
  curated: { render: renderCurated, place: 'curated' },
  evaluations: { render: renderEvaluations, place: 'evaluations' },
  audit: { render: renderAudit, place: 'audit' },
};
const PLACES = ['overview', 'inbox', 'documents', 'curated', 'evaluations', 'audit'];

const at = (id) => document.getElementById(id);
const view = at('view');

/** Counts views, so that one which arrives late does not replace the one that was asked for since. */
let shown = 0;

/** Shows what the address asks for; `focus` says whether the keyboard follows. */
async function show({ focus = true } = {}) {
  shown += 1;
  const asked = shown;
  const [name, ...rest] = decodeURIComponent(location.hash.slice(1)).split('/');
  const { render, place } = VIEWS[name] ?? VIEWS.overview;
  for (const link of at('places').children) {
    if (link.dataset.word === place) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  at('places').hidden = at('sign-out').hidden = !hasKey();
  if (!hasKey()) return showSignIn();
  view.setAttribute('aria-busy', 'true');
  let content;
  try {
    content = await render(rest.join('/'));
  } catch (error) {
    if (asked === shown && error.status === 401) return showSignIn(error);
    content = [renderProblem(error)];
  }
  if (asked !== shown) return undefined;
  view.replaceChildren(...content);
  view.removeAttribute('aria-busy');
  translate(view);
  namePage();
  if (focus) {
    window.scrollTo({ top: 0 });
    view.querySelector('h2')?.focus({ preventScroll: true });
  }
  return undefined;
}

function namePage() {
  const title = view.querySelector('h2')?.textContent;
  document.title = title ? `${title} - ${word('desk')}` : word('desk');
}

function showSignIn(error = null) {
  useKey(null);
  at('places').hidden = at('sign-out').hidden = true;
  const key = make('input', { id: 'key', type: 'password', autocomplete: 'off', spellcheck: 'false', required: true,
    'aria-describedby': 'key-hint' });
  const button = spoken('button', 'signIn', undefined, { class: 'primary' });
  const form = make('form', { class: 'sign-in' },
    heading('signInTitle'),
    spoken('label', 'key', undefined, { for: 'key' }),
    key,
    button,
    spoken('p', 'keyHint', undefined, { id: 'key-hint', class: 'hint' }));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    busy(button, async () => {
      useKey(key.value.trim());
      try {
        await get('api/admin/stats', { days: 1 });
      } catch (refused) {
        useKey(null);
        throw refused;
      }
      await show();
    }, button);
  });
  view.replaceChildren(form, ...(error ? [renderProblem(error)] : []));
  view.removeAttribute('aria-busy');
  namePage();
  key.focus();
}

at('places').append(...PLACES.map((place) => say(make('a', { href: `#${place}` }), place)));
at('sign-out').addEventListener('click', () => {
  useKey(null);
  hush();
  show();
});
window.addEventListener('hashchange', () => {
  if (location.hash !== '#view') show();
});
window.addEventListener('keyrefused', () => {
  if (hasKey()) show();
});
window.addEventListener('viewchanged', () => show({ focus: false }));
startLanguages(at('language'), namePage);
show();
