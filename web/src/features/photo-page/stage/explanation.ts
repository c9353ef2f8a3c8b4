import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/shared/api';
import { type Region, regionOf } from './region';

export type Explanation = { map: ImageBitmap; region: Region | null };

/** Resolution for locating the evidence in a 3 × 3 grid. */
const coarse = 12;

function strengths(map: ImageBitmap): number[] {
  const canvas = document.createElement('canvas');
  canvas.width = coarse;
  canvas.height = coarse;
  const context = canvas.getContext('2d');
  if (!context) return [];
  context.drawImage(map, 0, 0, coarse, coarse);
  const { data } = context.getImageData(0, 0, coarse, coarse);
  return Array.from({ length: coarse * coarse }, (_, i) => (data[i * 4 + 3] ?? 0) / 255);
}

/**
 * The heat map of one label; cached briefly, because a new model changes it.
 * See docs/decisions/0015.
 */
export const explanationQuery = (id: string, label: string | null) =>
  queryOptions({
    queryKey: ['photos', 'explanation', id, label],
    queryFn: async ({ signal }): Promise<Explanation> => {
      const blob = await unwrap(
        api.GET('/api/v1/photos/{photo_id}/explain', {
          params: { path: { photo_id: id }, query: { label: label ?? '' } },
          parseAs: 'blob',
          signal,
        }),
      );
      const map = await createImageBitmap(blob);
      return { map, region: regionOf(strengths(map), coarse) };
    },
    enabled: label !== null,
    staleTime: 10 * 60_000,
    structuralSharing: false,
  });
