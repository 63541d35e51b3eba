// The text on the page, every character of it in order, in blocks that a browser need not lay out before they are seen.

import { fill, make } from './dom.js';
import { givePeek } from './peek.js';
import { word } from './words.js';

/** A citation longer than this is tinted, not marked: a whole chapter in yellow is hard to read. */
const LONG_CITATION = 500;
/** UTF-16 units from which on a block ends with its line. */
const BLOCK = 2_000;

export class ShownText {
  /** Shows what `layOut` made, in `article`. */
  constructor(article, { text, pieces }) {
    this.article = article;
    this.text = text;
    this.pieces = pieces;
    this.bounds = blockBounds(text);
    this.blocks = this.bounds.slice(1).map(() => make('span', { class: 'block' }));
    /** UTF-16 ranges, or null. */
    this.cited = null;
    this.found = null;
    this.repaired = false;
    this.renderBlocks(this.blocks.map((_, nth) => nth));
    fill(article, ...this.blocks);
  }

  /** Marks what is cited, and nothing else; the element, or null for none. */
  mark(range) {
    const stale = this.blocksOf(this.cited);
    this.cited = range;
    this.renderBlocks([...stale, ...this.blocksOf(range)]);
    return this.article.querySelector('#cited');
  }

  /** Shows what was found; its first element, or null for none. */
  show(range) {
    const stale = this.blocksOf(this.found);
    this.found = range;
    this.renderBlocks([...stale, ...this.blocksOf(range)]);
    return this.article.querySelector('.found');
  }

  /** Shows probable readings in place of misprints, or the original again. */
  repair(repaired) {
    this.repaired = repaired;
    this.article.classList.toggle('repaired', repaired);
    this.renderBlocks(this.blocks.map((_, nth) => nth));
  }

  /** The UTF-16 range of what is selected, white space at its ends left out; null for none, or while repaired. */
  selected(selection) {
    if (this.repaired || !selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!this.article.contains(range.startContainer) || !this.article.contains(range.endContainer)) return null;
    const start = this.offsetOf(range.startContainer, range.startOffset);
    const selected = this.text.slice(start, this.offsetOf(range.endContainer, range.endOffset));
    const blank = selected.length - selected.trimStart().length;
    const length = selected.trim().length;
    return length ? { start: start + blank, end: start + blank + length } : null;
  }

  offsetOf(node, offset) {
    const before = document.createRange();
    before.setStart(this.article, 0);
    before.setEnd(node, offset);
    return before.toString().length;
  }

  /** The numbers of the blocks that hold `range`. */
  blocksOf(range) {
    return range ? this.blocks.map((_, nth) => nth).filter((nth) => this.bounds[nth] < range.end && range.start < this.bounds[nth + 1]) : [];
  }

  /** What is cited is one element: the first of its blocks holds the others' text as well, and stands for them. */
  renderBlocks(numbers) {
    const joined = this.blocksOf(this.cited);
    const [first, last] = [joined[0], joined[joined.length - 1]];
    for (const nth of new Set(numbers.map((number) => (joined.includes(number) ? first : number)))) {
      fill(this.blocks[nth], ...this.renderRange(this.bounds[nth], this.bounds[(nth === first ? last : nth) + 1]));
    }
    for (const nth of joined.slice(1)) fill(this.blocks[nth]);
  }

  renderRange(from, to) {
    const { cited, found } = this;
    const nodes = [];
    let mark = null;
    const put = (node, inMark) => (inMark ? mark.append(node) : nodes.push(node));
    const edges = [from, to, cited?.start, cited?.end, found?.start, found?.end];
    for (let next = firstAt(this.pieces, from); next < this.pieces.length && this.pieces[next].start < to; next += 1) {
      const piece = this.pieces[next];
      const within = edges.filter((edge) => edge > piece.start && edge < piece.end);
      // A reading cannot be cut where its misprint can.
      const cuts = this.repaired && piece.misprint ? [piece.start, piece.end] : [piece.start, ...within.sort((a, b) => a - b), piece.end];
      for (let nth = 0; nth + 1 < cuts.length; nth += 1) {
        const [start, end] = [cuts[nth], cuts[nth + 1]];
        if (start === end || start < from || end > to) continue;
        const isCited = cited && start < cited.end && cited.start < end;
        // The line that a clause starts is outside of a mark that begins there.
        if (piece.starts && start === piece.start) put(make('span', { class: 'clause-start' }), isCited && mark);
        if (isCited && !mark) nodes.push((mark = renderMark(cited)));
        put(this.renderPiece(piece, start, end), isCited);
      }
    }
    return nodes;
  }

  renderPiece({ names, misprint }, start, end) {
    const { found } = this;
    const content = this.repaired && misprint ? misprint.reads : this.text.slice(start, end);
    const classes = [...names, found && start < found.end && found.start < end && 'found'].filter(Boolean);
    if (!classes.length) return document.createTextNode(content);
    const span = make('span', { class: classes.join(' ') }, content);
    if (misprint) this.explain(span, misprint);
    return span;
  }

  /** What a misprint probably reads, or what a reading replaces, for whoever points at it or reaches it by keyboard. */
  explain(span, { start, end, reads }) {
    span.tabIndex = 0;
    const printed = this.text.slice(start, end);
    givePeek(span, this.article.parentElement, () => [this.repaired ? word('printed', printed) : word('misprint', { reads })]);
  }
}

function renderMark({ start, end }) {
  return make('mark', { id: 'cited', tabindex: '-1', class: end - start > LONG_CITATION ? 'long' : null });
}

/** Line starts that blocks begin with, from 0 on, and the text's end. */
function blockBounds(text) {
  const bounds = [0];
  for (let end = text.indexOf('\n', BLOCK); end !== -1 && end + 1 < text.length; end = text.indexOf('\n', end + 1 + BLOCK)) bounds.push(end + 1);
  return [...bounds, text.length];
}

/** The number of the piece that holds `offset`. */
function firstAt(pieces, offset) {
  let [low, high] = [0, pieces.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pieces[middle].end <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
