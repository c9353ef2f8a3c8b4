import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { photoKeys } from '@/entities/photo';
import { type Account, api, type Report, unwrap } from '@/shared/api';

/** Poll interval while the page is open. */
const pollMs = 5_000;
const pageSize = 50;
/** Dead letters loaded for grouping: one page of the server's maximum. */
export const deadLetterLimit = 200;

const queuesKey = ['admin', 'queues'] as const;
const lettersKey = ['admin', 'letters'] as const;
const reportsKey = ['admin', 'reports'] as const;
const accountsKey = ['admin', 'accounts'] as const;

export const queuesQuery = queryOptions({
  queryKey: queuesKey,
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/admin/queues', { signal })),
  refetchInterval: pollMs,
});

export const deadLettersQuery = queryOptions({
  queryKey: lettersKey,
  queryFn: ({ signal }) =>
    unwrap(
      api.GET('/api/v1/admin/dead-letters', {
        params: { query: { limit: deadLetterLimit } },
        signal,
      }),
    ),
  refetchInterval: pollMs,
});

const letter = (id: string) => ({ params: { path: { letter_id: id } } });

/** Retry the letters one by one; returns how many the server refused. */
export function useRetryLetters() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (ids: string[]) => {
      let refused: unknown[] = [];
      for (const id of ids) {
        try {
          await unwrap(api.POST('/api/v1/admin/dead-letters/{letter_id}/retry', letter(id)));
        } catch (error) {
          refused = [...refused, error];
        }
      }
      if (refused.length === ids.length) throw refused[0];
      return { done: ids.length - refused.length, refused: refused.length };
    },
    // Not awaited: the row unmounts with the refetch, and its callbacks with it.
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['admin'] });
    },
  });
}

export function useSkipLetter() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(api.DELETE('/api/v1/admin/dead-letters/{letter_id}', letter(id))),
    // Not awaited: the row unmounts with the refetch, and its callbacks with it.
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['admin'] });
    },
  });
}

type Paged<T> = { items: T[]; next_cursor?: string | null };

export type ReportStatus = 'open' | 'resolved';

export const reportsQuery = (status: ReportStatus) =>
  infiniteQueryOptions({
    queryKey: [...reportsKey, status],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/admin/reports', {
          params: {
            query: { status, limit: pageSize, ...(pageParam ? { cursor: pageParam } : {}) },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Paged<Report>) => page.next_cursor ?? undefined,
  });

export type Resolution = { action: NonNullable<Report['action']>; note: string | null };

export function useResolve(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Resolution) =>
      unwrap(
        api.POST('/api/v1/admin/reports/{report_id}/resolve', {
          params: { path: { report_id: id } },
          body,
        }),
      ),
    onSuccess: () => {
      // Cached lists may contain the photos that were hidden or shown.
      client.removeQueries({ queryKey: photoKeys.lists, type: 'inactive' });
      void client.invalidateQueries({ queryKey: ['admin'] });
    },
  });
}

export const accountsQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: [...accountsKey, q],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/admin/users', {
          params: { query: { q, limit: pageSize, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Paged<Account>) => page.next_cursor ?? undefined,
  });

export type AccountChange = {
  role?: Account['role'];
  suspended?: boolean;
  bytes_quota?: number | null;
};

export function useChangeAccount(username: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: AccountChange) =>
      unwrap(api.PATCH('/api/v1/admin/users/{username}', { params: { path: { username } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: accountsKey }),
  });
}
