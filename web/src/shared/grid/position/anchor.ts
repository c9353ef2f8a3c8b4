/** The reader's position in a list: a photo and its row's offset from the viewport's top. */
export type Anchor = {
  id: string;
  offset: number;
  /** Number of loaded photos, which bounds the search for `id`. */
  loaded: number;
  /** Set by opening this photo rather than by scrolling. */
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

/**
 * Stored in the history entry, so that Back, Forward and Reload each restore their own position.
 */
export function readAnchor(): Anchor | null {
  const state: unknown = history.state;
  if (typeof state !== 'object' || state === null || !('anchor' in state)) return null;
  return isAnchor(state.anchor) ? state.anchor : null;
}

export function writeAnchor(anchor: Anchor | null): void {
  const { anchor: _old, ...rest } = (history.state ?? {}) as Record<string, unknown>;
  history.replaceState(anchor ? { ...rest, anchor } : rest, '');
}
