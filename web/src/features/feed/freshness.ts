import type { QueryClient } from '@tanstack/react-query';
import { type ListParams, type PhotoListData, photoKeys, photoListQuery } from '@/entities/photo';
import type { Photo } from '@/shared/api';
import { readAnchor } from '@/shared/grid';
import { headQuery, headSize, recent } from './api';

const freshMs = 15_000;
const feed = photoListQuery(recent).queryKey;

/** Reload a list from its first page. */
export function restartFeed(client: QueryClient, params: ListParams = recent): void {
  const { queryKey } = photoListQuery(params);
  client.setQueryData<PhotoListData>(photoKeys.list(params), (data) =>
    data ? { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) } : data,
  );
  void client.invalidateQueries({ queryKey });
  void client.invalidateQueries({ queryKey: headQuery.queryKey });
}

/** Refresh the feed on a new visit, but not on Back. */
export function refreshOnEntry(client: QueryClient, params: ListParams): void {
  const state = client.getQueryState(photoListQuery(params).queryKey);
  if (!state?.data || readAnchor()) return;
  if (Date.now() - state.dataUpdatedAt > freshMs || state.isInvalidated) {
    restartFeed(client, params);
  }
}

/** An empty feed shows a new photo at once; otherwise it is suggestionLimit by the pill. */
export function offerNewPhoto(client: QueryClient, photo: Photo): void {
  if (photo.status !== 'tagged' || photo.visibility !== 'public') return;
  const data = client.getQueryData<PhotoListData>(feed);
  if (!data || data.pages.some((page) => page.items.some(({ id }) => id === photo.id))) return;
  const empty = data.pages.every((page) => page.items.length === 0);
  if (empty) void client.invalidateQueries({ queryKey: feed, refetchType: 'all' });
  void client.invalidateQueries({ queryKey: headQuery.queryKey });
}

export type NewPhotos = { count: number; more: boolean };

/** Count the newest photos that are not in the list yet. */
export function newPhotos(head: readonly string[], loaded: ReadonlySet<string>): NewPhotos {
  const known = head.findIndex((id) => loaded.has(id));
  if (known === -1) return { count: head.length, more: head.length >= headSize };
  return { count: known, more: false };
}
