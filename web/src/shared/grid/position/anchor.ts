/** The reader's place in a list: a photo and how far its row stands below the viewport's top. */
export type Anchor = {
  id: string;
  offset: number;
  /** How many photos the list had, which is as far as a search for `id` goes. */
  loaded: number;
  /** Left by opening this photo, rather than in the middle of scrolling. */
  opened: boolean;
};

function isAnchor(value: unknown): value is Anchor {
  return (
    typeof value === 'object' &&
    value !== null &&
    'id' in value &&
    typeof value.id === 'string' &&
    'offset' in value &&
    typeof value.offset === 'number' &&
    'loaded' in value &&
    typeof value.loaded === 'number' &&
    'opened' in value &&
    typeof value.opened === 'boolean'
  );
}

/** Kept in the history entry, so that Back, Forward and Reload each find their own place. */
export function readAnchor(): Anchor | null {
  const state: unknown = history.state;
  if (typeof state !== 'object' || state === null || !('anchor' in state)) return null;
  return isAnchor(state.anchor) ? state.anchor : null;
}

export function writeAnchor(anchor: Anchor | null): void {
  const { anchor: _old, ...rest } = (history.state ?? {}) as Record<string, unknown>;
  history.replaceState(anchor ? { ...rest, anchor } : rest, '');
}
