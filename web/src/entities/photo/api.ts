import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { api, type PhotoPage, unwrap } from '@/shared/api';
import { problemText, t } from '@/shared/i18n';
import { toast } from '@/shared/ui';
import { findPhoto, removePhoto } from './cache';
import { type ListParams, photoKeys } from './keys';

const pageSize = 60;
/** Poll interval of a pending photo, because a proxy may block the event stream. */
const pendingPollMs = 10_000;

function fetchPage({ feed, ...params }: ListParams, cursor: string | null, signal: AbortSignal) {
  const page = { limit: pageSize, ...(cursor ? { cursor } : {}) };
  if (feed === 'following') {
    return unwrap(api.GET('/api/v1/feed', { params: { query: page }, signal }));
  }
  const query = { ...params, ...page };
  return unwrap(api.GET('/api/v1/photos', { params: { query }, signal }));
}

export const photoListQuery = (params: ListParams) =>
  infiniteQueryOptions({
    queryKey: photoKeys.list(params),
    queryFn: ({ pageParam, signal }) => fetchPage(params, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: PhotoPage) => page.next_cursor ?? undefined,
    // Lists refetch only when invalidated: they must not change under the reader.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: false,
    gcTime: 30 * 60_000,
  });

export const fetchPhoto = (id: string, signal?: AbortSignal) =>
  unwrap(
    api.GET('/api/v1/photos/{photo_id}', {
      params: { path: { photo_id: id } },
      ...(signal ? { signal } : {}),
    }),
  );

export const photoQuery = (id: string) =>
  queryOptions({
    queryKey: photoKeys.one(id),
    queryFn: ({ signal }) => fetchPhoto(id, signal),
    staleTime: 30_000,
    refetchInterval: (query) => (query.state.data?.status === 'pending' ? pendingPollMs : false),
  });

export function usePhotoQuery(id: string) {
  const placeholder = findPhoto(useQueryClient(), id);
  return { ...photoQuery(id), ...(placeholder ? { placeholderData: placeholder } : {}) };
}

export function useTrashPhoto() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(api.DELETE('/api/v1/photos/{photo_id}', { params: { path: { photo_id: id } } })),
    onSuccess: (_nothing, id) => removePhoto(client, id),
  });
}

/** The largest number of failed photos that is counted and retried at once. */
export const failedLimit = 200;

/** The user's own photos that failed to process. */
export const failedQuery = (username: string) =>
  queryOptions({
    queryKey: [...photoKeys.failed, username],
    queryFn: async ({ signal }) => {
      const query = { user: username, status: 'failed' as const, limit: failedLimit };
      return (await unwrap(api.GET('/api/v1/photos', { params: { query }, signal }))).items;
    },
    staleTime: 15_000,
  });

export function useRetryPhotos() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ids: string[]) =>
      unwrap(api.POST('/api/v1/photos/bulk', { body: { ids, action: 'retag', value: null } })),
    onSuccess: (_outcomes, ids) => toast(t.photoPage.retryingAll(ids.length)),
    onError: (error) => toast(`${t.photoPage.notRetried} ${problemText(error)}`),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: photoKeys.failed });
      void client.invalidateQueries({ queryKey: photoKeys.lists, refetchType: 'all' });
    },
  });
}

export function useRetryPhoto() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(api.POST('/api/v1/photos/{photo_id}/retag', { params: { path: { photo_id: id } } })),
    onSuccess: (_accepted, id) => {
      toast(t.photoPage.retrying);
      return client.invalidateQueries({ queryKey: photoKeys.one(id) });
    },
    onError: (error) => toast(`${t.photoPage.notRetried} ${problemText(error)}`),
  });
}

export function useRestorePhoto() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(api.POST('/api/v1/photos/{photo_id}/restore', { params: { path: { photo_id: id } } })),
    onSuccess: () => {
      toast(t.photoPage.restored);
      // Only the server knows the photo's position in each list.
      return client.invalidateQueries({ queryKey: photoKeys.lists, refetchType: 'all' });
    },
    onError: (error) => toast(`${t.photoPage.notRestored} ${problemText(error)}`),
  });
}
