import type { QueryClient } from '@tanstack/react-query';
import { photoQuery } from '@/entities/photo';
import { loadSession } from '@/entities/session';
import { feedQuery } from '@/features/feed';
import { loadPhotoPage } from '@/features/photo-page';
import { firstAddress, hasEmbedded } from '@/shared/api';
import { readFeedTab } from '@/shared/url/routes';

/**
 * Load the data embedded in the HTML, so the first render is the page rather than its skeleton,
 * which would erase the prerendered photos. Waits for code only, never for the server.
 */
export async function loadFirstData(client: QueryClient): Promise<void> {
  const address = firstAddress(location);
  const there = address !== null && hasEmbedded(address);
  await Promise.all([loadSession(client), there && loadPage(client)]);
}

async function loadPage(client: QueryClient): Promise<void> {
  const [, id] = /^\/p\/(.+)$/.exec(location.pathname) ?? [];
  if (!id) return client.prefetchInfiniteQuery(feedQuery(readFeedTab(location.search)));
  // If the chunk fails to load, the page itself retries and reports it.
  await Promise.all([client.prefetchQuery(photoQuery(id)), loadPhotoPage().catch(() => undefined)]);
}
