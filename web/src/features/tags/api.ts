import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/shared/api';

const suggestionLimit = 8;

/** Thresholds of a model version; a version never changes. */
export const thresholdsQuery = (version: string) =>
  queryOptions({
    queryKey: ['models', 'thresholds', version],
    queryFn: async ({ signal }) => {
      const params = { path: { version } };
      const { labels, thresholds } = await unwrap(
        api.GET('/api/v1/models/{version}', { params, signal }),
      );
      return new Map(labels.map((label, index) => [label, thresholds[index] ?? 1]));
    },
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
    retry: false,
  });

/** Labels that start with `prefix`, most used first. */
export const suggestionsQuery = (prefix: string) =>
  queryOptions({
    queryKey: ['tags', 'suggest', prefix],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/tags/suggest', {
          params: { query: { prefix, limit: suggestionLimit } },
          signal,
        }),
      ),
    enabled: prefix !== '',
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
  });
