import { Images } from 'lucide-react';
import { Link } from 'wouter';
import type { Album } from '@/shared/api';
import { placeholderImage, sources } from '@/shared/grid';
import { text } from '@/shared/i18n/albums';
import { hrefs } from '@/shared/url/routes';

/** An album as its cover, with title and count below. */
export function AlbumCard({ album }: { album: Album }) {
  const { cover } = album;
  return (
    <Link href={hrefs.album(album.id)} className="group flex flex-col gap-2 rounded-photo">
      <span
        className="flex aspect-[4/3] items-center justify-center overflow-hidden rounded-photo bg-sunken bg-center bg-cover"
        style={{ backgroundImage: placeholderImage(cover?.thumbhash ?? null) }}
      >
        {cover?.urls.thumb ? (
          <img
            src={cover.urls.thumb}
            srcSet={sources(cover)}
            sizes="(width >= 768px) 320px, 50vw"
            alt=""
            loading="lazy"
            decoding="async"
            className="size-full object-cover"
          />
        ) : (
          <Images aria-hidden size={28} strokeWidth={1.25} className="text-line-strong" />
        )}
      </span>
      <span className="flex flex-col">
        <span className="truncate font-medium group-hover:underline">{album.title}</span>
        <span className="truncate text-13 text-muted tabular-nums">
          {`${text.count(album.photo_count)} · ${text.visibilities[album.visibility]}`}
        </span>
      </span>
    </Link>
  );
}
