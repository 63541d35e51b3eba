// One topic: what was asked and answered, what search finds now, and what staff can do about it.

import { BASE, make } from '../dom.js';
import { renderReply } from '../reply.js';
import { pageWords } from '../words.js';
import { action, badge, moment, quoted, spoken, tell } from './controls.js';
import { renderAnswerForm } from './answer_form.js';
import { get, post } from './service.js';

export async function renderTopic(id) {
  const address = `api/admin/unanswered/${encodeURIComponent(id)}`;
  const { topic, questions, found } = await get(address);
  const state = make('div', { class: 'hint line' });
  const result = make('div', { id: 'result', class: 'stack' });
  const actions = make('div', { class: 'actions' });

  const showState = (now) => {
    state.replaceChildren(badge('topic', now.state), badge('outcome', now.outcome), spoken('span', 'asked', now.asked),
      ...(now.disliked ? [spoken('span', 'dislikedTimes', now.disliked)] : []), moment(now.last),
      ...(now.actor ? [quoted(now.actor)] : []));
    settle.dataset.to = now.state === 'open' ? 'dismissed' : 'open';
    settle.dataset.word = now.state === 'open' ? 'dismiss' : 'reopen';
    settle.textContent = spoken('span', settle.dataset.word).textContent;
  };
  const refresh = async () => showState((await get(address)).topic);
  const settle = action('dismiss', async () => {
    showState(await post(address, { state: settle.dataset.to }));
    tell('settled');
  }, { around: actions });
  actions.append(
    action('askAgain', async () => {
      const reply = await post(`${address}/ask`);
      showReply(reply);
      await refresh();
      tell('askedAgain');
    }, { className: 'primary', around: actions }),
    action('makeGolden', async () => {
      const { case: made, file } = await post(`${address}/golden`);
      result.replaceChildren(spoken('p', 'goldenMade', file, { class: 'good' }), make('pre', { class: 'code' }, JSON.stringify(made, null, 1)));
      await refresh();
      tell('goldenMade', file);
    }, { around: actions }),
    settle,
  );
  const showReply = (reply) => {
    result.replaceChildren(spoken('h3', 'answeredNow'), make('div', { class: 'replied' }, renderReply(reply, { words: pageWords, base: BASE })));
  };
  showState(topic);
  const form = renderAnswerForm({
    question: topic.question,
    language: topic.language,
    found,
    send: async (written) => {
      const made = await post('api/admin/curated', { ...written, topic_id: topic.id });
      showReply(made.answer);
      result.prepend(spoken('p', made.used ? 'curatedUsed' : 'curatedNotUsed', undefined, { class: made.used ? 'good' : 'notice' }));
      result.scrollIntoView({ block: 'nearest' });
      await refresh();
      tell(made.used ? 'curatedUsed' : 'curatedNotUsed');
    },
  });
  return [
    make('p', {}, spoken('a', 'toInbox', undefined, { href: '#inbox' })),
    quoted(topic.question, 'h2', { tabindex: '-1' }),
    state, actions, result,
    make('section', {}, spoken('h3', 'whatWasAsked'), make('ol', { class: 'rows' }, ...questions.map(renderMember))),
    make('section', {}, spoken('h3', 'writeAnswer'), form),
  ];
}

function renderMember(member) {
  return make('li', { class: 'row' },
    ...member.before.map((question) => make('div', { class: 'hint' }, spoken('span', 'askedBefore'), ' ', quoted(question))),
    quoted(member.question, 'div', { class: 'row-title' }),
    make('div', { class: 'hint line' }, badge('outcome', member.outcome), moment(member.at), member.rating ? badge('rating', member.rating) : null),
    member.answer?.answer ? quoted(member.answer.answer, 'p', { class: 'was-told' }) : spoken('p', 'answerGone', undefined, { class: 'hint' }),
    member.comment ? make('p', {}, spoken('span', 'comment', undefined, { class: 'hint' }), ' ', quoted(member.comment, 'q')) : null);
}
