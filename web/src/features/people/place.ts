import { readAnchor, writeAnchor } from '@/shared/grid';

const seenKey = 'vignette.following.seen';

/** The newest photo of the previous visit: newer ones are unread. */
export function readSeen(): string | null {
  try {
    return localStorage.getItem(seenKey);
  } catch {
    return null;
  }
}

export function writeSeen(id: string): void {
  try {
    localStorage.setItem(seenKey, id);
  } catch {
    // Storage is blocked: the next visit shows no marker.
  }
}

/** Store the opened photo in the history entry, as the grid does. */
export function leaveAt(id: string, loaded: number): void {
  const element = itemOf(id);
  if (!element) return;
  writeAnchor({ id, offset: element.getBoundingClientRect().top, loaded, opened: true });
}

export const itemOf = (id: string): HTMLElement | null =>
  document.querySelector(`[data-photo="${CSS.escape(id)}"]`);

/** Scroll to the stored photo; returns whether there is one. */
export function returnToPlace(): boolean {
  const anchor = readAnchor();
  const element = anchor && itemOf(anchor.id);
  if (!anchor || !element) return false;
  window.scrollBy(0, element.getBoundingClientRect().top - anchor.offset);
  element.focus({ preventScroll: true });
  return true;
}
