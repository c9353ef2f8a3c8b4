import type { QueryClient } from '@tanstack/react-query';
import { type PhotoListData, photoKeys, photoListQuery } from '@/features/photo';
import type { Photo } from '@/shared/api';
import { readAnchor } from '@/shared/grid';

const freshMs = 15_000;
const feed = photoListQuery({}).queryKey;

/** Starts the feed again from its newest photo. */
export function restartFeed(client: QueryClient): void {
  client.setQueryData<PhotoListData>(photoKeys.list({}), (data) =>
    data ? { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) } : data,
  );
  void client.invalidateQueries({ queryKey: feed });
}

/**
 * Someone who comes back to a place in the feed finds it as it was left; someone who opens the
 * feed finds it new.
 */
export function refreshOnEntry(client: QueryClient): void {
  const state = client.getQueryState(feed);
  if (!state?.data || readAnchor()) return;
  if (Date.now() - state.dataUpdatedAt > freshMs || state.isInvalidated) restartFeed(client);
}

/** A photo just became ready for everyone: an empty feed shows it, a fuller one says so. */
export function noteNewPhoto(client: QueryClient, photo: Photo): void {
  if (photo.status !== 'tagged' || photo.visibility !== 'public') return;
  const data = client.getQueryData<PhotoListData>(feed);
  if (!data || data.pages.some((page) => page.items.some(({ id }) => id === photo.id))) return;
  const empty = data.pages.every((page) => page.items.length === 0);
  void client.invalidateQueries({ queryKey: feed, refetchType: empty ? 'all' : 'none' });
}
