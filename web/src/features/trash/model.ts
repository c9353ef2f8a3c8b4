import type { Photo, PhotoPage } from '@/shared/api';

type Pages = { pages: PhotoPage[]; pageParams: (string | null)[] };

/** Remove a photo, keeping pages and cursors: a cursor stays valid without its photo. */
export const withoutPhoto = (data: Pages, id: string): Pages => ({
  ...data,
  pages: data.pages.map((page) => ({
    ...page,
    items: page.items.filter((photo) => photo.id !== id),
  })),
});

export const photosIn = ({ pages }: Pick<Pages, 'pages'>): Photo[] =>
  pages.flatMap((page) => page.items);

const keptDays = 30;
const dayMs = 86_400_000;

/** Days until a photo deleted at `deletedAt` is purged; 0 on the last day. */
export function daysLeft(deletedAt: string, now: number): number {
  const end = Date.parse(deletedAt) + keptDays * dayMs;
  return Math.max(0, Math.floor((end - now) / dayMs));
}

/** Index to focus after a removal: the next photo, or the previous one. */
export function focusAfter(photos: Photo[], id: string): string | null {
  const index = photos.findIndex((photo) => photo.id === id);
  return (photos[index + 1] ?? photos[index - 1])?.id ?? null;
}
