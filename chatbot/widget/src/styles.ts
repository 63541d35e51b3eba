// The widget's styles, put where a strict Content-Security-Policy and older WebViews allow them.

import chat from '../chat.css';
import shared from '../shared.css';
import widget from './widget.css';

export type Theme = 'auto' | 'light' | 'dark';

const DARK = /@media\s*\(prefers-color-scheme:\s*dark\)/g;
const MEDIA: Record<Theme, string> = { auto: '@media (prefers-color-scheme:dark)', light: '@media not all', dark: '@media all' };
/** 1.25rem: of the root element of the page, which for many phone layouts in China is 100px. */
const REM = /(\d*\.?\d+)rem\b/g;

/**
 * Styles `root` in `theme`. `nonce` is the loading script's: where there are no constructable style sheets, as in
 * WebViews before 2019's Chromium and 2023's Safari, it lets a style element pass a host page's policy.
 */
export function dress(root: ShadowRoot, theme: Theme, nonce: string): void {
  const medium = mediumSize(root);
  const text = (shared + chat + widget).replace(DARK, MEDIA[theme]).replace(REM, (_, size) => `${Number(size) * medium}px`);
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.querySelector('style')?.remove();
    const style = document.createElement('style');
    style.nonce = nonce;
    style.textContent = text;
    root.prepend(style);
  }
}

/** Pixels of the size that the reader's browser calls medium, whatever the page says of its own. */
function mediumSize(root: ShadowRoot): number {
  const probe = document.createElement('span');
  probe.style.fontSize = 'medium';
  root.append(probe);
  const size = Number.parseFloat(getComputedStyle(probe).fontSize);
  probe.remove();
  return size || 16;
}
