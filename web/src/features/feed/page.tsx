import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link, useSearch } from 'wouter';
import type { ListParams } from '@/entities/photo';
import { useSession } from '@/entities/session';
import { PhotoListView } from '@/features/photo-list';
import { loadPhotoPage } from '@/features/photo-page';
import type { User } from '@/shared/api';
import { GridSkeleton } from '@/shared/grid';
import { t } from '@/shared/i18n';
import { buttonClass, Notice, QueryView, useTitle } from '@/shared/ui';
import { usePreload } from '@/shared/ui/lazy-component';
import { hrefs, readFeedTab } from '@/shared/url/routes';
import { paramsOf, popular, recent, usedTagsQuery } from './api';
import { refreshOnEntry } from './freshness';
import { NewPhotosPill } from './ui/new-photos-pill';
import { Tabs } from './ui/tabs';
import { Welcome } from './ui/welcome';

export default function FeedPage() {
  const { user, pending } = useSession();
  const requestedTab = readFeedTab(useSearch());
  const tab = requestedTab === 'yours' && !user && !pending ? 'recent' : requestedTab;
  useTitle(t.feed.titles[tab]);
  // Opening a photo is the likely next step: preload its page.
  usePreload(loadPhotoPage, 2_000);
  return (
    <div className="px-(--gutter) pb-8">
      {user || pending ? (
        <h1 className="pt-4 font-bold text-18">{t.feed.titles[tab]}</h1>
      ) : (
        <Welcome />
      )}
      <Tabs current={tab} signedIn={user !== null} />
      {tab === 'recent' && <NewPhotosPill />}
      {tab === 'yours' ? (
        user && <Yours user={user} />
      ) : (
        <Photos key={tab} params={tab === 'popular' ? popular : recent} signedIn={user !== null} />
      )}
    </div>
  );
}

/** Public photos with the user's most common tags. */
function Yours({ user }: { user: User }) {
  const query = useQuery(usedTagsQuery(user.username));
  return (
    <QueryView
      query={query}
      what={t.feed.tagsWhat}
      loading={<GridSkeleton />}
      isEmpty={(tags) => tags.length === 0}
      empty={
        <Notice text={t.feed.noTags}>
          <Link href={hrefs.upload()} className={buttonClass('primary')}>
            {t.upload.title}
          </Link>
        </Notice>
      }
    >
      {(tags) => <Photos params={paramsOf('yours', tags) ?? recent} signedIn />}
    </QueryView>
  );
}

function Photos({ params, signedIn }: { params: ListParams; signedIn: boolean }) {
  const client = useQueryClient();
  // biome-ignore lint/correctness/useExhaustiveDependencies: only on entry, not on every new object
  useEffect(() => refreshOnEntry(client, params), [client]);
  return (
    <PhotoListView
      params={params}
      what={t.feed.what}
      label={t.feed.gridLabel}
      showOwner
      empty={<EmptyFeed signedIn={signedIn} />}
    />
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
