import { useInfiniteQuery } from '@tanstack/react-query';
import { type DragEvent, useEffect, useState } from 'react';
import { photoListQuery } from '@/entities/photo';
import type { Album, Photo } from '@/shared/api';
import { GridSkeleton } from '@/shared/grid';
import { problemText } from '@/shared/i18n';
import { text } from '@/shared/i18n/albums';
import { Notice, QueryView, toast } from '@/shared/ui';
import { nameOf, useChangeAlbum, useRemoveFromAlbum, useReorder } from '../mutations';
import { moved } from '../order';
import { ArrangedPhoto } from './arranged-photo';

type Props = { album: Album };

/** Reordering of an album's photos. Loads all pages: "to the end" needs the end. */
export function Arrangement({ album }: Props) {
  const query = useInfiniteQuery(photoListQuery({ album: album.id }));
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetching, isFetchNextPageError, fetchNextPage]);
  const photos = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <QueryView
      query={query}
      what={text.photosWhat}
      loading={<GridSkeleton />}
      isEmpty={() => photos.length === 0}
      empty={<Notice text={text.noPhotos} />}
    >
      {() => (
        <>
          <p className="pb-3 text-13 text-muted">{text.arrangeHint}</p>
          <Photos album={album} photos={photos} />
        </>
      )}
    </QueryView>
  );
}

/** Drop position: the index to insert before, or the count for the end. */
type Drag = { id: string; to: number };

function Photos({ album, photos }: { album: Album; photos: Photo[] }) {
  const order = useReorder(album.id);
  const takeOut = useRemoveFromAlbum(album.id);
  const change = useChangeAlbum(album.id);
  const [drag, setDrag] = useState<Drag | null>(null);
  const ids = photos.map((photo) => photo.id);

  const move = (photo: Photo, to: number) => {
    const after = moved(ids, photo.id, to);
    const place = after.indexOf(photo.id);
    if (place === ids.indexOf(photo.id)) return;
    order.mutate({ before: ids, after });
    toast(text.moved(nameOf(photo), place + 1, ids.length), () =>
      order.mutate({ before: after, after: ids }),
    );
  };
  const makeCover = (photo: Photo) =>
    change.mutate(
      { cover_photo_id: photo.id },
      {
        onSuccess: () => toast(text.coverSet(nameOf(photo))),
        onError: (error) => toast(`${text.coverFailed} ${problemText(error)}`),
      },
    );
  const onDrop = (event: DragEvent) => {
    const photo = photos.find(({ id }) => id === drag?.id);
    if (!drag || !photo) return;
    event.preventDefault();
    setDrag(null);
    // Removing the photo shifts the following indices by one.
    move(photo, drag.to > ids.indexOf(photo.id) ? drag.to - 1 : drag.to);
  };

  return (
    <ol
      aria-label={text.arrangeLabel}
      className="grid grid-cols-[repeat(auto-fill,minmax(136px,1fr))] gap-3 md:grid-cols-[repeat(auto-fill,minmax(184px,1fr))]"
      onDragOver={(event) => drag && event.preventDefault()}
      onDrop={onDrop}
      onDragEnd={() => setDrag(null)}
    >
      {photos.map((photo, index) => (
        <ArrangedPhoto
          key={photo.id}
          photo={photo}
          index={index}
          count={photos.length}
          cover={album.cover?.id === photo.id}
          dragged={drag?.id === photo.id}
          mark={drag ? markAt(drag.to, index, photos.length) : null}
          onMove={(to) => move(photo, to)}
          onCover={() => makeCover(photo)}
          onTakeOut={() => takeOut.mutate(photo)}
          onDragStart={() => setDrag({ id: photo.id, to: index })}
          onDragTo={(to) => setDrag((now) => now && { ...now, to })}
        />
      ))}
    </ol>
  );
}

function markAt(to: number, index: number, count: number): 'before' | 'after' | null {
  if (to === index) return 'before';
  return to === count && index === count - 1 ? 'after' : null;
}
