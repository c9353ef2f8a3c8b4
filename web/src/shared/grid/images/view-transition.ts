import { flushSync } from 'react-dom';

/** As in the stage's style; one picture at a time has it. */
const name = 'photo';

const isStill = () =>
  document.documentElement.dataset.motion === 'reduced' ||
  window.matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Makes a change of page in which a tile's picture grows into its place there; all else is replaced. */
export function growing(picture: HTMLElement | null, change: () => void): void {
  if (!picture || isStill() || !('startViewTransition' in document)) {
    change();
    return;
  }
  picture.style.viewTransitionName = name;
  document.startViewTransition(() => {
    picture.style.viewTransitionName = '';
    flushSync(change);
  });
}
