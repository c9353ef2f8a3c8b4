import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/shared/api';

const facetLimit = 48;
const freshMs = 15_000;
/** As far as the photos of a suggested search are counted: enough to choose by, cheap to ask for. */
const countLimit = 30;

/** Tags with the number of photos that a search finds with each, the commonest first. */
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

/** How many photos stand for a tag. */
export const samples = 4;

/** The newest photos with a tag. */
export const samplesQuery = (label: string) =>
  queryOptions({
    queryKey: ['tags', 'samples', label],
    queryFn: async ({ signal }) => {
      const params = { query: { tag: [label], limit: samples } };
      return (await unwrap(api.GET('/api/v1/photos', { params, signal }))).items;
    },
    staleTime: freshMs,
    // The cover stands there anyway.
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
