import { useQuery } from '@tanstack/react-query';
import { ArrowLeft } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { albumQuery } from '@/entities/album';
import { useSession } from '@/entities/session';
import { PhotoListView } from '@/features/photo-list';
import { type Album, ApiProblem } from '@/shared/api';
import { GridSkeleton } from '@/shared/grid';
import { text } from '@/shared/i18n/albums';
import { Notice, QueryView, useTitle } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import { AlbumActions } from './ui/album-actions';
import { Arrangement } from './ui/arrangement';

type Props = { id: string; notFound: ReactNode };

export default function AlbumPage({ id, notFound }: Props) {
  const query = useQuery(albumQuery(id));
  useTitle(query.data?.title ?? text.title);
  const gone =
    query.error instanceof ApiProblem &&
    (query.error.status === 404 || query.error.status === 401 || query.error.status === 422);
  if (gone) return notFound;
  return (
    <div className="px-(--gutter) pb-8">
      <QueryView query={query} what={text.albumWhat} whole loading={<GridSkeleton />}>
        {(album) => <AlbumView album={album} />}
      </QueryView>
    </div>
  );
}

function AlbumView({ album }: { album: Album }) {
  const { user } = useSession();
  const own = user?.username === album.owner.username;
  const [arranging, setArranging] = useState(false);
  return (
    <>
      <header className="flex flex-wrap items-end justify-between gap-x-8 gap-y-4 py-4">
        <div className="flex min-w-0 flex-col gap-1">
          {own && (
            <Link
              href={hrefs.albums()}
              className="inline-flex min-h-6 items-center gap-1 self-start text-13 text-muted hover:text-text"
            >
              <ArrowLeft aria-hidden size={14} className="rtl:-scale-x-100" />
              {text.title}
            </Link>
          )}
          <h1 className="max-w-full font-bold text-24">{album.title}</h1>
          <p className="flex flex-wrap gap-x-4 text-13 text-muted tabular-nums">
            {!own && <span>{text.by(album.owner.display_name)}</span>}
            <span>{text.count(album.photo_count)}</span>
            {own && <span>{text.visibilities[album.visibility]}</span>}
          </p>
          {album.description && (
            <p className="max-w-[68ch] whitespace-pre-line pt-1">{album.description}</p>
          )}
        </div>
        {own && <AlbumActions album={album} arranging={arranging} onArrange={setArranging} />}
      </header>
      {arranging && own ? (
        <Arrangement album={album} />
      ) : (
        <PhotoListView
          params={{ album: album.id }}
          what={text.photosWhat}
          label={text.photos(album.title)}
          showOwner={false}
          empty={<Notice text={own ? text.noPhotos : text.noPhotosToSee} />}
        />
      )}
    </>
  );
}
