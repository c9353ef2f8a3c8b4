import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, type Photo, unwrap } from '@/shared/api';
import { problemText, t } from '@/shared/i18n';
import { toast } from '@/shared/ui';
import { findPhoto, patchPhoto } from './cache';
import { photoKeys } from './keys';

type Likes = Pick<Photo, 'liked' | 'like_count'>;

/** One's own like in the count; once more changes nothing. */
export function withLike({ liked, like_count }: Likes, like: boolean): Likes {
  if (liked === like) return { liked, like_count };
  return { liked: like, like_count: Math.max(0, like_count + (like ? 1 : -1)) };
}

const send = (id: string, like: boolean) => {
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

/** Likes of a list, where one hook serves all photos. */
export function useLikes() {
  const client = useQueryClient();
  const put = (id: string, like: boolean) => {
    const photo = client.getQueryData<Photo>(photoKeys.one(id)) ?? findPhoto(client, id);
    if (photo) patchPhoto(client, id, withLike(photo, like));
  };
  return useMutation({
    mutationKey: ['photos', 'like'],
    mutationFn: ({ id, like }: { id: string; like: boolean }) => send(id, like),
    onMutate: ({ id, like }) => put(id, like),
    onSuccess: (_nothing, { like }) => toast(like ? t.photoPage.likedNow : t.photoPage.unlikedNow),
    onError: (error, { id, like }) => {
      put(id, !like);
      toast(`${t.photoPage.notLiked} ${problemText(error)}`);
    },
  });
}

export function useLike(id: string) {
  const client = useQueryClient();
  const put = (like: boolean) => {
    const photo = client.getQueryData<Photo>(photoKeys.one(id)) ?? findPhoto(client, id);
    if (photo) patchPhoto(client, id, withLike(photo, like));
  };
  return useMutation({
    mutationKey: ['photos', 'like', id],
    scope: { id: `like/${id}` },
    mutationFn: (like: boolean) => send(id, like),
    onMutate: async (like) => {
      await client.cancelQueries({ queryKey: photoKeys.one(id) });
      put(like);
    },
    onError: (error, like) => {
      put(!like);
      toast(`${t.photoPage.notLiked} ${problemText(error)}`);
    },
  });
}
