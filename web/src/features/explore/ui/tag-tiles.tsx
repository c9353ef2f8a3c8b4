import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { labelText } from '@/features/tags';
import type { Photo, TagCount } from '@/shared/api';
import { placeholderImage } from '@/shared/grid';
import { t } from '@/shared/i18n';
import { Notice, QueryView, useSeen } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import { samples, samplesQuery, tagCountsQuery } from '../api';
import { tagTerm } from '../query';

const tilesClass =
  'grid grid-cols-[repeat(auto-fill,minmax(136px,1fr))] gap-x-2 gap-y-4 md:grid-cols-[repeat(auto-fill,minmax(184px,1fr))] md:gap-x-3';

/** Overview of all tags with sample photos, shown before the first search. */
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

/** Layout of the samples by their number. */
const mosaics = [
  '',
  '',
  'grid-cols-2',
  'grid-cols-[2fr_1fr] grid-rows-2',
  'grid-cols-[2fr_1fr] grid-rows-3',
];
const firstSpans = ['', '', '', 'row-span-2', 'row-span-3'];

function Tile({ tag: { label, count, cover } }: { tag: TagCount }) {
  const [tile, seen] = useSeen<HTMLAnchorElement>();
  const cells = Math.min(count, samples);
  const { data = [] } = useQuery({ ...samplesQuery(label), enabled: seen && cells > 1 });
  const others = data.filter(({ id }) => id !== cover?.id);
  const photos = Array.from({ length: cells }, (_, place) =>
    place === 0 ? cover : others[place - 1],
  );
  return (
    <Link
      ref={tile}
      href={hrefs.explore({ q: tagTerm(label) })}
      className="group block rounded-photo"
    >
      <span
        className={`grid aspect-[4/3] gap-0.5 overflow-hidden rounded-photo ${mosaics[cells] ?? ''}`}
      >
        {photos.map((photo, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: slots exist before their photos load
          <Cell key={place} photo={photo ?? null} span={place === 0 ? firstSpans[cells] : ''} />
        ))}
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

function Cell({ photo, span = '' }: { photo: Photo | null; span?: string | undefined }) {
  return (
    <span
      className={`min-h-0 overflow-hidden bg-center bg-cover bg-sunken ${span}`}
      style={{ backgroundImage: placeholderImage(photo?.thumbhash ?? null) }}
    >
      {photo?.urls.thumb && (
        <img
          src={photo.urls.thumb}
          // Decorative: the label below names the tag.
          alt=""
          loading="lazy"
          decoding="async"
          className="size-full object-cover"
        />
      )}
    </span>
  );
}

const TilesSkeleton = () => (
  <div role="status" aria-label={t.state.loading} className={tilesClass}>
    {Array.from({ length: 18 }, (_, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
      <div key={index} className="aspect-[4/3] rounded-photo bg-sunken" />
    ))}
  </div>
);
