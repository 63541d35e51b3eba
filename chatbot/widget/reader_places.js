// Places in a document and their addresses: #cSTART-END, in code points, and #cSTART-END~DIGEST, which notices changes.

import { codePoints } from './codepoints.js';
import { digest } from './digest.js';

/** #c3265-3288, #c3265-3288~0a1b2c3d */
const CITED = /^#c(\d+)-(\d+)(?:~([0-9a-f]{8}))?$/;
/** Characters that looking for a moved quote may read; beyond that it would keep the page waiting. */
const PATIENCE = 30_000_000;

/**
 * What an address cites in `text`: null for nothing; else `state` 'there', 'moved' (the cited characters stand elsewhere
 * now), 'changed' (they are gone) or 'misplaced' (no such place), with UTF-16 offsets `start` and `end` in the first two.
 */
export function citedPlace(hash, text, offset) {
  const found = CITED.exec(hash);
  if (!found) return null;
  const [start, end, wanted] = [offset(Number(found[1])), offset(Number(found[2])), found[3]];
  const isThere = start !== undefined && end !== undefined && start < end;
  if (isThere && (!wanted || digest(text, start, end) === wanted)) return { state: 'there', start, end };
  if (!wanted) return { state: 'misplaced' };
  const length = Number(found[2]) - Number(found[1]);
  const elsewhere = nearest(text, offset, length, wanted, Number(found[1]));
  return elsewhere ? { state: 'moved', ...elsewhere } : { state: 'changed' };
}

/** Where `length` code points with the digest `wanted` stand, closest to the code point `from`. */
function nearest(text, offset, length, wanted, from) {
  const last = codePoints(text) - length;
  if (length <= 0 || last < 0 || last * length > PATIENCE) return null;
  let best = null;
  for (let point = 0; point <= last; point += 1) {
    const [start, end] = [offset(point), offset(point + length)];
    if (digest(text, start, end) !== wanted) continue;
    if (!best || Math.abs(point - from) < Math.abs(best.point - from)) best = { point, start, end };
  }
  return best && { start: best.start, end: best.end };
}

/** The address of the UTF-16 range, which notices changes. */
export function permanentHash(text, { start, end }) {
  const first = codePoints(text.slice(0, start));
  return `#c${first}-${first + codePoints(text.slice(start, end))}~${digest(text, start, end)}`;
}

/** The address of a clause as the outline has it. */
export function clauseHash({ start, end }) {
  return `#c${start}-${end}`;
}

/** The clauses around the UTF-16 range, outermost first. */
export function clausesAround(sections, offset, { start, end }) {
  return sections.filter((section) => offset(section.start) <= start && end <= offset(section.end)).sort((a, b) => a.depth - b.depth);
}
