// Questions to begin with: the page's own, or such as the documents served can answer.

import type { Language } from '../words.js';
import type { ListedDocument } from './contract';

/** Of the bundled documents; shown only while the document is served. */
const OF_DOCUMENTS = [
  { document: 'jinan-2024', zh: '第15项任务由哪些单位负责？', en: 'Which units are responsible for task 15?' },
  { document: 'jinan-2024', zh: '幼儿园评价重点看什么？', en: 'Which tasks does the Sports Bureau share?' },
  { document: 'xx-reform-plan', zh: '到2025年要新增多少学位？', en: 'How many school places will be added by 2025?' },
];
const OF_ANY_REGISTER = { zh: '第1项任务由哪些单位负责？', en: 'Which units are responsible for task 1?' };

/** Questions in `language`, and a hint that the other one is understood too. */
export function starters(documents: ListedDocument[], language: Language): string[] {
  const served = documents.map((row) => row.id);
  const known = OF_DOCUMENTS.filter((starter) => served.includes(starter.document));
  const usable = known.length ? known : documents.some((row) => row.tasks > 0) ? [OF_ANY_REGISTER] : [];
  const other = language === 'zh' ? 'en' : 'zh';
  return [...usable.map((starter) => starter[language]), ...usable.slice(0, 1).map((starter) => starter[other])];
}
