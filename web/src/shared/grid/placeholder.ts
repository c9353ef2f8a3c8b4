import { thumbHashToDataURL } from 'thumbhash';

const cache = new Map<string, string | undefined>();

function decode(thumbhash: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(thumbhash), (character) => character.charCodeAt(0));
    return `url(${thumbHashToDataURL(bytes)})`;
  } catch {
    return undefined;
  }
}

/** A blurred stand-in as a CSS image; undefined when there is no hash or it is damaged. */
export function placeholderImage(thumbhash: string | null): string | undefined {
  if (!thumbhash) return undefined;
  if (!cache.has(thumbhash)) cache.set(thumbhash, decode(thumbhash));
  return cache.get(thumbhash);
}
