import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, type Photo, unwrap } from '@/shared/api';
import { problemText, t } from '@/shared/i18n';
import { toast, useWaiting } from '@/shared/ui';
import { findPhoto, patchPhoto } from './cache';
import { photoKeys } from './keys';

type Likes = Pick<Photo, 'liked' | 'like_count'>;

/** One's own like in the count; once more changes nothing. */
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

/** Someone who is not signed in wants to like a photo: it is done as soon as they are. */
export function rememberLike(id: string): void {
  try {
    sessionStorage.setItem(wishKey, id);
  } catch {
    // Storage is blocked: they press once more.
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

/** Does what was wished for before signing in. */
export function useRememberedLike(signedIn: boolean): void {
  const { mutate } = useLikes();
  useEffect(() => {
    const id = signedIn ? takeWish() : null;
    if (id) mutate({ id, like: true });
  }, [signedIn, mutate]);
}

export type Wish = { id: string; like: boolean };

/**
 * Saves a like, shown at once and taken back when the server refuses it. Made without a connection
 * it waits, also for the page's next visit (`meta.kept`).
 */
export function likeChange(client: QueryClient) {
  const put = ({ id, like }: Wish) => {
    const photo = client.getQueryData<Photo>(photoKeys.one(id)) ?? findPhoto(client, id);
    if (photo) patchPhoto(client, id, withLike(photo, like));
  };
  return {
    mutationKey: photoKeys.likes,
    meta: { kept: 'like' } as const,
    // One after the other: of a like and its end, the end must arrive last.
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

/** Likes of a list, where one hook serves all photos. */
export function useLikes() {
  return useMutation({
    ...likeChange(useQueryClient()),
    onSuccess: (_nothing, { like }) => toast(like ? t.photoPage.likedNow : t.photoPage.unlikedNow),
  });
}

/** Likes of one photo, and whether one of them waits for the connection. */
export function useLike(id: string) {
  const { mutate } = useMutation(likeChange(useQueryClient()));
  const waiting = useWaiting<Wish>(photoKeys.likes);
  return {
    toggleTo: (like: boolean) => mutate({ id, like }),
    waits: waiting.some((wish) => wish.id === id),
  };
}
