import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, type Photo, unwrap } from '@/shared/api';
import { problemText, t } from '@/shared/i18n';
import { toast, useQueuedChanges } from '@/shared/ui';
import { findPhoto, patchPhoto } from './cache';
import { photoKeys } from './keys';

type Likes = Pick<Photo, 'liked' | 'like_count'>;

/** Idempotent: liking twice counts once. */
export function withLike({ liked, like_count }: Likes, like: boolean): Likes {
  if (liked === like) return { liked, like_count };
  return { liked: like, like_count: Math.max(0, like_count + (like ? 1 : -1)) };
}

const send = ({ id, like }: LikeChange) => {
  const params = { path: { photo_id: id } };
  const path = '/api/v1/photos/{photo_id}/like';
  return unwrap(like ? api.PUT(path, { params }) : api.DELETE(path, { params }));
};

const keptLikeKey = 'vignette.like-after-signing-in';

/** Keep a signed-out user's like until they sign in. */
export function rememberLike(id: string): void {
  try {
    sessionStorage.setItem(keptLikeKey, id);
  } catch {
    // Storage is blocked: the user has to like again.
  }
}

function takeKeptLike(): string | null {
  try {
    const id = sessionStorage.getItem(keptLikeKey);
    sessionStorage.removeItem(keptLikeKey);
    return id;
  } catch {
    return null;
  }
}

/** Send the like that was kept before signing in. */
export function useRememberedLike(signedIn: boolean): void {
  const { mutate } = useLikes();
  useEffect(() => {
    const id = signedIn ? takeKeptLike() : null;
    if (id) mutate({ id, like: true });
  }, [signedIn, mutate]);
}

export type LikeChange = { id: string; like: boolean };

/**
 * The mutation that saves a like: optimistic, rolled back on refusal, queued while offline and
 * persisted for the next visit (`meta.replayAs`).
 */
export function likeMutation(client: QueryClient) {
  const put = ({ id, like }: LikeChange) => {
    const photo = client.getQueryData<Photo>(photoKeys.one(id)) ?? findPhoto(client, id);
    if (photo) patchPhoto(client, id, withLike(photo, like));
  };
  return {
    mutationKey: photoKeys.likes,
    meta: { replayAs: 'like' } as const,
    // Serialised: the last of several toggles must arrive last.
    scope: { id: photoKeys.likes.join('/') },
    mutationFn: send,
    onMutate: async (wish: LikeChange) => {
      await client.cancelQueries({ queryKey: photoKeys.one(wish.id) });
      put(wish);
    },
    onError: (error: Error, wish: LikeChange) => {
      put({ ...wish, like: !wish.like });
      toast(`${t.photoPage.notLiked} ${problemText(error)}`);
    },
  };
}

/** Like any photo of a list. */
export function useLikes() {
  return useMutation({
    ...likeMutation(useQueryClient()),
    onSuccess: (_nothing, { like }) => toast(like ? t.photoPage.likedNow : t.photoPage.unlikedNow),
  });
}

/** Like one photo; `waits` is true while the change is queued offline. */
export function useLike(id: string) {
  const { mutate } = useMutation(likeMutation(useQueryClient()));
  const waiting = useQueuedChanges<LikeChange>(photoKeys.likes);
  return {
    toggleTo: (like: boolean) => mutate({ id, like }),
    waits: waiting.some((wish) => wish.id === id),
  };
}
