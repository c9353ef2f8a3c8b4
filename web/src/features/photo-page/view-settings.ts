import { useSyncExternalStore } from 'react';

/** View settings, kept from photo to photo until a reload. */
type ViewSettings = {
  panel: boolean;
  /** Share of a narrow window's height for the photo, in percent. */
  share: number;
};

/** As in the style sheet. */
export const defaultShare = 52;

let viewing: ViewSettings = { panel: true, share: defaultShare };
const listeners = new Set<() => void>();

export function setViewSettings(fields: Partial<ViewSettings>): void {
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

export const useViewSettings = (): ViewSettings => useSyncExternalStore(subscribe, now, now);

const smallest = 24;
const largest = 78;
/** Sizes that a click cycles through. */
const sizes = [defaultShare, largest, smallest] as const;

export const clampShare = (share: number): number =>
  Math.round(Math.min(Math.max(share, smallest), largest));

/** The next size; from a dragged size, the one after the nearest. */
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

/** Full screen for the whole document: stepping to another photo must not end it. */
export function toggleFullScreen(): void {
  const done = document.fullscreenElement
    ? document.exitFullscreen()
    : document.documentElement.requestFullscreen();
  // Some phones do not support it.
  done.catch(() => undefined);
}
