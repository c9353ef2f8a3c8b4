import { thumbHashToDataURL } from 'thumbhash';

type Cache = Map<string, string | undefined>;

/** Some kilobytes each: those of a few screens are kept, not those of ten thousand photos. */
const kept = 400;
// The bundle that draws ahead and the app have this file each, and the pictures together.
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

/** A blurred stand-in as a CSS image; undefined when there is no hash or it is damaged. */
export function placeholderImage(thumbhash: string | null): string | undefined {
  if (!thumbhash) return undefined;
  const known = cache.get(thumbhash);
  if (known) return known;
  const image = decode(thumbhash);
  const oldest = cache.keys().next();
  if (cache.size >= kept && !oldest.done) cache.delete(oldest.value);
  cache.set(thumbhash, image);
  return image;
}
