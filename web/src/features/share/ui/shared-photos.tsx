import type { useInfiniteQuery } from '@tanstack/react-query';
import type { CSSProperties } from 'react';
import type { Photo, PhotoPage } from '@/shared/api';
import { GridSkeleton, placeholderImage, sources } from '@/shared/grid';
import { t } from '@/shared/i18n';
import { Button, Notice, ProblemNotice, QueryView } from '@/shared/ui';
import { rowRatio } from '../model';

// As in the gateway's share page, or its photos would move when this list replaces them.
/** Row heights for windows from 1440 px, from 768 px, and below. */
const rowHeights = [240, 180, 112] as const;
/** How far a row may be stretched beyond its target height. */
const stretched = 1.4;
/** Photos that load eagerly. */
const eager = 8;

function sizesOf(ratio: number): string {
  const [wide, middle, narrow] = rowHeights.map((height) => Math.ceil(ratio * height * stretched));
  return `(min-width: 1440px) ${wide}px, (min-width: 768px) ${middle}px, ${narrow}px`;
}

type Props = {
  query: ReturnType<typeof useInfiniteQuery<PhotoPage, Error, { pages: PhotoPage[] }>>;
};

export function SharedPhotos({ query }: Props) {
  const photos = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <QueryView
      query={query}
      what={t.share.photosWhat}
      loading={<GridSkeleton />}
      isEmpty={() => photos.length === 0 && !query.hasNextPage}
      empty={<Notice text={t.share.empty} />}
    >
      {() => (
        <>
          <Photos photos={photos} />
          {query.isFetchNextPageError ? (
            <ProblemNotice
              title={t.state.moreFailed}
              error={query.error}
              onRetry={() => query.fetchNextPage()}
            />
          ) : (
            query.hasNextPage && (
              <Button
                className="mt-2 self-start"
                disabled={query.isFetchingNextPage}
                onClick={() => query.fetchNextPage()}
              >
                {t.share.more}
              </Button>
            )
          )}
        </>
      )}
    </QueryView>
  );
}

/**
 * Flex rows of true aspect ratio (`served.css`). A shared photo has no page, which could reveal
 * whether it is visible without the link; it opens as an image.
 */
function Photos({ photos }: { photos: Photo[] }) {
  return (
    <ul aria-label={t.share.photos} className="shared-photos">
      {photos.map((photo, index) => {
        const ratio = rowRatio(photo);
        const alt = photo.alt_text || photo.title || t.share.photo;
        return (
          <li key={photo.id} style={{ '--ratio': ratio } as CSSProperties}>
            <a
              href={photo.urls.preview ?? undefined}
              aria-label={t.share.openPhoto(alt)}
              style={{ backgroundImage: placeholderImage(photo.thumbhash) }}
            >
              {photo.urls.thumb && (
                <img
                  src={photo.urls.thumb}
                  srcSet={sources(photo)}
                  sizes={sizesOf(ratio)}
                  alt={alt}
                  loading={index < eager ? 'eager' : 'lazy'}
                  decoding={index < eager ? 'sync' : 'async'}
                />
              )}
            </a>
          </li>
        );
      })}
    </ul>
  );
}
