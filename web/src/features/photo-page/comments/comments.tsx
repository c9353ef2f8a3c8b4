import { useInfiniteQuery } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useSession } from '@/entities/session';
import type { Photo } from '@/shared/api';
import { problemText, t } from '@/shared/i18n';
import { useKeys } from '@/shared/keys';
import { Button, IconButton, ProblemNotice, QueryView } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import {
  type Comment,
  commentsIn,
  commentsQuery,
  maxCommentLength,
  mayDelete,
  useAddComment,
  useDeleteComment,
} from './api';

export function Comments({ photo }: { photo: Photo }) {
  const query = useInfiniteQuery(commentsQuery(photo.id));
  return (
    <section aria-labelledby="comments-heading" className="flex flex-col gap-3">
      <h2 id="comments-heading" className="font-bold text-15">
        {t.photoPage.comments(photo.comment_count)}
      </h2>
      <QueryView
        query={query}
        what={t.photoPage.commentsWhat}
        loading={<div className="h-10 rounded-control bg-sunken" />}
        isEmpty={({ pages }) => pages.every((page) => page.items.length === 0)}
        empty={<p className="text-13 text-muted">{t.photoPage.noComments}</p>}
      >
        {(list) => <List photo={photo} comments={commentsIn(list)} />}
      </QueryView>
      {query.isFetchNextPageError && (
        <ProblemNotice
          title={t.state.failed(t.photoPage.commentsWhat)}
          error={query.error}
          onRetry={() => query.fetchNextPage()}
        />
      )}
      {query.hasNextPage && !query.isFetchNextPageError && (
        <Button
          small
          className="self-start"
          disabled={query.isFetchingNextPage}
          onClick={() => query.fetchNextPage()}
        >
          {t.photoPage.moreComments}
        </Button>
      )}
      <Write photoId={photo.id} />
    </section>
  );
}

function List({ photo, comments }: { photo: Photo; comments: Comment[] }) {
  const { user } = useSession();
  const { mutate } = useDeleteComment(photo.id);
  return (
    <ul className="flex flex-col gap-3">
      {comments.map((comment) => (
        <li key={comment.id} className="flex items-start gap-2 text-13">
          <div className="flex min-w-0 flex-1 flex-col">
            <p>
              <Link
                href={hrefs.profile(comment.author.username)}
                className="font-medium hover:underline"
              >
                {comment.author.display_name}
              </Link>
              <time dateTime={comment.created_at} className="ms-2 text-12 text-muted">
                {t.photo.on(comment.created_at)}
              </time>
            </p>
            <p className="whitespace-pre-line">{comment.text}</p>
          </div>
          {mayDelete(comment, photo, user) && (
            <IconButton
              icon={Trash2}
              label={t.photoPage.deleteComment(comment.author.display_name)}
              className="pointer-coarse:size-11"
              onClick={() => mutate(comment.id)}
            />
          )}
        </li>
      ))}
    </ul>
  );
}

/** Comment form; keeps the text if sending fails. */
function Write({ photoId }: { photoId: string }) {
  const { user } = useSession();
  const [here] = useLocation();
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const noteId = useId();
  const add = useAddComment(photoId);
  useKeys({ c: () => field.current?.focus() });
  useEffect(() => {
    const state: unknown = history.state;
    if (typeof state === 'object' && state !== null && 'toComment' in state && state.toComment) {
      field.current?.focus();
      history.replaceState({ ...state, toComment: false }, '');
    }
  }, []);
  if (!user) {
    return (
      <Link href={hrefs.signIn(here)} className="w-fit text-13 text-accent underline">
        {t.photoPage.signInToComment}
      </Link>
    );
  }
  const send = (event?: FormEvent) => {
    event?.preventDefault();
    const trimmed = text.trim();
    if (trimmed && !add.isPending) add.mutate(trimmed, { onSuccess: () => setText('') });
  };
  return (
    <form className="flex flex-col items-end gap-2" onSubmit={send}>
      <textarea
        ref={field}
        aria-label={t.photoPage.comment}
        aria-describedby={noteId}
        placeholder={t.photoPage.comment}
        value={text}
        rows={1}
        maxLength={maxCommentLength}
        className="field-sizing-content min-h-10 w-full rounded-control border border-line-strong bg-surface px-3 py-2 text-13 placeholder:text-muted"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
        }}
      />
      <p
        id={noteId}
        role="status"
        className={add.error ? 'self-start text-13 text-reject' : 'sr-only'}
      >
        {add.error ? `${t.photoPage.commentNotSent} ${problemText(add.error)}` : ''}
      </p>
      {text.trim() && (
        <Button type="submit" look="primary" small disabled={add.isPending}>
          {t.photoPage.send}
        </Button>
      )}
    </form>
  );
}
