import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useLayoutEffect } from 'react';
import { GridSkeleton } from '@/shared/grid';
import { t } from '@/shared/i18n';
import { Notice, QueryView, useTitle } from '@/shared/ui';
import { sharedAlbumQuery } from './api';
import { linkState } from './model';
import { PasswordForm } from './ui/password-form';
import { SharedPhotos } from './ui/shared-photos';

type Props = { token: string; notFound: ReactNode };

/** The page came as HTML of the server's; it goes in the frame in which this one stands there. */
function useTakeOver(ready: boolean): void {
  useLayoutEffect(() => {
    if (ready) document.getElementById('served')?.remove();
  }, [ready]);
}

/** An album for whoever has its link. */
export default function SharePage({ token, notFound }: Props) {
  const query = useQuery(sharedAlbumQuery(token));
  useTitle(query.data?.title ?? t.share.title);
  useTakeOver(!query.isPending);
  const state = linkState(query.error);
  if (state === 'unknown') return notFound;
  return (
    <div className="px-(--gutter) pb-8">
      {state === 'locked' && <PasswordForm token={token} />}
      {state === 'expired' && (
        <>
          <h1 className="pt-4 font-bold text-18">{t.share.title}</h1>
          <Notice text={t.share.expired} />
        </>
      )}
      {(state === 'open' || state === 'failed') && (
        <QueryView query={query} what={t.share.what} loading={<GridSkeleton />}>
          {(album) => (
            <>
              <header className="flex flex-col gap-1 py-4">
                <h1 className="font-bold text-24">{album.title}</h1>
                <p className="flex flex-wrap gap-x-4 text-13 text-muted tabular-nums">
                  <span>{t.share.by(album.owner.display_name)}</span>
                  <span>{t.share.count(album.photo_count)}</span>
                  {album.expires_at && <span>{t.share.until(album.expires_at)}</span>}
                </p>
                {album.description && (
                  <p className="max-w-[68ch] whitespace-pre-line pt-1">{album.description}</p>
                )}
              </header>
              <SharedPhotos token={token} />
            </>
          )}
        </QueryView>
      )}
    </div>
  );
}
