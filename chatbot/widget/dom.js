// Elements made of text nodes: nothing that comes from a document or a question is ever parsed as HTML.

/** @typedef {Node | string | null | undefined | false} Child what is null, undefined, false or '' is left out */

/**
 * `make('a', {class: 'x', href: '…'}, 'text', otherElement)`; null, undefined and false attributes are left out.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | boolean | null | undefined>} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...shown(children));
  return element;
}

/**
 * Replaces what `element` holds; `replaceChildren` is younger than some WebViews in use.
 * @param {Element} element
 * @param {...Child} children
 */
export function fill(element, ...children) {
  element.textContent = '';
  element.append(...shown(children));
}

/** @param {Child[]} children */
function shown(children) {
  return /** @type {(Node | string)[]} */ (children.filter((child) => child !== null && child !== undefined && child !== false && child !== ''));
}

/** For the pages: the folder the service lives in, whatever prefix a proxy gives it; ends in a slash. */
export const BASE = /* @__PURE__ */ new URL('..', import.meta.url);

/**
 * `url` of a reply as an address of the service at `base`, or null where it points elsewhere or is no address.
 * @param {string} url
 * @param {URL} base
 * @returns {string | null}
 */
export function ownAddress(url, base) {
  try {
    const address = new URL(url, base);
    return address.origin === base.origin && /^https?:$/.test(address.protocol) ? address.href : null;
  } catch {
    return null;
  }
}
