import type { QueryClient } from '@tanstack/react-query';
import type { Photo } from '@/shared/api';
import type { PhotoEvent } from '@/shared/events';
import { fetchPhoto } from './api';
import { addOwnPhoto, patchPhoto } from './cache';
import { type PhotoListData, photoKeys } from './keys';

/**
 * Apply a live event to the cache: tags at once, and what the event does not carry (thumbnail, alt
 * text, failure) by a fetch.
 */
export async function applyPhotoEvent(client: QueryClient, event: PhotoEvent): Promise<Photo> {
  if (event.type === 'photo.tagged' && event.tags) {
    patchPhoto(client, event.photo_id, { status: 'tagged', tags: event.tags });
  }
  void client.invalidateQueries({ queryKey: photoKeys.tags(event.photo_id) });
  if (event.type !== 'photo.rendered') {
    void client.invalidateQueries({ queryKey: photoKeys.failed });
  }
  const photo = await fetchPhoto(event.photo_id);
  addOwnPhoto(client, photo);
  return photo;
}

const hasPending = (data: PhotoListData | undefined) =>
  data?.pages.some((page) => page.items.some((photo) => photo.status === 'pending')) ?? false;

/** Refetch everything pending, after the event stream was interrupted. */
export function refetchPending(client: QueryClient): void {
  void client.invalidateQueries({
    queryKey: photoKeys.lists,
    refetchType: 'all',
    predicate: (query) => hasPending(query.state.data as PhotoListData | undefined),
  });
  void client.invalidateQueries({
    queryKey: photoKeys.ones,
    predicate: (query) => (query.state.data as Photo | undefined)?.status === 'pending',
  });
}
