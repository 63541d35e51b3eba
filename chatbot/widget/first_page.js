// The first page around the chat: which documents are covered, who answers, what is kept, and a code for phones.

import { BASE, fill, make, ownAddress } from './dom.js';
import { renderStatus } from './status.js';
import { language, say, startLanguages, teach, word } from './words.js';

teach({
  zh: {
    who: '谁在回答',
    answeredByProgram: '回答由程序直接摘自文件原文，没有使用人工智能大模型。',
    answeredByModel: (model) => `程序先找出原文，再由人工智能大模型（${model}）组织语言；与原文核对不上的话不会显示。`,
    contactLine: (contact) => `文件里没有写的，可以咨询：${contact}`,
    privacy: '隐私',
    keptFor: (days) => `本站不用 cookie，也不问您是谁；提问和回答去掉电话、证件号等号码后最多保存${days}天，用来改进回答，有代表性的问题可能被整理成常见问答或测试题。`,
    notKept: '本站不用 cookie，也不问您是谁；提问和回答不作保存。',
    erasable: '点“清空对话”，本次对话的记录就会从服务中删除。',
    onPhone: '用手机打开',
    qr: '打开本页的二维码',
  },
  en: {
    who: 'Who answers',
    answeredByProgram: 'A program quotes the documents directly; no AI language model is used.',
    answeredByModel: (model) => `A program finds the original text and an AI language model (${model}) words it; what does not match the text is not shown.`,
    contactLine: (contact) => `If the documents do not say, ask: ${contact}`,
    privacy: 'Privacy',
    keptFor: (days) => `No cookies, and nobody asks who you are; questions and answers are kept for at most ${days} days, phone and ID numbers removed, to improve the answers, and typical questions may become standing answers or test cases.`,
    notKept: 'No cookies, and nobody asks who you are; questions and answers are not kept.',
    erasable: '“Clear” deletes the record of this conversation from the service.',
    onPhone: 'On your phone',
    qr: 'QR code that opens this page',
  },
});

const at = (id) => document.getElementById(id);

/** The documents served and what the service says of itself; null until known. */
let documents = null;
let about = null;

async function read(path) {
  const response = await fetch(new URL(path, BASE), { headers: { Accept: 'application/json' } });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

function renderDocuments() {
  if (!documents) return;
  const rows = documents.map((row) => make('li', { class: 'document' },
    make('div', {},
      make('a', { href: ownAddress(row.url, BASE), lang: 'zh-CN' }, row.title), ' ', renderStatus(row.status)),
    language() === 'en' && row.title_en ? make('div', { class: 'title-en', lang: 'en' }, row.title_en) : null,
    make('div', { class: 'hint' },
      row.issuer ? make('span', { lang: 'zh-CN' }, row.issuer) : say(make('span'), 'noIssuer'), ' · ',
      row.date ? make('time', { datetime: row.date }, row.date) : say(make('span'), 'noDate'))));
  fill(at('documents'), ...(rows.length ? rows : [say(make('li', { class: 'hint' }), 'noDocuments')]));
}

function renderAbout() {
  if (!about) return;
  const { llm, contact, retention_days: days, public_url: address } = about;
  at('answering').textContent = llm ? word('answeredByModel', llm) : word('answeredByProgram');
  at('contact').textContent = contact ? word('contactLine', contact) : '';
  fill(at('privacy-text'), word(days ? 'keptFor' : 'notKept', days), ' ', days ? word('erasable') : '');
  at('phone').hidden = !address;
  if (!address) return;
  at('qr').src = new URL('qr.svg', BASE).href;
  at('qr').alt = word('qr');
  at('address').textContent = address;
}

startLanguages(at('language'), () => {
  document.title = word('title');
  at('chat').setAttribute('language', language());
  renderDocuments();
  renderAbout();
});
read('api/documents').then((served) => {
  documents = served.documents.filter((row) => row.published !== false);
  renderDocuments();
}, () => fill(at('documents'), say(make('li', { class: 'hint' }), 'documentsFailed')));
read('api/info').then((found) => {
  about = found;
  renderAbout();
}, () => {}); // the page says what it knows
