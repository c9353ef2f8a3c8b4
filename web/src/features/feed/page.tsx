import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowUp } from 'lucide-react';
import { useEffect } from 'react';
import { Link } from 'wouter';
import { useSession } from '@/features/auth';
import { loadPhotoPage, PhotoListView, photoListQuery } from '@/features/photo';
import { t } from '@/shared/i18n';
import { Button, buttonClass, Notice, useTitle } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import { refreshOnEntry, restartFeed } from './freshness';

const everyone = {};

export default function FeedPage() {
  const { user } = useSession();
  const client = useQueryClient();
  useTitle(t.feed.title);
  useEffect(() => refreshOnEntry(client), [client]);
  useEffect(() => {
    // The next step is known: its code is fetched while nothing else is going on.
    const timer = setTimeout(() => loadPhotoPage().catch(() => undefined), 2_000);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="px-(--gutter) pb-8">
      {user ? <h1 className="py-4 font-bold text-18">{t.feed.title}</h1> : <Welcome />}
      <NewPhotosPill />
      <PhotoListView
        params={everyone}
        what={t.feed.what}
        label={t.feed.gridLabel}
        showOwner
        empty={<EmptyFeed signedIn={user !== null} />}
      />
    </div>
  );
}

/** No wall: the photos follow at once. */
function Welcome() {
  return (
    <div className="flex flex-wrap items-end justify-between gap-x-8 gap-y-4 py-6 md:py-8">
      <div>
        <p className="mb-2 font-bold text-13 text-muted">{t.app.name}</p>
        <h1 className="font-bold text-24 md:text-40">{t.app.tagline}</h1>
        <p className="mt-1 max-w-[68ch] text-muted">{t.app.pitch}</p>
      </div>
      <div className="flex gap-2">
        <Link href={hrefs.join()} className={buttonClass('primary')}>
          {t.nav.join}
        </Link>
        <Link href={hrefs.signIn()} className={buttonClass('plain')}>
          {t.nav.signIn}
        </Link>
      </div>
    </div>
  );
}

function EmptyFeed({ signedIn }: { signedIn: boolean }) {
  return (
    <Notice text={t.feed.empty}>
      <Link
        href={signedIn ? hrefs.upload() : hrefs.join(hrefs.upload())}
        className={buttonClass('primary')}
      >
        {signedIn ? t.upload.title : t.nav.join}
      </Link>
    </Notice>
  );
}

/** New photos wait behind a button: nothing is put above what someone is looking at. */
function NewPhotosPill() {
  const client = useQueryClient();
  const { isStale, isFetching, isError } = useInfiniteQuery(photoListQuery(everyone));
  if (!isStale || isFetching || isError) return null;
  const show = () => {
    restartFeed(client);
    window.scrollTo(0, 0);
  };
  return (
    <div className="pointer-events-none fixed inset-x-0 top-3 z-20 ml-(--rail) flex justify-center">
      <Button className="pointer-events-auto rounded-chip! shadow-layer" onClick={show}>
        <ArrowUp aria-hidden size={16} />
        {t.feed.showNew}
      </Button>
    </div>
  );
}
