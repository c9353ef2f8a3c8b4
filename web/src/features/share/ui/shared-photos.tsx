import type { useInfiniteQuery } from '@tanstack/react-query';
import type { CSSProperties } from 'react';
import type { Photo, PhotoPage } from '@/shared/api';
import { GridSkeleton, placeholderImage, sources } from '@/shared/grid';
import { t } from '@/shared/i18n';
import { Button, Notice, ProblemNotice, QueryView } from '@/shared/ui';
import { rowRatio } from '../model';

// As in the server's page, whose pictures stand here until this one takes over:
/** target heights of a row from a window's width of 1440 px on, from 768 px on, and below; */
const rowHeights = [240, 180, 112] as const;
/** how much wider than its target a row may make a photo; */
const stretched = 1.4;
/** how many pictures are there at once, or the server's would give way to empty boxes. */
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
 * Rows of true aspect by flex alone (`served.css`): a photo of a link has no page of its own, since that would
 * show whether someone without the link may see it. It opens as a picture.
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
