import { useInfiniteQuery } from '@tanstack/react-query';
import { Link2 } from 'lucide-react';
import { Link } from 'wouter';
import { photoListQuery } from '@/entities/photo';
import { PhotoListView } from '@/features/photo-list';
import { t } from '@/shared/i18n';
import { toast } from '@/shared/ui';
import { hrefs, type Search } from '@/shared/url/routes';
import { NothingFound } from './nothing-found';

const sorts = ['new', 'liked'] as const;

type Props = { params: Required<Search> };

/** Result count, sort order and photos. */
export function Results({ params }: Props) {
  return (
    <>
      <div className="flex min-h-8 flex-wrap items-center gap-x-2 pb-2 text-13">
        <Count params={params} />
        <CopyLink />
        <nav aria-label={t.explore.sort} className="flex gap-1">
          {sorts.map((sort) => (
            <Link
              key={sort}
              href={hrefs.explore({ ...params, sort })}
              aria-current={sort === params.sort ? 'true' : undefined}
              className={`inline-flex h-8 items-center rounded-control px-2 pointer-coarse:h-11 ${sort === params.sort ? 'bg-sunken font-medium' : 'text-muted hover:text-text'}`}
            >
              {t.explore.sorts[sort]}
            </Link>
          ))}
        </nav>
      </div>
      <PhotoListView
        // A new search starts at the top.
        key={`${params.sort} ${params.q}`}
        params={params}
        what={t.explore.what}
        label={t.explore.results}
        showOwner
        empty={<NothingFound q={params.q} />}
      />
    </>
  );
}

/** Copies the address of the search. */
function CopyLink() {
  const copy = () =>
    navigator.clipboard.writeText(window.location.href).then(
      () => toast(t.explore.copied),
      () => toast(t.explore.notCopied),
    );
  return (
    <button
      type="button"
      title={t.explore.copyLink}
      className="me-auto inline-flex h-8 items-center gap-1.5 rounded-control px-2 text-muted hover:bg-sunken hover:text-text pointer-coarse:h-11 pointer-coarse:min-w-11"
      onClick={copy}
    >
      <Link2 aria-hidden size={14} className="shrink-0" />
      <span className="max-md:sr-only">{t.explore.copyLink}</span>
    </button>
  );
}

function Count({ params }: Props) {
  const { data, hasNextPage } = useInfiniteQuery(photoListQuery(params));
  const count = data?.pages.reduce((sum, page) => sum + page.items.length, 0);
  return (
    <p role="status" className="tabular-nums">
      {count !== undefined && t.explore.found(count, hasNextPage)}
    </p>
  );
}
