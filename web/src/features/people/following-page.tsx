import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { type ListParams, photoListQuery } from '@/entities/photo';
import { useSession } from '@/entities/session';
import { SignInNotice } from '@/features/auth';
import type { Photo } from '@/shared/api';
import { t } from '@/shared/i18n';
import { useKeys } from '@/shared/keys';
import { ProblemNotice, QueryView, useTitle } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import { itemOf, leaveAt, readSeen, returnToPlace, writeSeen } from './place';
import { FeedItem } from './ui/feed-item';
import { Suggested } from './ui/suggested';

const list: ListParams = { feed: 'following' };
const eagerItems = 2;

export default function FollowingPage() {
  const { user, pending } = useSession();
  useTitle(t.people.feed.title);
  return (
    <div className="mx-auto flex max-w-[704px] flex-col px-(--gutter) pb-16">
      <h1 className="py-4 font-bold text-18">{t.people.feed.title}</h1>
      {user ? (
        <Loaded username={user.username} />
      ) : (
        !pending && <SignInNotice text={t.people.feed.signInFirst} />
      )}
    </div>
  );
}

function Loaded({ username }: { username: string }) {
  const query = useInfiniteQuery(photoListQuery(list));
  const photos = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <QueryView
        query={query}
        what={t.people.feed.what}
        loading={<Skeleton />}
        isEmpty={() => photos.length === 0}
        empty={<Suggested me={username} />}
      >
        {() => (
          <Column
            photos={photos}
            complete={!query.hasNextPage}
            onNeedMore={() => {
              if (query.hasNextPage && !query.isFetching && !query.isError) {
                void query.fetchNextPage();
              }
            }}
          />
        )}
      </QueryView>
      {query.isFetchNextPageError && (
        <ProblemNotice
          title={t.state.moreFailed}
          error={query.error}
          onRetry={() => query.fetchNextPage()}
        />
      )}
    </>
  );
}

const Skeleton = () => (
  <div role="status" aria-label={t.state.loading} className="flex flex-col gap-3">
    <div className="h-7 w-40 rounded-control bg-sunken" />
    <div className="aspect-[3/2] rounded-photo bg-sunken" />
  </div>
);

type ColumnProps = { photos: Photo[]; complete: boolean; onNeedMore: () => void };

function Column({ photos, complete, onNeedMore }: ColumnProps) {
  const end = useRef<HTMLParagraphElement>(null);
  const [seen] = useState(readSeen);
  useKeysOf(photos);
  useLayoutEffect(() => {
    returnToPlace();
  }, []);
  const newest = photos[0]?.id;
  useEffect(() => {
    if (newest) writeSeen(newest);
  }, [newest]);
  useEffect(() => {
    const element = end.current;
    if (!element || complete) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && onNeedMore(), {
      rootMargin: '1200px',
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [complete, onNeedMore]);
  return (
    <>
      <ol aria-label={t.people.feed.title} className="flex flex-col gap-12">
        {photos.map((photo, index) => (
          <li key={photo.id} className="flex flex-col gap-12">
            {index > 0 && photo.id === seen && <Here />}
            <FeedItem
              photo={photo}
              eager={index < eagerItems}
              onOpen={() => leaveAt(photo.id, photos.length)}
            />
          </li>
        ))}
      </ol>
      <p ref={end} className="pt-12 text-13 text-muted">
        {complete && t.people.feed.end}
      </p>
    </>
  );
}

const Here = () => (
  <p className="flex items-center gap-3 text-12 text-accent">
    {t.people.feed.here}
    <span aria-hidden className="h-px flex-1 bg-accent" />
  </p>
);

/** `j` and `k` move the focus between photos; other keys act on the focused one. */
function useKeysOf(photos: Photo[]) {
  const [, navigate] = useLocation();
  const current = () =>
    photos.findIndex(({ id }) => itemOf(id)?.contains(document.activeElement) ?? false);
  const focus = (index: number) => {
    const id = photos[index]?.id;
    const element = id && itemOf(id);
    if (!element) return;
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: 'start' });
  };
  const open = (toComment: boolean) => {
    const photo = photos[current()];
    if (!photo) return;
    leaveAt(photo.id, photos.length);
    navigate(hrefs.photo(photo.id), { state: { fromList: true, list, toComment } });
  };
  const like = () => {
    const id = photos[current()]?.id;
    if (id) itemOf(id)?.querySelector<HTMLElement>('button[aria-pressed]')?.click();
  };
  useKeys({
    j: () => focus(current() + 1),
    k: () => focus(Math.max(0, current() - 1)),
    l: like,
    o: () => open(false),
    c: () => open(true),
  });
}
