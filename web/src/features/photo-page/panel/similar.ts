import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/shared/api';

const shown = 12;

/** Nearest by embedding, which a photo has once it is tagged. See docs/decisions/0014. */
export const similarQuery = (id: string, tagged: boolean) =>
  queryOptions({
    queryKey: ['photos', 'similar', id],
    queryFn: async ({ signal }) => {
      const params = { path: { photo_id: id }, query: { limit: shown } };
      return (await unwrap(api.GET('/api/v1/photos/{photo_id}/similar', { params, signal }))).items;
    },
    enabled: tagged,
    staleTime: 5 * 60_000,
  });
