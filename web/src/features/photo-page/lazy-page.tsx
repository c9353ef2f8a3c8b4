import { type ComponentProps, useState } from 'react';
import { lazyComponent } from '@/shared/ui/lazy-component';
import type Page from './page';

let loaded: typeof Page | null = null;

/** Load the chunk of the photo page. */
export async function loadPhotoPage(): Promise<{ default: typeof Page }> {
  const module = await import('./page');
  loaded = module.default;
  return module;
}

const Lazy = lazyComponent(loadPhotoPage);

/** Renders the page synchronously if its chunk is loaded: `lazy` alone would flash its fallback. */
export function PhotoPage(props: ComponentProps<typeof Page>) {
  // Keep the first choice: switching the type would remount the page and lose input.
  const [Shown] = useState(() => loaded ?? Lazy);
  return <Shown {...props} />;
}
