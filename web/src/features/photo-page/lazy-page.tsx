import { type ComponentProps, useState } from 'react';
import { lazyPart } from '@/shared/ui/lazy-part';
import type Page from './page';

let loaded: typeof Page | null = null;

/** Fetches the page's code, which waits for the first that opens a photo. */
export async function loadPhotoPage(): Promise<{ default: typeof Page }> {
  const module = await import('./page');
  loaded = module.default;
  return module;
}

const Lazy = lazyPart(loadPhotoPage);

/** The page, at once where its code is there: `lazyPart` alone would let its fallback be seen for a moment. */
export function PhotoPage(props: ComponentProps<typeof Page>) {
  // Chosen once: another type would be another page, without what was typed into this one.
  const [Shown] = useState(() => loaded ?? Lazy);
  return <Shown {...props} />;
}
