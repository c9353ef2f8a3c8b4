import { useMutation, useQueryClient } from '@tanstack/react-query';
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

export function useLike(id: string) {
  const client = useQueryClient();
  const put = (like: boolean) => {
    const photo = client.getQueryData<Photo>(photoKeys.one(id)) ?? findPhoto(client, id);
    if (photo) patchPhoto(client, id, withLike(photo, like));
  };
  return useMutation({
    mutationKey: ['photos', 'like', id],
    scope: { id: `like/${id}` },
    mutationFn: (like: boolean) => {
      const params = { path: { photo_id: id } };
      const path = '/api/v1/photos/{photo_id}/like';
      return unwrap(like ? api.PUT(path, { params }) : api.DELETE(path, { params }));
    },
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
