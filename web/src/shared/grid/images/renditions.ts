import type { Photo } from '@/shared/api';

/** Longest side in pixels; as in the gateway's renditions.py. See docs/decisions/0027. */
const sides = { thumb: 400, medium: 1024, preview: 1600 } as const;

function widthFor({ width, height }: Photo, side: number): number {
  return Math.round(Math.min(width, width >= height ? side : (side * width) / height));
}

/** Available renditions with their widths, for `srcset`; undefined until rendered. */
export function sources(photo: Photo): string | undefined {
  const made = (Object.keys(sides) as (keyof typeof sides)[]).flatMap((name) => {
    const url = photo.urls[name];
    return url ? [`${url} ${widthFor(photo, sides[name])}w`] : [];
  });
  return made.join(', ') || undefined;
}
