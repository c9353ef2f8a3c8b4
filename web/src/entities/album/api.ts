import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { type Album, api, unwrap } from '@/shared/api';

const pageSize = 60;
/** The server's limit of ids per bulk request. */
const bulkSize = 500;

export const albumKeys = {
  all: ['albums'] as const,
  own: ['albums', 'own'] as const,
  choices: ['albums', 'choices'] as const,
  one: (id: string) => ['albums', 'one', id] as const,
};

type AlbumPage = { items: Album[]; next_cursor?: string | null };

export const ownAlbumsQuery = infiniteQueryOptions({
  queryKey: albumKeys.own,
  queryFn: ({ pageParam, signal }) =>
    unwrap(
      api.GET('/api/v1/albums', {
        params: { query: { limit: pageSize, ...(pageParam ? { cursor: pageParam } : {}) } },
        signal,
      }),
    ),
  initialPageParam: null as string | null,
  getNextPageParam: (page: AlbumPage) => page.next_cursor ?? undefined,
});

/**
 * The caller's albums for a select box, newest first. One page of the server's maximum is enough to
 * choose from.
 */
export const albumChoicesQuery = queryOptions({
  queryKey: albumKeys.choices,
  queryFn: ({ signal }) =>
    unwrap(api.GET('/api/v1/albums', { params: { query: { limit: 200 } }, signal })),
});

export const albumQuery = (id: string) =>
  queryOptions({
    queryKey: albumKeys.one(id),
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/albums/{album_id}', { params: { path: { album_id: id } }, signal })),
  });

export type AlbumText = Pick<Album, 'title' | 'description' | 'visibility'>;

export const createAlbum = (body: AlbumText) => unwrap(api.POST('/api/v1/albums', { body }));

const path = (id: string) => ({ params: { path: { album_id: id } } });

export const changeAlbum = (id: string, body: Partial<AlbumText> & { cover_photo_id?: string }) =>
  unwrap(api.PATCH('/api/v1/albums/{album_id}', { ...path(id), body }));

export const deleteAlbum = (id: string) =>
  unwrap(api.DELETE('/api/v1/albums/{album_id}', path(id)));

export const orderAlbum = (id: string, ids: string[]) =>
  unwrap(api.PATCH('/api/v1/albums/{album_id}/photos', { ...path(id), body: { ids } }));

const membership = (album: string, photo: string) => ({
  params: { path: { album_id: album, photo_id: photo } },
});

export const addPhotoToAlbum = (album: string, photo: string) =>
  unwrap(api.PUT('/api/v1/albums/{album_id}/photos/{photo_id}', membership(album, photo)));

export const removePhotoFromAlbum = (album: string, photo: string) =>
  unwrap(api.DELETE('/api/v1/albums/{album_id}/photos/{photo_id}', membership(album, photo)));

/** Add photos to an album; returns how many the server refused. */
export async function addPhotosToAlbum(album: string, ids: string[]): Promise<number> {
  let refused = 0;
  for (let start = 0; start < ids.length; start += bulkSize) {
    const batch = ids.slice(start, start + bulkSize);
    const { items } = await unwrap(
      api.POST('/api/v1/photos/bulk', {
        body: { ids: batch, action: 'add_to_album', value: album },
      }),
    );
    refused += items.filter((item) => item.status === 'error').length;
  }
  return refused;
}
