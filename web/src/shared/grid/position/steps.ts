/** The way through photos since one was opened from a list: where it began, and where it is now. */
let way: { opened: string; seen: string } | null = null;

/** Someone went on from one photo to the next without going back to the list. */
export function noteStep(from: string, to: string): void {
  way = { opened: way?.seen === from ? way.opened : from, seen: to };
}

export function forgetSteps(): void {
  way = null;
}

/** The photo that was seen last after `opened` was; null when nobody went on from it. */
export const seenSince = (opened: string): string | null =>
  way?.opened === opened && way.seen !== opened ? way.seen : null;
