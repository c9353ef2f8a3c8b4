import { flushSync } from 'react-dom';

/** As in the stage's style sheet; unique on the page. */
const name = 'photo';

const prefersReducedMotion = () =>
  document.documentElement.dataset.motion === 'reduced' ||
  window.matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Navigate with a view transition from the tile's image to the photo page. */
export function growing(picture: HTMLElement | null, change: () => void): void {
  if (!picture || prefersReducedMotion() || !('startViewTransition' in document)) {
    change();
    return;
  }
  picture.style.viewTransitionName = name;
  document.startViewTransition(() => {
    picture.style.viewTransitionName = '';
    flushSync(change);
  });
}
