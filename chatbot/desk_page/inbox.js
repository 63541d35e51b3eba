// The inbox: questions that were refused or disliked, those of one meaning together, by what became of them.

import { make } from '../dom.js';
import { action, badge, heading, moment, quoted, save, spoken } from './controls.js';
import { download, get } from './service.js';

const STATES = ['open', 'answered', 'curated', 'golden', 'dismissed'];
const PAGE = 50;

export async function renderInbox(state) {
  const chosen = STATES.includes(state) ? state : 'open';
  const list = make('ol', { class: 'rows topics' });
  let offset = 0;
  const next = async () => {
    const page = await get('api/admin/unanswered', { state: chosen, limit: PAGE, offset });
    offset += page.topics.length;
    list.append(...page.topics.map(renderRow));
    more.hidden = page.topics.length < PAGE;
    return page;
  };
  const more = action('showMore', next);
  const { counts } = await next();
  const filters = STATES.map((name) => spoken('a', `filter_${name}`, counts[name] ?? 0,
    { href: `#inbox/${name}`, 'aria-current': name === chosen ? 'true' : null }));
  return [
    heading('inbox'),
    spoken('p', 'inboxHint', undefined, { class: 'hint' }),
    make('nav', { class: 'places filters', 'data-word-label': 'filters' }, ...filters),
    list.children.length ? list : spoken('p', 'nothingHere', undefined, { class: 'hint' }),
    more,
    action('downloadGolden', async () => save(await download('api/admin/golden'), 'desk.jsonl')),
  ];
}

function renderRow(topic) {
  return make('li', { class: 'row' },
    quoted(topic.question, 'a', { href: `#topic/${encodeURIComponent(topic.id)}`, class: 'row-title' }),
    make('div', { class: 'hint line' }, badge('topic', topic.state), badge('outcome', topic.outcome),
      spoken('span', 'asked', topic.asked), topic.disliked ? spoken('span', 'dislikedTimes', topic.disliked) : null, moment(topic.last)));
}
