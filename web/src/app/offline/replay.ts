import type { QueryClient } from '@tanstack/react-query';
import { fetchPhoto, likeChange, putPhoto, type Wish } from '@/entities/photo';
import { type Change, verdictChange } from '@/features/tags';

type Redo = (client: QueryClient, variables: unknown) => Promise<unknown>;

/** Replays a persisted change, by its kind (`meta.kept`). */
export const keptChanges: Record<string, Redo> = {
  like: async (client, variables) => {
    const wish = variables as Wish;
    await client.getMutationCache().build(client, likeChange(client)).execute(wish);
    // The page may have fetched the photo before the like was saved.
    putPhoto(client, await fetchPhoto(wish.id));
  },
  verdict: (client, variables) => {
    const change = variables as Change;
    return client
      .getMutationCache()
      .build(client, verdictChange(client, change.id))
      .execute(change);
  },
};
