import type { QueryClient } from '@tanstack/react-query';
import type { Photo } from '@/shared/api';
import { type PhotoListData, photoKeys } from './keys';

type Change = (photo: Photo) => Photo | null;

/**
 * Change one photo of a list, or remove it where `change` returns null. Returns the same object if
 * the list lacks the photo.
 */
export function changeInList(data: PhotoListData, id: string, change: Change): PhotoListData {
  let touched = false;
  const pages = data.pages.map((page) => {
    if (!page.items.some((photo) => photo.id === id)) return page;
    touched = true;
    const items = page.items.flatMap((photo) => {
      if (photo.id !== id) return [photo];
      const changed = change(photo);
      return changed ? [changed] : [];
    });
    return { ...page, items };
  });
  return touched ? { ...data, pages } : data;
}

function changeInLists(client: QueryClient, id: string, change: Change): void {
  client.setQueriesData<PhotoListData>({ queryKey: photoKeys.lists }, (data) =>
    data ? changeInList(data, id, change) : data,
  );
}

export function patchPhoto(client: QueryClient, id: string, fields: Partial<Photo>): void {
  const change = (photo: Photo): Photo => ({ ...photo, ...fields });
  client.setQueryData<Photo>(photoKeys.one(id), (photo) => photo && change(photo));
  changeInLists(client, id, change);
}

/** Replace a photo in the cache and in every cached list. */
export function putPhoto(client: QueryClient, photo: Photo): void {
  client.setQueryData(photoKeys.one(photo.id), photo);
  changeInLists(client, photo.id, () => photo);
}

/**
 * Replace one of the user's own photos, and prepend it to their list if it is the newest: another
 * tab or program may have uploaded it.
 */
export function addOwnPhoto(client: QueryClient, photo: Photo): void {
  putPhoto(client, photo);
  const key = photoKeys.list({ user: photo.owner.username });
  client.setQueryData<PhotoListData>(key, (data) => {
    const first = data?.pages[0];
    if (!data || !first) return data;
    const newest = first.items[0];
    if (newest && Date.parse(newest.created_at) > Date.parse(photo.created_at)) return data;
    if (data.pages.some((page) => page.items.some(({ id }) => id === photo.id))) return data;
    const pages = [{ ...first, items: [photo, ...first.items] }, ...data.pages.slice(1)];
    return { ...data, pages };
  });
}

export function removePhoto(client: QueryClient, id: string): void {
  changeInLists(client, id, () => null);
  client.removeQueries({ queryKey: photoKeys.one(id) });
}

/** Find a photo in any cached list, to show before its own query answers. */
export function findPhoto(client: QueryClient, id: string): Photo | undefined {
  for (const [, data] of client.getQueriesData<PhotoListData>({ queryKey: photoKeys.lists })) {
    for (const page of data?.pages ?? []) {
      const found = page.items.find((photo) => photo.id === id);
      if (found) return found;
    }
  }
  return undefined;
}
