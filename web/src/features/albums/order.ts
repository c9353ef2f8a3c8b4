import type { PhotoListData } from '@/entities/photo';

/** The ids with one of them at another place. */
export function moved(ids: readonly string[], id: string, to: number): string[] {
  const rest = ids.filter((each) => each !== id);
  const place = Math.min(Math.max(to, 0), rest.length);
  return [...rest.slice(0, place), id, ...rest.slice(place)];
}

/**
 * What the server is told of a new order: the photos up to the last that changed its place. Those
 * that are left out follow in the order they had.
 */
export function changedHead(before: readonly string[], after: readonly string[]): string[] {
  const last = after.findLastIndex((id, index) => before[index] !== id);
  return after.slice(0, last + 1);
}

/** The loaded pages with their photos in the order of `ids`; sizes and cursors stay. */
export function inOrder(data: PhotoListData, ids: readonly string[]): PhotoListData {
  const photos = new Map(
    data.pages.flatMap((page) => page.items.map((photo) => [photo.id, photo] as const)),
  );
  const ordered = ids.flatMap((id) => photos.get(id) ?? []);
  let start = 0;
  const pages = data.pages.map((page) => {
    const items = ordered.slice(start, start + page.items.length);
    start += page.items.length;
    return { ...page, items };
  });
  return { ...data, pages };
}
