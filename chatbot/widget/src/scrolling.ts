// Keeping an answer in view while it grows, until somebody scrolls on their own.

const MARGIN = 12;

/**
 * A function that shows the end of `turn` above `foot`, but never scrolls past its question,
 * in whatever scrolls it: the widget's own view, or the page.
 */
export function follow(turn: HTMLElement, foot: HTMLElement): () => void {
  let own = false;
  const stop = () => {
    own = true;
  };
  for (const kind of ['wheel', 'touchmove']) window.addEventListener(kind, stop, { once: true, passive: true });
  return () => {
    if (own) return;
    const view = turn.closest<HTMLElement>('.view');
    const scroller = view && view.scrollHeight > view.clientHeight + 1 && getComputedStyle(view).overflowY === 'auto' ? view : null;
    const top = (scroller ? scroller.getBoundingClientRect().top : 0) + MARGIN;
    const bottom = (scroller ? scroller.getBoundingClientRect().bottom : Math.min(foot.getBoundingClientRect().top, window.innerHeight - foot.offsetHeight)) - MARGIN;
    const box = turn.getBoundingClientRect();
    const down = Math.min(box.top - top, box.bottom - bottom);
    if (down > 0) (scroller ?? window).scrollBy(0, down);
  };
}
