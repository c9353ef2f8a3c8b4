import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { labelText } from '@/features/tags';
import type { TagCount } from '@/shared/api';
import { placeholderImage } from '@/shared/grid';
import { t } from '@/shared/i18n';
import { Notice, QueryView } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import { tagCountsQuery } from '../api';
import { tagTerm } from '../query';

const tilesClass =
  'grid grid-cols-[repeat(auto-fill,minmax(136px,1fr))] gap-x-2 gap-y-4 md:grid-cols-[repeat(auto-fill,minmax(184px,1fr))] md:gap-x-3';

/** Before anything is searched for: the tags there are, each with a photo. */
export function TagTiles() {
  const query = useQuery(tagCountsQuery(''));
  return (
    <QueryView
      query={query}
      what={t.explore.tagsWhat}
      loading={<TilesSkeleton />}
      isEmpty={({ items }) => items.length === 0}
      empty={<Notice text={t.explore.noTags} />}
    >
      {({ items }) => (
        <ul aria-label={t.explore.tags} className={tilesClass}>
          {items.map((tag) => (
            <li key={tag.label}>
              <Tile tag={tag} />
            </li>
          ))}
        </ul>
      )}
    </QueryView>
  );
}

function Tile({ tag: { label, count, cover } }: { tag: TagCount }) {
  return (
    <Link href={hrefs.explore({ q: tagTerm(label) })} className="group block rounded-photo">
      <span
        className="block aspect-[4/3] overflow-hidden rounded-photo bg-sunken bg-cover bg-center"
        style={{ backgroundImage: placeholderImage(cover?.thumbhash ?? null) }}
      >
        {cover?.urls.thumb && (
          <img
            src={cover.urls.thumb}
            // The label beside it says what it stands for.
            alt=""
            loading="lazy"
            decoding="async"
            className="size-full object-cover"
          />
        )}
      </span>
      <span className="flex items-baseline justify-between gap-2 pt-1">
        <span className="truncate font-medium group-hover:underline">{labelText(label)}</span>
        <span className="shrink-0 text-13 text-muted tabular-nums">
          {t.explore.tagCount(count)}
        </span>
      </span>
    </Link>
  );
}

const TilesSkeleton = () => (
  <div role="status" aria-label={t.state.loading} className={tilesClass}>
    {Array.from({ length: 18 }, (_, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
      <div key={index} className="aspect-[4/3] rounded-photo bg-sunken" />
    ))}
  </div>
);
