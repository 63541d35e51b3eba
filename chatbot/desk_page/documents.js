// The documents served and those that wait; sending one.

import { make } from '../dom.js';
import { renderStatus } from '../status.js';
import { action, badge, busy, confirmed, heading, quoted, spoken, tell } from './controls.js';
import { follow, get, post, remove } from './service.js';

export async function renderDocuments() {
  const { documents } = await get('api/documents');
  return [
    heading('documents'),
    renderUpload(documents),
    documents.length ? make('ul', { class: 'rows' }, ...documents.map(renderRow)) : spoken('p', 'nothingHere', undefined, { class: 'hint' }),
  ];
}

function renderRow(row) {
  const address = row.published ? `#document/${row.id}` : `#preview/${row.id}`;
  return make('li', { class: 'row' },
    make('div', {}, quoted(row.title, 'a', { href: address, class: 'row-title', lang: 'zh-CN' }), ' ', renderStatus(row.status)),
    make('div', { class: 'hint line' }, make('code', {}, row.id), row.published ? badge('version', 'published') : null, row.preview || !row.published ? badge('version', 'preview') : null,
      spoken('span', 'characters', row.characters), spoken('span', 'passages', row.passages), spoken('span', 'tasks', row.tasks)),
    make('div', { class: 'actions' },
      row.published && row.preview ? spoken('a', 'openPreview', undefined, { class: 'quiet', href: `#preview/${row.id}` }) : null,
      renderDelete(row.id, row.title, false)));
}

/** A button that deletes a document with all that is kept of it, or its preview alone. */
export function renderDelete(id, title, previewOnly) {
  return action(previewOnly ? 'deletePreview' : 'deleteDocument', async () => {
    if (!await confirmed(previewOnly ? 'deletePreviewSure' : 'deleteSure', title)) return;
    await remove(`api/documents/${encodeURIComponent(id)}`, { preview: previewOnly ? 'true' : null });
    tell('deleted');
    if (location.hash === '#documents') window.dispatchEvent(new Event('viewchanged'));
    else location.hash = '#documents';
  }, { className: 'quiet dangerous' });
}

/** How far a job is. */
export function renderProgress() {
  const bar = make('progress', { max: '1', value: '0', 'data-word-label': 'progress' });
  const stage = make('span', { class: 'hint' });
  const box = make('div', { class: 'progress', role: 'status', hidden: true }, bar, stage);
  const show = (job) => {
    box.hidden = false;
    bar.value = job.progress;
    stage.replaceChildren(badge('stage', job.stage || job.state));
  };
  return { box, show };
}

/** A job to its end; throws nothing where it fails, but says why in `box`, and resolves to whether it was done. */
export async function carriedOut(job, { box, show }) {
  const { state, error } = await follow(job, show);
  if (state === 'done') return true;
  box.replaceChildren(make('div', { class: 'problem', role: 'alert' }, spoken('span', 'jobFailed'), ' ',
    quoted([error?.message, error?.hint].filter(Boolean).join(' · '), 'span', { lang: 'en' })));
  return false;
}

function renderUpload(documents) {
  const file = make('input', { type: 'file', id: 'file', required: true, accept: '.txt,.md,.html,.htm,.docx,.pdf' });
  const place = make('select', { id: 'replaces' }, spoken('option', 'asNew', undefined, { value: '' }),
    ...documents.map((row) => make('option', { value: row.id }, `${row.id} · ${row.title}`)));
  const button = spoken('button', 'upload', undefined, { class: 'primary' });
  const progressBox = make('div', {});
  const form = make('form', { class: 'row upload' },
    spoken('label', 'file', undefined, { for: 'file' }), file,
    spoken('label', 'replaces', undefined, { for: 'replaces' }), place,
    button, spoken('p', 'uploadHint', undefined, { class: 'hint' }), progressBox);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const sent = new FormData();
    sent.append('file', file.files[0]);
    const progress = renderProgress();
    progressBox.replaceChildren(progress.box);
    busy(button, async () => {
      const job = await post('api/documents', sent, { id: place.value || null });
      if (await carriedOut(job, progress)) location.hash = `#preview/${job.document_id}`;
    }, form);
  });
  return form;
}
