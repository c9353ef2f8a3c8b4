import { useSyncExternalStore } from 'react';

/** How a person looks at photos: kept from one photo to the next, until the page is reloaded. */
type Viewing = {
  panel: boolean;
  /** Share of a narrow window's height that a picture may fill, in percent. */
  share: number;
};

/** As the page's style sheet has it. */
export const usualShare = 52;

let viewing: Viewing = { panel: true, share: usualShare };
const listeners = new Set<() => void>();

export function setViewing(fields: Partial<Viewing>): void {
  viewing = { ...viewing, ...fields };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

const now = () => viewing;

export const useViewing = (): Viewing => useSyncExternalStore(subscribe, now, now);

const smallest = 24;
const largest = 78;
/** The three sizes that a click goes round. */
const sizes = [usualShare, largest, smallest] as const;

export const clampShare = (share: number): number =>
  Math.round(Math.min(Math.max(share, smallest), largest));

/** The size after this one; from one that was dragged to, the nearest counts. */
export function nextShare(share: number): number {
  const distance = (index: number) => Math.abs((sizes[index] ?? 0) - share);
  const nearest = [0, 1, 2].reduce((best, each) => (distance(each) < distance(best) ? each : best));
  return sizes[(nearest + 1) % sizes.length] ?? sizes[0];
}

function subscribeFullScreen(listener: () => void) {
  document.addEventListener('fullscreenchange', listener);
  return () => document.removeEventListener('fullscreenchange', listener);
}

export const useFullScreen = (): boolean =>
  useSyncExternalStore(
    subscribeFullScreen,
    () => document.fullscreenElement !== null,
    () => false,
  );

/** The whole document, so that the step to another photo does not end it. */
export function toggleFullScreen(): void {
  const done = document.fullscreenElement
    ? document.exitFullscreen()
    : document.documentElement.requestFullscreen();
  // A browser may refuse: on some phones there is none.
  done.catch(() => undefined);
}
