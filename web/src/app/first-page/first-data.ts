import type { QueryClient } from '@tanstack/react-query';
import { photoQuery } from '@/entities/photo';
import { takeSession } from '@/entities/session';
import { feedQuery } from '@/features/feed';
import { loadPhotoPage } from '@/features/photo-page';
import { carries, firstAddress } from '@/shared/api';
import { readFeedTab } from '@/shared/url/routes';

/**
 * Takes what came with the page, so that the first thing drawn is the page and not its skeleton:
 * that would wipe out what stands there already. Nothing here waits for the server but code.
 */
export async function takeFirstData(client: QueryClient): Promise<void> {
  const address = firstAddress(location);
  const there = address !== null && carries(address);
  await Promise.all([takeSession(client), there && takePage(client)]);
}

async function takePage(client: QueryClient): Promise<void> {
  const [, id] = /^\/p\/(.+)$/.exec(location.pathname) ?? [];
  if (!id) return client.prefetchInfiniteQuery(feedQuery(readFeedTab(location.search)));
  // Code that does not come is told of by the page itself, when it asks again.
  await Promise.all([client.prefetchQuery(photoQuery(id)), loadPhotoPage().catch(() => undefined)]);
}
