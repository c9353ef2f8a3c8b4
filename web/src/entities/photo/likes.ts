import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, type Photo, unwrap } from '@/shared/api';
import { problemText, t } from '@/shared/i18n';
import { toast, useWaiting } from '@/shared/ui';
import { findPhoto, patchPhoto } from './cache';
import { photoKeys } from './keys';

type Likes = Pick<Photo, 'liked' | 'like_count'>;

/** Idempotent: liking twice counts once. */
export function withLike({ liked, like_count }: Likes, like: boolean): Likes {
  if (liked === like) return { liked, like_count };
  return { liked: like, like_count: Math.max(0, like_count + (like ? 1 : -1)) };
}

const send = ({ id, like }: Wish) => {
  const params = { path: { photo_id: id } };
  const path = '/api/v1/photos/{photo_id}/like';
  return unwrap(like ? api.PUT(path, { params }) : api.DELETE(path, { params }));
};

const wishKey = 'vignette.like-after-signing-in';

/** Keep a signed-out user's like until they sign in. */
export function rememberLike(id: string): void {
  try {
    sessionStorage.setItem(wishKey, id);
  } catch {
    // Storage is blocked: the user has to like again.
  }
}

function takeWish(): string | null {
  try {
    const id = sessionStorage.getItem(wishKey);
    sessionStorage.removeItem(wishKey);
    return id;
  } catch {
    return null;
  }
}

/** Send the like that was kept before signing in. */
export function useRememberedLike(signedIn: boolean): void {
  const { mutate } = useLikes();
  useEffect(() => {
    const id = signedIn ? takeWish() : null;
    if (id) mutate({ id, like: true });
  }, [signedIn, mutate]);
}

export type Wish = { id: string; like: boolean };

/**
 * The mutation that saves a like: optimistic, rolled back on refusal, queued while offline and
 * persisted for the next visit (`meta.kept`).
 */
export function likeChange(client: QueryClient) {
  const put = ({ id, like }: Wish) => {
    const photo = client.getQueryData<Photo>(photoKeys.one(id)) ?? findPhoto(client, id);
    if (photo) patchPhoto(client, id, withLike(photo, like));
  };
  return {
    mutationKey: photoKeys.likes,
    meta: { kept: 'like' } as const,
    // Serialised: the last of several toggles must arrive last.
    scope: { id: photoKeys.likes.join('/') },
    mutationFn: send,
    onMutate: async (wish: Wish) => {
      await client.cancelQueries({ queryKey: photoKeys.one(wish.id) });
      put(wish);
    },
    onError: (error: Error, wish: Wish) => {
      put({ ...wish, like: !wish.like });
      toast(`${t.photoPage.notLiked} ${problemText(error)}`);
    },
  };
}

/** Like any photo of a list. */
export function useLikes() {
  return useMutation({
    ...likeChange(useQueryClient()),
    onSuccess: (_nothing, { like }) => toast(like ? t.photoPage.likedNow : t.photoPage.unlikedNow),
  });
}

/** Like one photo; `waits` is true while the change is queued offline. */
export function useLike(id: string) {
  const { mutate } = useMutation(likeChange(useQueryClient()));
  const waiting = useWaiting<Wish>(photoKeys.likes);
  return {
    toggleTo: (like: boolean) => mutate({ id, like }),
    waits: waiting.some((wish) => wish.id === id),
  };
}
