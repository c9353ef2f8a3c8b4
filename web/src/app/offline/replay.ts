import type { QueryClient } from '@tanstack/react-query';
import { fetchPhoto, type LikeChange, likeMutation, putPhoto } from '@/entities/photo';
import { type Change, decisionMutation } from '@/features/tags';

type Redo = (client: QueryClient, variables: unknown) => Promise<unknown>;

/** Replays a persisted change, by its kind (`meta.replayAs`). */
export const replays: Record<string, Redo> = {
  like: async (client, variables) => {
    const wish = variables as LikeChange;
    await client.getMutationCache().build(client, likeMutation(client)).execute(wish);
    // The page may have fetched the photo before the like was saved.
    putPhoto(client, await fetchPhoto(wish.id));
  },
  decision: (client, variables) => {
    const change = variables as Change;
    return client
      .getMutationCache()
      .build(client, decisionMutation(client, change.id))
      .execute(change);
  },
};
