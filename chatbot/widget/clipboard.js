// The clipboard, also where the browser has no API for it: WebViews, and pages without TLS on a school's own network.

/**
 * Puts `text` on the clipboard; resolves to whether that worked.
 * @param {string} text
 * @returns {Promise<boolean>}
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text); // no such API, or forbidden
  }
}

/** @param {string} text */
function copyBySelection(text) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  const box = document.createElement('textarea');
  box.value = text;
  box.setAttribute('readonly', ''); // no keyboard on phones
  box.setAttribute('aria-hidden', 'true');
  Object.assign(box.style, { position: 'fixed', top: '0', opacity: '0', fontSize: '16px' });
  document.body.append(box);
  box.select();
  try {
    return document.execCommand('copy');
  } finally {
    box.remove();
    focused?.focus({ preventScroll: true });
  }
}
