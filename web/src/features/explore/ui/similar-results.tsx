import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { PhotoRows } from '@/features/photo-list';
import { GridSkeleton } from '@/shared/grid';
import { t } from '@/shared/i18n';
import { Notice, QueryView } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import { similarPhotosQuery } from '../similar';

const noMore = () => undefined;

/** Photos similar to one, most similar first. */
export function SimilarResults({ id }: { id: string }) {
  const query = useQuery(similarPhotosQuery(id));
  return (
    <div className="pt-4">
      <p className="flex flex-wrap items-baseline gap-x-4 pb-3 text-13">
        <span role="status" className="tabular-nums">
          {query.data && t.explore.alike(query.data.length)}
        </span>
        <Link href={hrefs.photo(id)} className="text-accent underline underline-offset-4">
          {t.explore.toPhoto}
        </Link>
      </p>
      <QueryView
        query={query}
        what={t.explore.what}
        loading={<GridSkeleton />}
        isEmpty={(photos) => photos.length === 0}
        empty={<Notice text={t.explore.noneAlike} />}
      >
        {(photos) => (
          <PhotoRows
            photos={photos}
            label={t.explore.results}
            showOwner
            more={false}
            onNeedMore={noMore}
          />
        )}
      </QueryView>
    </div>
  );
}
