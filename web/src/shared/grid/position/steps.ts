/** The photo that was opened from a list, and the last one stepped to from it. */
let way: { opened: string; seen: string } | null = null;

/** Record a step between photos. */
export function recordStep(from: string, to: string): void {
  way = { opened: way?.seen === from ? way.opened : from, seen: to };
}

export function forgetSteps(): void {
  way = null;
}

/** The last photo stepped to from `opened`; null if none. */
export const lastStepFrom = (opened: string): string | null =>
  way?.opened === opened && way.seen !== opened ? way.seen : null;
