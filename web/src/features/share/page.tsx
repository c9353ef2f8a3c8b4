import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { type ReactNode, useLayoutEffect } from 'react';
import type { SharedAlbum } from '@/shared/api';
import { GridSkeleton } from '@/shared/grid';
import { t } from '@/shared/i18n';
import { QueryView, useTitle } from '@/shared/ui';
import { sharedAlbumQuery, sharedPhotosQuery } from './api';
import { linkState } from './model';
import { PasswordForm } from './ui/password-form';
import { SharedPhotos } from './ui/shared-photos';

type Props = { token: string; notFound: ReactNode };

/** The server rendered this page first; it continues in the same frame. */
function useServerForm(ready: boolean): void {
  useLayoutEffect(() => {
    if (ready) document.getElementById('served')?.remove();
  }, [ready]);
}

/** A shared album. Styled by `served.css`, because the server renders it first. */
export default function SharePage({ token, notFound }: Props) {
  const query = useQuery(sharedAlbumQuery(token));
  const photos = useInfiniteQuery({ ...sharedPhotosQuery(token), enabled: query.isSuccess });
  useTitle(query.data?.title ?? t.share.title);
  useServerForm(query.isSuccess ? !photos.isPending : query.isError);
  const state = linkState(query.error);
  if (state === 'unknown') return notFound;
  if (state === 'locked') return <PasswordForm token={token} />;
  if (state === 'expired') {
    return (
      <div className="shared-closed">
        <h1>{t.share.title}</h1>
        <p>{t.share.expired}</p>
      </div>
    );
  }
  return (
    <div className="shared">
      <QueryView query={query} what={t.share.what} whole loading={<GridSkeleton />}>
        {(album) => (
          <>
            <Head album={album} />
            <SharedPhotos query={photos} />
          </>
        )}
      </QueryView>
    </div>
  );
}

function Head({ album }: { album: SharedAlbum }) {
  return (
    <header className="shared-head">
      <h1>{album.title}</h1>
      <p className="shared-facts">
        <span>{t.share.by(album.owner.display_name)}</span>
        <span>{t.share.count(album.photo_count)}</span>
        {album.expires_at && <span>{t.share.until(album.expires_at)}</span>}
      </p>
      {album.description && <p className="shared-text">{album.description}</p>}
    </header>
  );
}
