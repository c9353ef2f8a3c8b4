import { useInfiniteQuery } from '@tanstack/react-query';
import type { Photo } from '@/shared/api';
import { GridSkeleton, placeholderImage, sources } from '@/shared/grid';
import { t } from '@/shared/i18n';
import { Button, Notice, ProblemNotice, QueryView, useMedia } from '@/shared/ui';
import { sharedPhotosQuery } from '../api';

/** How much wider than its target a row may make a photo. */
const stretched = 1.4;

export function SharedPhotos({ token }: { token: string }) {
  const query = useInfiniteQuery(sharedPhotosQuery(token));
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
                className="mt-6"
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
 * Rows of true aspect by flex alone: a photo of a link has no page of its own, since that would
 * show whether someone without the link may see it. It opens as a picture.
 */
function Photos({ photos }: { photos: Photo[] }) {
  const rowHeight = useMedia('(width >= 768px)') ? 240 : 140;
  return (
    <ul aria-label={t.share.photos} className="flex flex-wrap gap-1 after:grow-[10] md:gap-1.5">
      {photos.map((photo) => {
        const ratio = photo.width / photo.height || 1.5;
        const alt = photo.alt_text || photo.title || t.share.photo;
        return (
          <li
            key={photo.id}
            style={{ flexGrow: ratio, flexBasis: ratio * rowHeight, maxWidth: ratio * 480 }}
          >
            <a
              href={photo.urls.preview ?? undefined}
              aria-label={t.share.openPhoto(alt)}
              className="block overflow-hidden rounded-photo bg-sunken bg-cover"
              style={{
                aspectRatio: `${photo.width} / ${photo.height}`,
                backgroundImage: placeholderImage(photo.thumbhash),
              }}
            >
              {photo.urls.thumb && (
                <img
                  src={photo.urls.thumb}
                  srcSet={sources(photo)}
                  sizes={`${Math.ceil(ratio * rowHeight * stretched)}px`}
                  alt={alt}
                  loading="lazy"
                  decoding="async"
                  className="size-full object-cover"
                />
              )}
            </a>
          </li>
        );
      })}
    </ul>
  );
}
