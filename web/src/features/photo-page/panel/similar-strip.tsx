import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { Link } from 'wouter';
import type { Photo } from '@/shared/api';
import { placeholderImage } from '@/shared/grid';
import { t } from '@/shared/i18n';
import { useKeys } from '@/shared/keys';
import { QueryView } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import { similarQuery } from './similar';

const height = 88;

/** A scrollable row of similar photos, most similar first; nothing if there are none. */
export function SimilarStrip({ photo }: { photo: Photo }) {
  const query = useQuery(similarQuery(photo.id, photo.status === 'tagged'));
  const row = useRef<HTMLUListElement>(null);
  useKeys({ s: () => row.current?.querySelector('a')?.focus() });
  if (photo.status !== 'tagged' || query.data?.length === 0) return null;
  return (
    <section aria-labelledby="similar-heading" className="flex flex-col gap-3">
      <div className="flex items-baseline justify-between gap-3">
        <h2 id="similar-heading" className="font-bold text-15">
          {t.photoPage.similar}
        </h2>
        {query.data && (
          <Link
            href={hrefs.explore({ q: `similar:${photo.id}` })}
            className="inline-flex min-h-6 items-center text-13 text-accent underline underline-offset-4"
          >
            {t.photoPage.allSimilar}
          </Link>
        )}
      </div>
      <QueryView
        query={query}
        what={t.photoPage.similarWhat}
        loading={<div className="rounded-photo bg-sunken" style={{ height: height + 8 }} />}
      >
        {(items) => (
          // Padding for the focus ring, which the scroll container would clip.
          <ul ref={row} className="-m-1 flex gap-1.5 overflow-x-auto p-1 pb-2">
            {items.map((item) => (
              <SimilarTile key={item.photo.id} {...item} />
            ))}
          </ul>
        )}
      </QueryView>
    </section>
  );
}

function SimilarTile({ photo, similarity }: { photo: Photo; similarity: number }) {
  const width = Math.round((height * photo.width) / photo.height);
  return (
    <li className="relative shrink-0">
      <Link
        href={hrefs.photo(photo.id)}
        state={{ fromList: true, list: null }}
        title={t.photoPage.similarity(similarity)}
        className="flex flex-col gap-1.5 rounded-photo"
      >
        <img
          src={photo.urls.thumb ?? undefined}
          alt={photo.alt_text || t.photo.titleBy(photo.owner.display_name)}
          width={width}
          height={height}
          loading="lazy"
          decoding="async"
          className="max-w-60 rounded-photo bg-cover bg-sunken object-cover"
          style={{ width, height, backgroundImage: placeholderImage(photo.thumbhash) }}
        />
        <span className="sr-only">{t.photoPage.similarity(similarity)}</span>
        <span aria-hidden className="h-0.5 max-w-60 bg-line">
          <span
            className="block h-full bg-model"
            style={{ width: `${Math.max(0, similarity) * 100}%` }}
          />
        </span>
      </Link>
    </li>
  );
}
