import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowUp } from 'lucide-react';
import { useMemo } from 'react';
import { photoListQuery } from '@/entities/photo';
import { t } from '@/shared/i18n';
import { Button } from '@/shared/ui';
import { headQuery, recent } from '../api';
import { newPhotos, restartFeed } from '../freshness';

/** Offers new photos behind a button, because inserting them would shift the list. */
export function NewPhotosPill() {
  const client = useQueryClient();
  const { data, isFetching } = useInfiniteQuery(photoListQuery(recent));
  const loaded = useMemo(
    () => new Set(data?.pages.flatMap((page) => page.items.map(({ id }) => id))),
    [data],
  );
  // Nothing can be newer than a list that was just loaded.
  const { data: head } = useQuery({
    ...headQuery,
    enabled: loaded.size > 0,
    initialData: () => data?.pages[0]?.items.map(({ id }) => id),
  });
  const { count, more } = newPhotos(head ?? [], loaded);
  if (count === 0 || loaded.size === 0 || isFetching) return null;
  const show = () => {
    restartFeed(client);
    window.scrollTo(0, 0);
  };
  return (
    <div className="pointer-events-none fixed inset-x-0 top-[calc(var(--top-bar)+12px)] z-20 ms-(--rail) flex justify-center">
      <Button
        look="primary"
        className="pointer-events-auto h-9! rounded-chip! text-13! shadow-layer"
        onClick={show}
      >
        <ArrowUp aria-hidden size={16} />
        <span role="status">{t.feed.showNew(count, more)}</span>
      </Button>
    </div>
  );
}
