// The words of the pages and of the widget in Chinese and English, and the switch between them.

/** @type {Record<Language, Vocabulary>} */
const WORDS = {
  zh: {
    title: '教育改革政策问答',
    lead: '只根据收录的政策文件回答，每句话都附原文出处；文件里没有的，会直接告诉您没有。',
    covered: '收录的文件',
    starters: '可以这样问',
    noDocuments: '还没有收录文件。',
    documentsFailed: '文件目录暂时没有加载出来，仍可以提问。',
    conversation: '对话',
    question: '您的问题',
    placeholder: '输入问题，中英文均可',
    send: '发送',
    stop: '停止',
    clear: '清空对话',
    skipToQuestion: '跳到提问框',
    finePrint: '回答摘自文件原文；办事请以主管部门答复为准。',
    contact: (contact) => `咨询：${contact}`,
    searching: '正在查找文件……',
    you: '您问：',
    outcome_corrected: '与文件不符，已更正',
    outcome_not_found: '文件里没有找到',
    outcome_out_of_scope: '不在收录文件的范围内',
    outcome_clarify: '需要您补充',
    generated: '由人工智能生成，请以所附原文为准。',
    sources: '原文依据',
    related: '可能相关的条款（不是对您问题的回答）',
    moreSources: (count) => `展开其余${count}条依据`,
    moreRelated: (count) => `展开其余${count}条`,
    openSource: '查看原文',
    openClause: '查看条款',
    marker: (marker) => `看依据${marker}`,
    suggestions: '接着问',
    copy: '复制回答',
    copied: '已复制',
    copyFailed: '没有复制成功',
    provenance: '出处：',
    colon: '：',
    inBrackets: (words) => `（${words}）`,
    retry: '重试',
    status_draft: '征求意见稿',
    status_draft_review: '送审稿（草案）',
    status_reissued: '重新发布',
    status_in_force: '现行有效',
    status_repealed: '已废止',
    status_unknown: '效力未注明',
    noIssuer: '未注明发布机构',
    noDate: '未注明日期',
    notStated: '未注明',
    tooLong: (count) => `问题太长了（${count}字），请缩短到1000字以内。`,
    problem_422: '这个问题没法处理。请换个说法，并控制在1000字以内。',
    problem_429: (seconds) => (seconds ? `提问有点快，请${seconds}秒后再试。` : '提问有点快，请稍等片刻再试。'),
    problem_401: '这个服务需要授权才能提问，请联系管理员。',
    problem_503: '服务正忙或正在准备，请稍后再试。',
    problem_server: '服务出了点问题，请稍后再试。',
    problem_offline: '网络好像断开了，连上后再试。',
    problem_gone: '暂时连不上服务，请稍后再试。',
    kept: '您的问题还在，没有丢。',
    original: '原文',
    issuer: '发布机构',
    date: '日期',
    documentNumber: '发文字号',
    indexNumber: '索引号',
    receipt: '收录说明',
  },
  en: {
    title: 'Education reform Q&A',
    lead: 'Answers come only from the policy documents covered here, each with its exact Chinese source. If the documents do not say, you are told so.',
    covered: 'Documents covered',
    starters: 'You could ask',
    noDocuments: 'No documents yet.',
    documentsFailed: 'The list of documents did not load; you can still ask.',
    conversation: 'Conversation',
    question: 'Your question',
    placeholder: 'Ask in Chinese or English',
    send: 'Send',
    stop: 'Stop',
    clear: 'Clear',
    skipToQuestion: 'Skip to the question box',
    finePrint: 'Answers quote the documents; confirm with the authority before you act.',
    contact: (contact) => `Contact: ${contact}`,
    searching: 'Looking through the documents…',
    you: 'You asked: ',
    outcome_corrected: 'Not what the document says',
    outcome_not_found: 'Not in the documents',
    outcome_out_of_scope: 'Outside these documents',
    outcome_clarify: 'Please say more',
    generated: 'AI-generated; the quoted originals decide.',
    sources: 'Sources',
    related: 'Possibly related clauses (not an answer to your question)',
    moreSources: (count) => `Show ${count} more sources`,
    moreRelated: (count) => `Show ${count} more`,
    openSource: 'Open the original',
    openClause: 'Open the clause',
    marker: (marker) => `Source ${marker}`,
    suggestions: 'Ask next',
    copy: 'Copy answer',
    copied: 'Copied',
    copyFailed: 'Could not copy',
    provenance: 'Sources:',
    colon: ': ',
    inBrackets: (words) => ` (${words})`,
    retry: 'Try again',
    status_draft: 'Draft for comments',
    status_draft_review: 'Draft for review',
    status_reissued: 'Reissued',
    status_in_force: 'In force',
    status_repealed: 'Repealed',
    status_unknown: 'Status not stated',
    noIssuer: 'Issuer not stated',
    noDate: 'Date not stated',
    notStated: 'not stated',
    tooLong: (count) => `The question is too long (${count} characters); please keep it under 1,000.`,
    problem_422: 'That question could not be handled. Please rephrase it, within 1,000 characters.',
    problem_429: (seconds) => `That was a little fast. Please try again in ${seconds ? `${seconds} s` : 'a moment'}.`,
    problem_401: 'This service needs permission to ask. Please contact its operator.',
    problem_503: 'The service is busy or getting ready. Please try again shortly.',
    problem_server: 'Something went wrong at the service. Please try again shortly.',
    problem_offline: 'You seem to be offline. Please try again once connected.',
    problem_gone: 'The service cannot be reached right now. Please try again shortly.',
    kept: 'Your question has been kept.',
    original: 'Original text',
    issuer: 'Issued by',
    date: 'Date',
    documentNumber: 'Document no.',
    indexNumber: 'Index no.',
    receipt: 'How this document was read in',
  },
};

