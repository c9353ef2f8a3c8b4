import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useCallback, useEffect, useMemo } from 'react';
import { GridSkeleton, PhotoGrid } from '@/shared/grid';
import { t } from '@/shared/i18n';
import { ProblemNotice, QueryView } from '@/shared/ui';
import { photoListQuery } from '../api';
import type { ListParams } from '../keys';
import { noteList } from '../stepping';

type Props = {
  params: ListParams;
  what: string;
  label: string;
  showOwner: boolean;
  empty: ReactNode;
};

/** A keyset list as a grid that loads on as one scrolls; what came stays when the next part fails. */
export function PhotoListView({ params, what, label, showOwner, empty }: Props) {
  const query = useInfiniteQuery(photoListQuery(params));
  useEffect(() => noteList(params), [params]);
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
        <>
          <PhotoGrid
            photos={photos}
            label={label}
            showOwner={showOwner}
            complete={!hasNextPage}
            onNeedMore={onNeedMore}
          />
          {isFetchNextPageError && (
            <ProblemNotice
              title={t.state.moreFailed}
              error={query.error}
              onRetry={() => fetchNextPage()}
            />
          )}
        </>
      )}
    </QueryView>
  );
}
