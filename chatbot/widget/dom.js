// Elements made of text nodes: nothing that comes from a document or a question is ever parsed as HTML.

/** `make('a', {class: 'x', href: '…'}, 'text', otherElement)`; null and undefined attributes and children are left out. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ''));
  return element;
}

/** The folder the service lives in, whatever prefix a proxy gives it; ends in a slash. */
export const BASE = new URL('..', import.meta.url);

/** `url` of a reply as an address of this site, or null where it points elsewhere or is no address. */
export function ownAddress(url) {
  try {
    const address = new URL(url, BASE);
    return address.origin === BASE.origin ? address.href : null;
  } catch {
    return null;
  }
}
