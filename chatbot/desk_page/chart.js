// Questions a day as bars, drawn with DOM calls: answered below, the rest on top; a table says the same in numbers.

import { make } from '../dom.js';
import { word } from '../words.js';
import { spoken } from './controls.js';

const SVG = 'http://www.w3.org/2000/svg';
const DAY_MS = 86_400_000;
/** Of the chart's own units: a day, what of it is bar, the height. */
const [DAY, BAR, HIGH] = [10, 8, 100];
export const ANSWERS = new Set(['answered', 'corrected']);

/** The last `count` days up to today (UTC), those without a question too; `days` as the service lists them. */
export function everyDay(days, count, today = new Date()) {
  const known = new Map(days.map(({ day, outcomes }) => [day, outcomes]));
  return Array.from({ length: count }, (_, at) => {
    const day = new Date(today.getTime() - (count - 1 - at) * DAY_MS).toISOString().slice(0, 10);
    const counts = Object.entries(known.get(day) ?? {});
    const sum = (kept) => counts.filter(([outcome]) => kept(outcome)).reduce((total, [, number]) => total + number, 0);
    return { day, answered: sum((outcome) => ANSWERS.has(outcome)), other: sum((outcome) => !ANSWERS.has(outcome)) };
  });
}

/** The chart and its table. */
export function renderVolume(days) {
  const most = Math.max(1, ...days.map(({ answered, other }) => answered + other));
  const svg = draw('svg', { class: 'volume', viewBox: `0 0 ${days.length * DAY} ${HIGH}`, preserveAspectRatio: 'none', role: 'img' });
  svg.dataset.wordLabel = 'volumeSays';
  svg.dataset.value = JSON.stringify({ days: days.length, most });
  svg.setAttribute('aria-label', word('volumeSays', { days: days.length, most }));
  days.forEach(({ answered, other }, at) => {
    const heights = [answered, other].map((count) => (count / most) * HIGH);
    svg.append(draw('rect', { class: 'answered', x: at * DAY + 1, width: BAR, y: HIGH - heights[0], height: heights[0] }));
    svg.append(draw('rect', { class: 'other', x: at * DAY + 1, width: BAR, y: HIGH - heights[0] - heights[1], height: heights[1] }));
  });
  const rows = days.filter(({ answered, other }) => answered + other).reverse();
  return make('figure', { class: 'chart' },
    svg,
    make('div', { class: 'axis', 'aria-hidden': 'true' }, make('span', {}, days[0].day), make('span', {}, days.at(-1).day)),
    make('figcaption', { class: 'legend' },
      make('span', { class: 'key answered', 'aria-hidden': 'true' }), spoken('span', 'answeredOnes'),
      make('span', { class: 'key other', 'aria-hidden': 'true' }), spoken('span', 'otherOnes'),
      spoken('span', 'mostADay', most)),
    make('details', {}, spoken('summary', 'asTable'),
      make('table', {},
        make('thead', {}, make('tr', {}, ...['day', 'answeredOnes', 'otherOnes'].map((key) => spoken('th', key, undefined, { scope: 'col' })))),
        make('tbody', {}, ...rows.map(({ day, answered, other }) =>
          make('tr', {}, make('th', { scope: 'row' }, day), make('td', {}, String(answered)), make('td', {}, String(other))))))));
}

function draw(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  return element;
}
