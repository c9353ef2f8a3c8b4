import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/shared/api';

const offered = 8;

/** Labels in use that begin as typed, the most used first. */
export const suggestionsQuery = (prefix: string) =>
  queryOptions({
    queryKey: ['tags', 'suggest', prefix],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/tags/suggest', {
          params: { query: { prefix, limit: offered } },
          signal,
        }),
      ),
    enabled: prefix !== '',
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
  });
