import { thumbHashToDataURL } from 'thumbhash';

type Cache = Map<string, string | undefined>;

/** A few kilobytes each: cache those of a few screens. */
const kept = 400;
// The first-paint bundle and the app each include this module but share the images.
const shared = globalThis as { vignettePlaceholders?: Cache };
shared.vignettePlaceholders ??= new Map();
const cache: Cache = shared.vignettePlaceholders;

function decode(thumbhash: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(thumbhash), (character) => character.charCodeAt(0));
    return `url(${thumbHashToDataURL(bytes)})`;
  } catch {
    return undefined;
  }
}

/** Blurred placeholder as a CSS image; undefined if the hash is missing or damaged. */
export function placeholderImage(thumbhash: string | null): string | undefined {
  if (!thumbhash) return undefined;
  const cached = cache.get(thumbhash);
  if (cached) return cached;
  const image = decode(thumbhash);
  const oldest = cache.keys().next();
  if (cache.size >= kept && !oldest.done) cache.delete(oldest.value);
  cache.set(thumbhash, image);
  return image;
}
