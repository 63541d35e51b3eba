// How the stretches of a document's text look, worked out once from its outline and receipt.

const DIMMED_REASONS = ['site_furniture', 'page_artefact'];
/** A page's end in a PDF's text, and line ends that CSS does not break at. */
const BREAKS = /\f|\r(?!\n)/g;

/**
 * `edits`: what was dropped or repaired in `text`; `pieces`: the text from start to end, cut wherever its looks change:
 * {start, end, names (of classes), starts (a clause, in mid-line), misprint (an edit, or null)}. UTF-16 offsets.
 */
export function layOut({ sections = [], receipt }, text, offset) {
  const edits = [...(receipt?.dropped ?? []), ...(receipt?.repaired ?? [])]
    .map(({ start, end, reason, reads = '' }) => ({ start: offset(start), end: offset(end), reason, reads }))
    .filter(({ start, end }) => start !== undefined && end !== undefined && start < end);
  const editAt = new Map(edits.map((edit) => [edit.start, edit]));
  const starts = new Set();
  const headings = [];
  for (const section of sections) {
    const start = offset(section.start);
    if (start === undefined) continue;
    if (lineBefore(text, start).trim()) starts.add(start);
    const end = section.kind === 'numbered' ? endOf(section.label, text, start, editAt) : null;
    if (end) headings.push({ start, end });
  }
  const dimmed = edits.filter(({ reason }) => DIMMED_REASONS.includes(reason));
  const misprints = edits.filter(({ reason, reads, start, end }) => reason === 'copy_noise' && reads && reads !== text.slice(start, end));
  const breaks = new Set(Array.from(text.matchAll(BREAKS), (found) => found.index));
  return { text, edits, starts, dimmed, misprints, pieces: cut({ text, starts, headings, dimmed, misprints, breaks }) };
}

/** Where `label`, which may be in repaired wording, ends in the text that prints it from `start` on; null if it does not. */
function endOf(label, text, start, editAt) {
  let read = '';
  let end = start;
  while (read.length < label.length && end < text.length) {
    const edit = editAt.get(end);
    read += edit ? edit.reads : text[end];
    end = edit ? edit.end : end + 1;
  }
  return read === label && label ? end : null;
}

function cut({ text, starts, headings, dimmed, misprints, breaks }) {
  const cuts = new Set([0, text.length, ...starts]);
  for (const { start, end } of [...headings, ...dimmed, ...misprints]) cuts.add(start).add(end);
  for (const index of breaks) cuts.add(index).add(index + 1);
  const [inHeading, inDimmed, inMisprint] = [headings, dimmed, misprints].map(covering);
  const sorted = Array.from(cuts).sort((a, b) => a - b);
  return sorted.slice(0, -1).map((start, nth) => {
    const misprint = inMisprint(start);
    const names = [inHeading(start) && 'heading', inDimmed(start) && 'dimmed', misprint && 'misprint', breaks.has(start) && 'break'];
    return { start, end: sorted[nth + 1], names: names.filter(Boolean), starts: starts.has(start), misprint };
  });
}

/** A function from an offset to the range that covers it, asked in rising order. */
function covering(ranges) {
  const sorted = [...ranges].sort((a, b) => a.start - b.start);
  let next = 0;
  return (offset) => {
    while (next < sorted.length && sorted[next].end <= offset) next += 1;
    return next < sorted.length && sorted[next].start <= offset ? sorted[next] : null;
  };
}

function lineBefore(text, start) {
  return text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
}
