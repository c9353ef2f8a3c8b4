import {
  type InfiniteData,
  infiniteQueryOptions,
  type QueryClient,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { findPhoto, patchPhoto, photoKeys } from '@/entities/photo';
import { api, type Photo, type User, unwrap } from '@/shared/api';
import { problemText, t } from '@/shared/i18n';
import { toast } from '@/shared/ui';

const pageSize = 20;
export const maxCommentLength = 2000;

const fetchComments = (id: string, cursor: string | null, signal: AbortSignal) =>
  unwrap(
    api.GET('/api/v1/photos/{photo_id}/comments', {
      params: {
        path: { photo_id: id },
        query: { limit: pageSize, ...(cursor ? { cursor } : {}) },
      },
      signal,
    }),
  );

type CommentPage = Awaited<ReturnType<typeof fetchComments>>;
export type Comment = CommentPage['items'][number];
export type CommentList = InfiniteData<CommentPage, string | null>;

const keyOf = (id: string) => ['photos', 'comments', id] as const;

export const commentsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: keyOf(id),
    queryFn: ({ pageParam, signal }) => fetchComments(id, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: CommentPage) => page.next_cursor ?? undefined,
    staleTime: 30_000,
  });

/** Append a comment to the loaded pages, even if later pages are missing. */
export function withComment(list: CommentList, comment: Comment): CommentList {
  const { pages } = withoutComment(list, comment.id);
  const last = pages.at(-1);
  if (!last) return list;
  return { ...list, pages: [...pages.slice(0, -1), { ...last, items: [...last.items, comment] }] };
}

/** Oldest first. An appended comment that also arrives with its page appears once. */
export function commentsIn(list: Pick<CommentList, 'pages'>): Comment[] {
  const all = list.pages.flatMap((page) => page.items);
  const places = new Map(all.map((comment, index) => [comment.id, index]));
  return all.filter((comment, index) => places.get(comment.id) === index);
}

export function withoutComment(list: CommentList, id: string): CommentList {
  const pages = list.pages.map((page) => ({
    ...page,
    items: page.items.filter((comment) => comment.id !== id),
  }));
  return { ...list, pages };
}

/** The author, the photo's owner and admins may delete a comment. */
export const mayDelete = (
  comment: Comment,
  photo: Photo,
  user: Pick<User, 'username' | 'role'> | null,
): boolean =>
  user !== null &&
  (user.role === 'admin' ||
    user.username === comment.author.username ||
    user.username === photo.owner.username);

function addToCount(client: QueryClient, id: string, change: number): void {
  const photo = client.getQueryData<Photo>(photoKeys.one(id)) ?? findPhoto(client, id);
  if (photo) {
    patchPhoto(client, id, { comment_count: Math.max(0, photo.comment_count + change) });
  }
}

export function useAddComment(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (text: string) =>
      unwrap(
        api.POST('/api/v1/photos/{photo_id}/comments', {
          params: { path: { photo_id: id } },
          body: { text },
        }),
      ),
    onSuccess: (comment) => {
      client.setQueryData<CommentList>(keyOf(id), (list) => list && withComment(list, comment));
      addToCount(client, id, 1);
    },
  });
}

export function useDeleteComment(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (commentId: string) =>
      unwrap(
        api.DELETE('/api/v1/comments/{comment_id}', {
          params: { path: { comment_id: commentId } },
        }),
      ),
    onMutate: async (commentId) => {
      await client.cancelQueries({ queryKey: keyOf(id) });
      client.setQueryData<CommentList>(
        keyOf(id),
        (list) => list && withoutComment(list, commentId),
      );
      addToCount(client, id, -1);
    },
    onSuccess: () => toast(t.photoPage.commentDeleted),
    onError: (error) => {
      addToCount(client, id, 1);
      // Only the server knows the comments around it.
      void client.invalidateQueries({ queryKey: keyOf(id) });
      toast(`${t.photoPage.commentNotDeleted} ${problemText(error)}`);
    },
  });
}
