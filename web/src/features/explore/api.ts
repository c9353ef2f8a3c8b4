import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/shared/api';

const facetLimit = 48;
const freshMs = 15_000;
/** Limit for counting the results of a suggested search. */
const countLimit = 30;

/** Tags with their counts under the current query, most common first. */
export const tagCountsQuery = (q: string) =>
  queryOptions({
    queryKey: ['tags', 'counts', q],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/tags', {
          params: { query: { limit: facetLimit, ...(q ? { q } : {}) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: freshMs,
  });

/** Photos shown per tag tile. */
export const samples = 4;

export const samplesQuery = (label: string) =>
  queryOptions({
    queryKey: ['tags', 'samples', label],
    queryFn: async ({ signal }) => {
      const params = { query: { tag: [label], limit: samples } };
      return (await unwrap(api.GET('/api/v1/photos', { params, signal }))).items;
    },
    staleTime: freshMs,
    // The cover is shown in any case.
    retry: false,
  });

export const foundQuery = (q: string) =>
  queryOptions({
    queryKey: ['tags', 'found', q],
    queryFn: async ({ signal }) => {
      const page = await unwrap(
        api.GET('/api/v1/photos', { params: { query: { q, limit: countLimit } }, signal }),
      );
      return { count: page.items.length, more: page.next_cursor !== null };
    },
    staleTime: freshMs,
  });
