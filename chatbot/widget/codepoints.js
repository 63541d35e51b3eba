// The service counts Unicode code points, JavaScript strings count UTF-16 units: 𠮷 is one of the former, two of the latter.

const SURROGATE = /[\ud800-\udbff][\udc00-\udfff]/;

/**
 * A function from a code point offset in `text` to the UTF-16 offset; undefined past the end.
 * @param {string} text
 * @returns {(point: number) => number | undefined}
 */
export function utf16Offsets(text) {
  if (!SURROGATE.test(text)) return (point) => (point <= text.length ? point : undefined);
  /** @type {number[]} */
  const offsets = [];
  for (let unit = 0; unit < text.length; unit += Number(text.codePointAt(unit)) > 0xffff ? 2 : 1) offsets.push(unit);
  offsets.push(text.length);
  return (point) => offsets[point];
}

/**
 * How many code points `text` has.
 * @param {string} text
 */
export function codePoints(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
