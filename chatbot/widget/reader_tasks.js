// The task register of the document as a table: all tasks or one unit's, on the page and for spreadsheets.

import { BASE, fill, make } from './dom.js';
import { language, say, word } from './words.js';

const at = (id) => document.getElementById(id);

/**
 * Loads the tasks of the document `id`; the function that shows them, in the page's language, or null if there are none.
 */
export async function startTasks(id) {
  const all = await load(id, '');
  if (!all.length) return null;
  const units = Array.from(new Set(all.flatMap((task) => task.responsible.map(({ unit }) => unit))));
  let chosen = '';
  let shown = all;
  const render = () => {
    renderChoice(units, chosen);
    renderTable(shown, all.length);
    at('tasks-csv').href = address(id, chosen, 'csv');
  };
  at('unit').addEventListener('change', async () => {
    chosen = at('unit').value;
    try {
      shown = chosen ? await load(id, chosen) : all;
      render();
    } catch {
      say(at('tasks-count'), 'tasksFailed');
    }
  });
  return render;
}

async function load(id, unit) {
  const response = await fetch(address(id, unit, 'json'));
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
  return (await response.json()).tasks;
}

function renderChoice(units, chosen) {
  fill(at('unit'), make('option', { value: '' }, word('allUnits')), ...units.map((unit) => make('option', { value: unit }, unit)));
  at('unit').value = chosen;
}

function renderTable(shown, all) {
  const hasDeadlines = shown.some((task) => task.deadline);
  const columns = ['taskNumber', 'taskTitle', 'responsible', ...(hasDeadlines ? ['deadline'] : [])];
  fill(at('tasks-head'), make('tr', { role: 'row' }, ...columns.map((key) => say(make('th', { role: 'columnheader', scope: 'col' }), key))));
  fill(at('tasks-rows'), ...shown.map((task) => renderTask(task, hasDeadlines)));
  say(at('tasks-title'), 'tasks', all);
  say(at('tasks-count'), 'tasksShown', { shown: shown.length, all });
  at('tasks').hidden = false;
}

function renderTask(task, hasDeadlines) {
  const cell = (key, ...children) => {
    const made = make('td', { role: 'cell' }, ...children);
    made.dataset.label = word(key);
    return made;
  };
  const title = language() === 'en' && task.title_en ? make('span', { class: 'title-en', lang: 'en' }, task.title_en) : null;
  return make('tr', { role: 'row' },
    cell('taskNumber', task.number),
    cell('taskTitle', make('a', { href: `#c${task.start}-${task.end}`, lang: 'zh-CN' }, task.title || task.number), title),
    cell('responsible', make('span', { lang: 'zh-CN' }, byRole(task.responsible) || '–')),
    hasDeadlines ? cell('deadline', task.deadline ?? '–') : null);
}

/** 牵头：市教育局；配合：市财政局、市人社局 */
function byRole(responsible) {
  const roles = new Map();
  for (const { unit, role } of responsible) roles.set(role, [...(roles.get(role) ?? []), unit]);
  return Array.from(roles, ([role, units]) => `${role}：${units.join('、')}`).join('；');
}

function address(id, unit, format) {
  const url = new URL('api/tasks', BASE);
  for (const [name, value] of Object.entries({ document_id: id, unit, format })) if (value) url.searchParams.set(name, value);
  return url.href;
}
