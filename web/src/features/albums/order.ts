import type { PhotoListData } from '@/entities/photo';

/** Return the ids with one of them moved to another index. */
export function moved(ids: readonly string[], id: string, to: number): string[] {
  const rest = ids.filter((each) => each !== id);
  const place = Math.min(Math.max(to, 0), rest.length);
  return [...rest.slice(0, place), id, ...rest.slice(place)];
}

/**
 * The shortest prefix that describes the new order to the server: up to the last photo that moved.
 * The rest keeps its order.
 */
export function changedPrefix(before: readonly string[], after: readonly string[]): string[] {
  const last = after.findLastIndex((id, index) => before[index] !== id);
  return after.slice(0, last + 1);
}

/** Sort loaded pages by `ids`, keeping page sizes and cursors. */
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
