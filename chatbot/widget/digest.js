// A short digest of cited characters, by which a link can tell that its document has changed since.

/**
 * Eight hexadecimal digits: FNV-1a, 32 bits, over UTF-16 code units. It guards against nobody; a browser without TLS
 * has no better one. http://www.isthe.com/chongo/tech/comp/fnv/
 * @param {string} text
 * @param {number} [start]
 * @param {number} [end]
 */
export function digest(text, start = 0, end = text.length) {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
