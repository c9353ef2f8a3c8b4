import { useInfiniteQuery } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { useState } from 'react';
import { photoListQuery } from '@/entities/photo';
import { useSession } from '@/entities/session';
import type { Photo, PhotoPage } from '@/shared/api';
import { placeholderImage } from '@/shared/grid';
import { t } from '@/shared/i18n';
import { text } from '@/shared/i18n/picker';
import { Button, LoadMore, Notice, QueryView } from '@/shared/ui';

type Props = {
  /** Pick several photos; otherwise the first click picks. */
  many?: boolean;
  /** Hide photos that are already in this album. */
  album?: string;
  /** Filter of the photos that can be picked. */
  allows?: (photo: Photo) => boolean;
  onPick: (photos: Photo[]) => void;
  onCancel: () => void;
};

const photosIn = (data: { pages: PhotoPage[] } | undefined) =>
  data?.pages.flatMap((page) => page.items) ?? [];

/** Picker of the user's own photos, newest first. */
export default function PhotoPicker({ many = false, album, allows, onPick, onCancel }: Props) {
  const { user } = useSession();
  const query = useInfiniteQuery({
    ...photoListQuery({ user: user?.username ?? '' }),
    enabled: user !== null,
  });
  const inAlbum = useInfiniteQuery({
    ...photoListQuery({ album: album ?? '' }),
    enabled: album !== undefined,
  });
  const inAlbumIds = new Set(photosIn(inAlbum.data).map((photo) => photo.id));
  const photos = photosIn(query.data).filter(
    (photo) => photo.urls.thumb && !inAlbumIds.has(photo.id),
  );
  const shown = allows ? photos.filter(allows) : photos;
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const onPress = (photo: Photo) => {
    if (!many) return onPick([photo]);
    const next = new Set(picked);
    if (!next.delete(photo.id)) next.add(photo.id);
    setPicked(next);
  };
  return (
    <>
      <QueryView
        query={query}
        what={t.you.what}
        loading={<div role="status" aria-label={t.state.loading} className="h-64" />}
        isEmpty={() => shown.length === 0 && !query.hasNextPage}
        empty={<Notice text={text.none} />}
      >
        {() => (
          <div className="min-h-0 overflow-auto p-1">
            <ul className="grid grid-cols-[repeat(auto-fill,minmax(84px,1fr))] gap-1.5 md:grid-cols-[repeat(auto-fill,minmax(132px,1fr))]">
              {shown.map((photo) => (
                <li key={photo.id}>
                  <PickButton
                    photo={photo}
                    pressed={many ? picked.has(photo.id) : undefined}
                    onPress={() => onPress(photo)}
                  />
                </li>
              ))}
            </ul>
            <LoadMore query={query} />
          </div>
        )}
      </QueryView>
      <div className="flex items-center justify-end gap-2">
        <Button look="quiet" onClick={onCancel}>
          {text.cancel}
        </Button>
        {many && (
          <Button
            look="primary"
            disabled={picked.size === 0}
            onClick={() => onPick(shown.filter((photo) => picked.has(photo.id)))}
          >
            {text.add(picked.size)}
          </Button>
        )}
      </div>
    </>
  );
}

type ButtonProps = { photo: Photo; pressed: boolean | undefined; onPress: () => void };

function PickButton({ photo, pressed, onPress }: ButtonProps) {
  const name = photo.title || photo.alt_text || text.untitled;
  return (
    <button
      type="button"
      aria-pressed={pressed}
      aria-label={name}
      title={name}
      onClick={onPress}
      className="relative block aspect-square w-full overflow-hidden rounded-photo bg-center bg-cover bg-sunken"
      style={{ backgroundImage: placeholderImage(photo.thumbhash) }}
    >
      <img
        src={photo.urls.thumb ?? undefined}
        alt=""
        loading="lazy"
        decoding="async"
        className={`size-full object-cover ${pressed ? 'opacity-60' : ''}`}
      />
      {pressed && (
        <>
          <span className="absolute inset-0 border-3 border-accent" />
          <span className="absolute top-1.5 end-1.5 inline-flex size-6 items-center justify-center rounded-chip bg-accent text-on-accent">
            <Check aria-hidden size={16} />
          </span>
        </>
      )}
    </button>
  );
}
