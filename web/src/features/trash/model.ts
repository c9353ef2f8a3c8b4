import type { Photo, PhotoPage } from '@/shared/api';

type Pages = { pages: PhotoPage[]; pageParams: (string | null)[] };

/** The list with one photo less; its pages and cursors stay, since cursors outlive what they point at. */
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

/** Whole days until a photo that was thrown away at `deletedAt` goes for good; 0 on the last one. */
export function daysLeft(deletedAt: string, now: number): number {
  const end = Date.parse(deletedAt) + keptDays * dayMs;
  return Math.max(0, Math.floor((end - now) / dayMs));
}

/** Where the focus goes when the photo at `index` leaves a list: its follower, or the one before. */
export function focusAfter(photos: Photo[], id: string): string | null {
  const index = photos.findIndex((photo) => photo.id === id);
  return (photos[index + 1] ?? photos[index - 1])?.id ?? null;
}
