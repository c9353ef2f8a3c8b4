import { useInfiniteQuery } from '@tanstack/react-query';
import { ownAlbumsQuery } from '@/entities/album';
import { useSession } from '@/entities/session';
import { SignInNotice } from '@/features/auth';
import { t } from '@/shared/i18n';
import { text } from '@/shared/i18n/albums';
import { LoadMore, Notice, QueryView, useTitle } from '@/shared/ui';
import { AlbumCard } from './ui/album-card';
import { NewAlbum } from './ui/new-album';

const listClass =
  'grid grid-cols-2 gap-x-3 gap-y-6 sm:grid-cols-[repeat(auto-fill,minmax(220px,1fr))] md:gap-x-5 md:gap-y-8';

export default function AlbumsPage() {
  const { user, pending } = useSession();
  useTitle(text.title);
  return (
    <div className="px-(--gutter) pb-8">
      {user ? (
        <Albums />
      ) : (
        <>
          <h1 className="py-4 font-bold text-18">{text.title}</h1>
          {!pending && <SignInNotice text={text.signInFirst} />}
        </>
      )}
    </div>
  );
}

function Albums() {
  const query = useInfiniteQuery(ownAlbumsQuery);
  const albums = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <header className="flex flex-wrap items-center justify-between gap-3 py-4">
        <h1 className="font-bold text-18">{text.title}</h1>
        {albums.length > 0 && <NewAlbum />}
      </header>
      <QueryView
        query={query}
        what={text.what}
        loading={<Skeleton />}
        isEmpty={() => albums.length === 0}
        empty={
          <Notice text={text.empty}>
            <NewAlbum />
          </Notice>
        }
      >
        {() => (
          <ul aria-label={text.listLabel} className={listClass}>
            {albums.map((album) => (
              <li key={album.id} className="min-w-0">
                <AlbumCard album={album} />
              </li>
            ))}
          </ul>
        )}
      </QueryView>
      <LoadMore query={query} />
    </>
  );
}

const Skeleton = () => (
  <div role="status" aria-label={t.state.loading} className={listClass}>
    {Array.from({ length: 8 }, (_, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
      <div key={index} className="aspect-[4/3] rounded-photo bg-sunken" />
    ))}
  </div>
);
