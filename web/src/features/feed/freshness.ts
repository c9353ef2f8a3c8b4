import type { QueryClient } from '@tanstack/react-query';
import { type ListParams, type PhotoListData, photoKeys, photoListQuery } from '@/entities/photo';
import type { Photo } from '@/shared/api';
import { readAnchor } from '@/shared/grid';
import { headQuery, headSize, recent } from './api';

const freshMs = 15_000;
const feed = photoListQuery(recent).queryKey;

/** Starts a list again from its first photo. */
export function restartFeed(client: QueryClient, params: ListParams = recent): void {
  const { queryKey } = photoListQuery(params);
  client.setQueryData<PhotoListData>(photoKeys.list(params), (data) =>
    data ? { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) } : data,
  );
  void client.invalidateQueries({ queryKey });
  void client.invalidateQueries({ queryKey: headQuery.queryKey });
}

/**
 * Someone who comes back to a place in the feed finds it as it was left; someone who opens the
 * feed finds it new.
 */
export function refreshOnEntry(client: QueryClient, params: ListParams): void {
  const state = client.getQueryState(photoListQuery(params).queryKey);
  if (!state?.data || readAnchor()) return;
  if (Date.now() - state.dataUpdatedAt > freshMs || state.isInvalidated) {
    restartFeed(client, params);
  }
}

/** A photo just became ready for everyone: an empty feed shows it, a fuller one says so. */
export function noteNewPhoto(client: QueryClient, photo: Photo): void {
  if (photo.status !== 'tagged' || photo.visibility !== 'public') return;
  const data = client.getQueryData<PhotoListData>(feed);
  if (!data || data.pages.some((page) => page.items.some(({ id }) => id === photo.id))) return;
  const empty = data.pages.every((page) => page.items.length === 0);
  if (empty) void client.invalidateQueries({ queryKey: feed, refetchType: 'all' });
  void client.invalidateQueries({ queryKey: headQuery.queryKey });
}

export type NewPhotos = { count: number; more: boolean };

/** How many of the newest photos came after the list was loaded. */
export function newPhotos(head: readonly string[], loaded: ReadonlySet<string>): NewPhotos {
  const known = head.findIndex((id) => loaded.has(id));
  if (known === -1) return { count: head.length, more: head.length >= headSize };
  return { count: known, more: false };
}
