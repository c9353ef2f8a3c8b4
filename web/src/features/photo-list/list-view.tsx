import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, Suspense, useCallback, useEffect, useMemo } from 'react';
import { useLocation } from 'wouter';
import {
  type ListParams,
  photoListQuery,
  rememberLike,
  rememberList,
  useLikes,
} from '@/entities/photo';
import { useSession } from '@/entities/session';
import type { Photo } from '@/shared/api';
import { GridSkeleton, PhotoGrid, useSelection } from '@/shared/grid';
import { QueryView } from '@/shared/ui';
import { lazyComponent, usePreload } from '@/shared/ui/lazy-component';
import { hrefs } from '@/shared/url/routes';

const loadBar = () => import('./selection-bar');
const SelectionBar = lazyComponent(loadBar);
/** Preload the bar: a key pressed before it mounts would be lost. */
const loadedByItselfMs = 2_000;

type Props = {
  params: ListParams;
  what: string;
  label: string;
  showOwner: boolean;
  empty: ReactNode;
};

/** Like a photo, or sign in first and like it then. */
function useLikeHere(): (photo: Photo) => void {
  const { user } = useSession();
  const [here, navigate] = useLocation();
  const { mutate } = useLikes();
  return (photo) => {
    if (user) return mutate({ id: photo.id, like: !photo.liked });
    rememberLike(photo.id);
    navigate(hrefs.signIn(here));
  };
}

type RowsProps = {
  photos: Photo[];
  label: string;
  showOwner: boolean;
  /** Whether more pages follow; `onNeedMore` loads the next one. */
  more: boolean;
  onNeedMore: () => void;
};

/** A photo grid with opening, liking and bulk selection. */
export function PhotoRows({ photos, label, showOwner, more, onNeedMore }: RowsProps) {
  const { user } = useSession();
  const selection = useSelection(photos);
  const onLike = useLikeHere();
  usePreload(loadBar, loadedByItselfMs, user !== null);
  return (
    <>
      <PhotoGrid
        photos={photos}
        label={label}
        showOwner={showOwner}
        complete={!more}
        onNeedMore={onNeedMore}
        // Selecting is for owners: other users could not change anything.
        {...(user ? { selection } : {})}
        onLike={onLike}
      />
      {selection.ids.size > 0 && (
        <Suspense fallback={null}>
          <SelectionBar photos={photos} selection={selection} user={user} more={more} />
        </Suspense>
      )}
    </>
  );
}

/** A photo list that loads more while scrolling and keeps what it has if a page fails. */
export function PhotoListView({ params, what, label, showOwner, empty }: Props) {
  const query = useInfiniteQuery(photoListQuery(params));
  useEffect(() => rememberList(params), [params]);
  const photos = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = query;
  const onNeedMore = useCallback(() => {
    if (hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetching, isFetchNextPageError, fetchNextPage]);
  return (
    <QueryView
      query={query}
      what={what}
      loading={<GridSkeleton />}
      isEmpty={() => photos.length === 0}
      empty={empty}
    >
      {() => (
        <PhotoRows
          photos={photos}
          label={label}
          showOwner={showOwner}
          more={hasNextPage}
          onNeedMore={onNeedMore}
        />
      )}
    </QueryView>
  );
}
