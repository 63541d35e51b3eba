// Who did what to what.

import { make } from '../dom.js';
import { badge, heading, moment, quoted, spoken } from './controls.js';
import { get } from './service.js';

const SHOWN = 200;

export async function renderAudit() {
  const { entries } = await get('api/admin/audit', { limit: SHOWN });
  return [
    heading('audit'),
    spoken('p', 'auditHint', SHOWN, { class: 'hint' }),
    entries.length ? make('ol', { class: 'rows' }, ...entries.map(renderRow)) : spoken('p', 'nothingHere', undefined, { class: 'hint' }),
  ];
}

function renderRow(entry) {
  return make('li', { class: 'row line' }, moment(entry.at), badge('did', entry.action), make('code', {}, entry.subject), quoted(entry.actor),
    Object.keys(entry.detail).length ? make('code', { class: 'hint' }, JSON.stringify(entry.detail)) : null);
}
