import { queryOptions } from '@tanstack/react-query';
import { photoKeys } from '@/entities/photo';
import { api, type Photo, unwrap } from '@/shared/api';

export type DecisionRecord = NonNullable<Photo['decisions']>[number];

/** The owner's decisions on a photo's tags, latest first. */
export const decisionsQuery = (id: string, enabled: boolean) =>
  queryOptions({
    queryKey: photoKeys.decisions(id),
    queryFn: async ({ signal }) => {
      const params = { path: { photo_id: id }, query: { include: 'all' as const } };
      const photo = await unwrap(api.GET('/api/v1/photos/{photo_id}', { params, signal }));
      return photo.decisions ?? [];
    },
    enabled,
    staleTime: 30_000,
  });
