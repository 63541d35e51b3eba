// A school's own colour, made readable: text in it, and text on it, keep the contrast that WCAG asks for.

/** WCAG 2.2, 1.4.3. */
const CONTRAST = 4.5;
const STEP = 0.08;

type Rgb = [number, number, number];

/**
 * Gives `element` the brand colour `colour`, anything CSS knows; '' takes it away again.
 * An unknown one changes nothing. To be called again when the theme changes.
 */
export function paint(element: HTMLElement, colour: string): void {
  for (const name of ['--brand', '--brand-ink', '--brand-soft']) element.style.removeProperty(name);
  const wanted = colour && read(element, colour);
  const ground = read(element, 'var(--ground)');
  const surface = read(element, 'var(--surface)');
  if (!wanted || !ground || !surface) return;
  const dark = luminance(surface) < 0.2;
  const away: Rgb = dark ? [255, 255, 255] : [0, 0, 0];
  const soft = (brand: Rgb) => mix(surface, brand, 0.12);
  let brand = wanted;
  while ([ground, surface, soft(brand)].some((behind) => contrast(brand, behind) < CONTRAST) && contrast(brand, away) > 1.05) {
    brand = mix(brand, away, STEP);
  }
  const ink: Rgb = contrast(brand, [255, 255, 255]) >= CONTRAST ? [255, 255, 255] : [0, 0, 0];
  element.style.setProperty('--brand', css(brand));
  element.style.setProperty('--brand-ink', css(ink));
  element.style.setProperty('--brand-soft', css(soft(brand)));
}

/** A CSS colour as the browser computes it within `element`; null for what is none. */
function read(element: HTMLElement, colour: string): Rgb | null {
  if (!colour.startsWith('var(') && !CSS.supports('color', colour)) return null;
  const probe = document.createElement('span');
  probe.style.color = colour;
  element.append(probe);
  const numbers = getComputedStyle(probe).color.match(/[\d.]+/g)?.map(Number);
  probe.remove();
  return numbers && numbers.length >= 3 ? [numbers[0], numbers[1], numbers[2]] : null;
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  return from.map((value, at) => value + (to[at] - value) * share) as Rgb;
}

function css(colour: Rgb): string {
  return `rgb(${colour.map(Math.round).join(', ')})`;
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: Rgb, other: Rgb): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
