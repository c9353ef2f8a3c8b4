import { queryOptions } from '@tanstack/react-query';
import { api, type Photo, unwrap } from '@/shared/api';

const shown = 48;

/** The id of a `similar:` query; it cannot be combined with other terms. */
export const similarTo = (q: string): string | null =>
  /^\s*similar:([0-9a-f-]{36})\s*$/i.exec(q)?.[1] ?? null;

type Similar = { photo: Photo; similarity: number };
const photosOf = (items: Similar[]): Photo[] => items.map(({ photo }) => photo);

export const similarPhotosQuery = (id: string) =>
  queryOptions({
    queryKey: ['photos', 'similar', id, shown],
    queryFn: async ({ signal }) => {
      const params = { path: { photo_id: id }, query: { limit: shown } };
      return (await unwrap(api.GET('/api/v1/photos/{photo_id}/similar', { params, signal }))).items;
    },
    select: photosOf,
    staleTime: 5 * 60_000,
  });