const KEPT_AS = 'reformqa-language';
/** What `say` and the pages' own HTML leave on elements for `translate`: the data field, and the attribute it fills. */
const ATTRIBUTES = [['wordPlaceholder', 'placeholder'], ['wordLabel', 'aria-label'], ['wordTitle', 'title']];

/**
 * @typedef {'zh' | 'en'} Language
 * @typedef {Record<string, string | ((value: any) => string)>} Vocabulary words, and those that take a value
 */

/** The words in one language at a time: a page has one of these, and so has each widget on it. */
export class Words {
  /** @param {Language} language */
  constructor(language) {
    /** @type {Language} */
    this.language = language;
  }

  /**
   * The word `key`; `value` fills the words that take one.
   * @param {string} key
   * @param {any} [value]
   * @returns {string}
   */
  word(key, value) {
    const found = WORDS[this.language][key];
    return typeof found === 'function' ? found(value) : found ?? key;
  }

  /**
   * Makes `element` show a word, now and after the language is switched.
   * @template {HTMLElement} E
   * @param {E} element
   * @param {string} key
   * @param {any} [value]
   * @returns {E}
   */
  say(element, key, value) {
    element.dataset.word = key;
    if (value === undefined) delete element.dataset.value;
    else element.dataset.value = JSON.stringify(value);
    element.textContent = this.word(key, value);
    return element;
  }

  /**
   * Puts everything that `root` holds into the language.
   * @param {ParentNode} root
   */
  translate(root) {
    const filled = (/** @type {HTMLElement} */ { dataset }, /** @type {string} */ data) =>
      this.word(dataset[data] ?? '', dataset.value === undefined ? undefined : JSON.parse(dataset.value));
    for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll('[data-word]'))) element.textContent = filled(element, 'word');
    for (const [data, attribute] of ATTRIBUTES) {
      const selector = `[data-${data.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}]`;
      for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(selector))) element.setAttribute(attribute, filled(element, data));
    }
  }
}

/**
 * The language that was chosen on this site before, if any.
 * @returns {Language | null}
 */
export function chosenLanguage() {
  try {
    const kept = localStorage.getItem(KEPT_AS);
    return kept === 'zh' || kept === 'en' ? kept : null;
  } catch {
    return null; // storage is off: the browser's language decides each time
  }
}

/**
 * The language chosen before, or else the browser's.
 * @returns {Language}
 */
export function preferredLanguage() {
  return chosenLanguage() ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en');
}

/**
 * Remembers a choice for the site's other pages and the next visit.
 * @param {Language} language
 */
export function keepLanguage(language) {
  try {
    localStorage.setItem(KEPT_AS, language);
  } catch {
    // storage is off: the choice holds for this page
  }
}

/**
 * Whether there is a word `key`.
 * @param {string} key
 */
export function hasWord(key) {
  return Object.prototype.hasOwnProperty.call(WORDS.zh, key);
}

/**
 * Adds more words; one that is there already, or in one language alone, is an error.
 * @param {Record<Language, Vocabulary>} words
 */
export function teach({ zh, en }) {
  for (const key of new Set([...Object.keys(zh), ...Object.keys(en)])) {
    if (hasWord(key)) throw new Error(`the word ${key} is there already`);
    if (!(key in zh) || !(key in en)) throw new Error(`the word ${key} is there in one language alone`);
  }
  Object.assign(WORDS.zh, zh);
  Object.assign(WORDS.en, en);
}

/** The words of the page. */
export const pageWords = new Words(preferredLanguage());

/** 'zh' or 'en': the page's language. */
export const language = () => pageWords.language;
/** @type {Words['word']} */
export const word = (key, value) => pageWords.word(key, value);
/** @type {Words['say']} */
export const say = (element, key, value) => pageWords.say(element, key, value);
/** @param {ParentNode} root */
export const translate = (root = document) => pageWords.translate(root);

/**
 * Wires the page's language button; `changed` runs after every switch.
 * @param {HTMLButtonElement} button
 */
export function startLanguages(button, changed = () => {}) {
  const apply = () => {
    document.documentElement.lang = language() === 'zh' ? 'zh-CN' : 'en';
    button.textContent = language() === 'zh' ? 'English' : '中文';
    button.lang = language() === 'zh' ? 'en' : 'zh-CN';
    translate();
    changed();
  };
  button.addEventListener('click', () => {
    pageWords.language = language() === 'zh' ? 'en' : 'zh';
    keepLanguage(language());
    apply();
  });
  apply();
}
