import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { type ListParams, lastList, photoListQuery } from '@/entities/photo';
import type { Photo } from '@/shared/api';
import { recordStep, sources } from '@/shared/grid';
import { stageSizes } from '@/shared/stage';
import { hrefs } from '@/shared/url/routes';

/** Pages to search for the photo after a reload. */
const maxSearchedPages = 5;
/** Load the next page when fewer photos than this follow. */
const ahead = 3;

export type Neighbours = { previous: Photo | null; next: Photo | null };

export function neighboursOf(photos: Photo[], id: string): Neighbours & { after: number } {
  const at = photos.findIndex((photo) => photo.id === id);
  if (at === -1) return { previous: null, next: null, after: 0 };
  return {
    previous: photos[at - 1] ?? null,
    next: photos[at + 1] ?? null,
    after: photos.length - 1 - at,
  };
}

type Origin = { fromList: boolean; list: ListParams | null };

function readOrigin(): Origin {
  const state: unknown = history.state;
  if (typeof state !== 'object' || state === null || !('fromList' in state)) {
    return { fromList: false, list: null };
  }
  // Links on the photo page pass an explicit list, or none.
  if ('list' in state) return { fromList: true, list: state.list as ListParams | null };
  return { fromList: true, list: lastList() };
}

/** Previous and next photo of the list the photo was opened from, and the way back. */
export function useStepping(id: string) {
  const [, navigate] = useLocation();
  const [{ fromList, list }] = useState(readOrigin);
  const query = useInfiniteQuery({ ...photoListQuery(list ?? {}), enabled: list !== null });
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = query;
  const photos = (list && data?.pages.flatMap((page) => page.items)) ?? [];
  const { previous, next, after } = neighboursOf(photos, id);
  const inList = photos.some((photo) => photo.id === id);
  const pages = data?.pages.length ?? 0;
  const more = list !== null && hasNextPage && !isFetching && !isError;
  const wanted = more && (inList ? after < ahead : pages > 0 && pages < maxSearchedPages);

  useEffect(() => {
    // Stored in the history entry, so that a reload keeps the list.
    if (fromList) history.replaceState({ ...history.state, list }, '');
  }, [fromList, list]);
  useEffect(() => {
    if (wanted) void fetchNextPage();
  }, [wanted, fetchNextPage]);
  useEffect(() => {
    if (!next) return;
    const image = new Image();
    image.sizes = stageSizes(next);
    image.srcset = sources(next) ?? '';
  }, [next]);

  const step = useCallback(
    (photo: Photo) => {
      recordStep(id, photo.id);
      navigate(hrefs.photo(photo.id), { replace: true, state: { fromList: true, list } });
    },
    [navigate, id, list],
  );
  const close = useCallback(() => {
    if (fromList) history.back();
    else navigate(hrefs.feed());
  }, [fromList, navigate]);
  return { previous, next, fromList, step, close };
}
