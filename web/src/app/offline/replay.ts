import type { QueryClient } from '@tanstack/react-query';
import { fetchPhoto, type LikeChange, likeMutation, putPhoto } from '@/entities/photo';
import { type Change, decisionMutation } from '@/features/tags';

type Redo = (client: QueryClient, variables: unknown) => Promise<unknown>;

const replayDecision = (client: QueryClient, change: Change) =>
  client.getMutationCache().build(client, decisionMutation(client, change.id)).execute(change);

/** Replays a persisted change, by its kind (`meta.replayAs`). */
export const replays: Record<string, Redo> = {
  like: async (client, variables) => {
    const wish = variables as LikeChange;
    await client.getMutationCache().build(client, likeMutation(client)).execute(wish);
    // The page may have fetched the photo before the like was saved.
    putPhoto(client, await fetchPhoto(wish.id));
  },
  decision: (client, variables) => replayDecision(client, variables as Change),
  // Release 0.1.0 stored decisions under another name; its queued changes must survive the upgrade.
  verdict: (client, variables) => {
    const { verdict, ...change } = variables as Omit<Change, 'decision'> & {
      verdict: Change['decision'];
    };
    return replayDecision(client, { ...change, decision: verdict });
  },
};
