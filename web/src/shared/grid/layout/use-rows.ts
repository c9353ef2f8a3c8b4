import { useMemo, useRef } from 'react';
import type { Photo } from '@/shared/api';
import { usePreference } from '@/shared/ui/preferences';
import { extendRows, type Layout, metricsFor } from './layout';

/** Row layout for a list width, recomputed only from the first change. */
export function useRows(photos: Photo[], width: number, complete: boolean) {
  const before = useRef<Layout | null>(null);
  const compact = usePreference('density') === 'compact';
  return useMemo(() => {
    const metrics = metricsFor(window.innerWidth, compact);
    const ratios = photos.map((photo) => photo.width / photo.height || 1.5);
    before.current = extendRows(before.current, ratios, width, metrics, complete);
    return { rows: before.current.rows, gap: metrics.gap };
  }, [photos, width, complete, compact]);
}
