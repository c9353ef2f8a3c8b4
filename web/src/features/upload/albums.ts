import { queryOptions, useMutation } from '@tanstack/react-query';
import { api, unwrap } from '@/shared/api';

/** A person's own albums, newest first; as many as one can choose from in a list. */
export const ownAlbumsQuery = queryOptions({
  queryKey: ['albums', 'choice'],
  queryFn: ({ signal }) =>
    unwrap(api.GET('/api/v1/albums', { params: { query: { limit: 200 } }, signal })),
});

export const useAddToAlbum = () =>
  useMutation({
    mutationFn: ({ albumId, photoId }: { albumId: string; photoId: string }) =>
      unwrap(
        api.PUT('/api/v1/albums/{album_id}/photos/{photo_id}', {
          params: { path: { album_id: albumId, photo_id: photoId } },
        }),
      ),
  });
