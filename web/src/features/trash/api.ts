import {
  type InfiniteData,
  infiniteQueryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { photoKeys } from '@/entities/photo';
import { api, type PhotoPage, unwrap } from '@/shared/api';
import { withoutPhoto } from './model';

const pageSize = 60;
const trashKey = ['trash'] as const;

export const trashQuery = infiniteQueryOptions({
  queryKey: trashKey,
  queryFn: ({ pageParam, signal }) =>
    unwrap(
      api.GET('/api/v1/me/trash', {
        params: { query: { limit: pageSize, ...(pageParam ? { cursor: pageParam } : {}) } },
        signal,
      }),
    ),
  initialPageParam: null as string | null,
  getNextPageParam: (page: PhotoPage) => page.next_cursor ?? undefined,
});

type TrashData = InfiniteData<PhotoPage, string | null>;

function useTaken() {
  const client = useQueryClient();
  return (id: string) =>
    client.setQueryData<TrashData>(trashKey, (data) => data && withoutPhoto(data, id));
}

export function useRestore() {
  const client = useQueryClient();
  const taken = useTaken();
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(api.POST('/api/v1/photos/{photo_id}/restore', { params: { path: { photo_id: id } } })),
    onSuccess: (_photo, id) => {
      taken(id);
      // Cached lists lack the restored photo, each at its own position.
      void client.invalidateQueries({ queryKey: photoKeys.lists, refetchType: 'none' });
      client.removeQueries({ queryKey: photoKeys.lists, type: 'inactive' });
    },
  });
}

/** Delete the photos one by one, stopping at the first failure; returns the number deleted. */
export function useEmpty() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (ids: string[]) => {
      for (const id of ids) await removeForGood(id);
      return ids.length;
    },
    // Not awaited: the row unmounts with the refetch, and its callbacks with it.
    onSettled: () => {
      void client.invalidateQueries({ queryKey: trashKey });
    },
  });
}

const removeForGood = (id: string) =>
  unwrap(
    api.DELETE('/api/v1/photos/{photo_id}', {
      params: { path: { photo_id: id }, query: { permanent: true } },
    }),
  );

export function useRemoveForGood() {
  const taken = useTaken();
  return useMutation({
    mutationFn: removeForGood,
    onSuccess: (_nothing, id) => taken(id),
  });
}
