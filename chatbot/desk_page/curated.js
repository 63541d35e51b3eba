// The answers that staff wrote: standing, or withdrawn and why.

import { BASE, make, ownAddress } from '../dom.js';
import { action, badge, confirmed, heading, quoted, spoken, tell } from './controls.js';
import { get, remove } from './service.js';

export async function renderCurated() {
  const { curated } = await get('api/admin/curated');
  return [
    heading('curated'),
    spoken('p', 'curatedHint', undefined, { class: 'hint' }),
    curated.length ? make('ul', { class: 'rows' }, ...curated.map(renderRow)) : spoken('p', 'nothingHere', undefined, { class: 'hint' }),
  ];
}

function renderRow(answer) {
  const statements = answer.statements.map((statement) => make('li', {}, quoted(statement.text, 'p'), ...statement.evidence.map((place) => {
    const address = place.url && ownAddress(place.url, BASE);
    return make('div', {}, quoted(place.quote, 'blockquote', { class: 'quote', lang: 'zh-CN' }),
      address ? spoken('a', 'openSource', undefined, { href: address }) : make('code', { class: 'hint' }, place.clause_id ?? place.document_id));
  })));
  return make('li', { class: 'row' },
    make('div', { class: 'line' }, quoted(answer.question, 'strong', { class: 'row-title' }), badge('stands', answer.withdrawn ? 'withdrawn' : 'standing')),
    answer.withdrawn ? quoted(answer.withdrawn, 'p', { class: 'notice', lang: 'en' }) : null,
    make('ol', { class: 'stack' }, ...statements),
    make('div', { class: 'actions' }, action('deleteCurated', async () => {
      if (!await confirmed('deleteCuratedSure', answer.question)) return;
      await remove(`api/admin/curated/${encodeURIComponent(answer.id)}`);
      tell('deleted');
      window.dispatchEvent(new Event('viewchanged'));
    }, { className: 'quiet dangerous' })));
}
