// Finding words in a text as people read it: across line ends, page numbers and misprints, whichever way they are typed.

/** Dropped text that stands between the words of one sentence. */
const BETWEEN = ['line_wrap', 'page_artefact', 'invisible', 'whitespace', 'site_furniture'];

/** A function from words to the UTF-16 ranges of the text that hold them, in order. */
export function finder(text, edits) {
  let views = null;
  return (words) => {
    const wanted = folded(words.replace(/\s/g, ''));
    if (!wanted) return [];
    // Made when first asked for: most who open a document do not search it.
    views ??= [readThrough(text, []), readThrough(text, edits.filter(isBetween)), readThrough(text, edits)];
    const found = new Map();
    for (const { letters, starts, ends } of views) {
      for (let at = letters.indexOf(wanted); at !== -1; at = letters.indexOf(wanted, at + wanted.length)) {
        const range = { start: starts[at], end: ends[at + wanted.length - 1] };
        if (!found.has(range.start)) found.set(range.start, range);
      }
    }
    return Array.from(found.values()).sort((a, b) => a.start - b.start);
  };
}

function isBetween({ reason }) {
  return BETWEEN.includes(reason);
}

/** The text without white space and with `edits` made: folded letters, and where each begins and ends in the text. */
function readThrough(text, edits) {
  const editAt = new Map(edits.map((edit) => [edit.start, edit]));
  const letters = [];
  const starts = [];
  const ends = [];
  const read = (characters, start, end) => {
    for (const letter of folded(characters)) {
      for (let unit = 0; unit < letter.length; unit += 1) {
        starts.push(start);
        ends.push(end);
      }
      letters.push(letter);
    }
  };
  for (let at = 0; at < text.length; ) {
    const edit = editAt.get(at);
    const character = String.fromCodePoint(text.codePointAt(at));
    const end = edit ? edit.end : at + character.length;
    if (edit) read(edit.reads, at, end);
    else if (character.trim()) read(character, at, end);
    at = end;
  }
  return { letters: letters.join(''), starts, ends };
}

/** Full-width as half-width, capitals as small letters. */
function folded(characters) {
  return characters.normalize('NFKC').toLowerCase();
}
