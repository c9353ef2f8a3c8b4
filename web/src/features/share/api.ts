import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { api, type PhotoPage, unwrap } from '@/shared/api';

const pageSize = 60;
const keyOf = (token: string) => ['share', token] as const;

export const sharedAlbumQuery = (token: string) =>
  queryOptions({
    queryKey: [...keyOf(token), 'album'],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/s/{token}', { params: { path: { token } }, signal })),
  });

export const sharedPhotosQuery = (token: string) =>
  infiniteQueryOptions({
    queryKey: [...keyOf(token), 'photos'],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/s/{token}/photos', {
          params: {
            path: { token },
            query: { limit: pageSize, ...(pageParam ? { cursor: pageParam } : {}) },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page: PhotoPage) => page.next_cursor ?? undefined,
  });

/** Unlock a link; the browser keeps the cookie from then on. */
export function useUnlock(token: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (password: string) =>
      unwrap(
        api.POST('/api/v1/s/{token}/unlock', { params: { path: { token } }, body: { password } }),
      ),
    onSuccess: () => client.resetQueries({ queryKey: keyOf(token) }),
  });
}
