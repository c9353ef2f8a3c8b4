import { Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { AccountsPage, JobsPage, ReportsPage } from '@/features/admin';
import { AlbumPage, AlbumsPage } from '@/features/albums';
import { JoinPage, SignInPage } from '@/features/auth';
import { ExplorePage } from '@/features/explore';
import { FeedPage } from '@/features/feed';
import { FollowingPage, PeoplePage, ProfilePage, YouPage } from '@/features/people';
import { PhotoPage } from '@/features/photo-page';
import { SettingsPage } from '@/features/settings';
import { SharePage } from '@/features/share';
import { TrashPage } from '@/features/trash';
import { UploadPage } from '@/features/upload';
import { t } from '@/shared/i18n';
import { Notice, useOnline } from '@/shared/ui';
import { patterns } from '@/shared/url/routes';
import { NotFound } from './not-found';

/** Shows nothing while a chunk loads, or the offline notice when it cannot. */
function OfflineFallback() {
  const online = useOnline();
  if (online) return null;
  return (
    <div className="px-(--gutter)">
      <Notice text={t.state.offline} />
    </div>
  );
}

export function Pages() {
  return (
    <Suspense fallback={<OfflineFallback />}>
      <Switch>
        <Route path={patterns.feed} component={FeedPage} />
        <Route path={patterns.explore} component={ExplorePage} />
        <Route path={patterns.photo}>
          {({ id }) => <PhotoPage key={id} id={id} notFound={<NotFound />} />}
        </Route>
        <Route path={patterns.upload} component={UploadPage} />
        <Route path={patterns.you} component={YouPage} />
        <Route path={patterns.following} component={FollowingPage} />
        <Route path={patterns.profile}>
          {({ username = '' }) => (
            <ProfilePage
              key={username}
              username={decodeURIComponent(username)}
              notFound={<NotFound />}
            />
          )}
        </Route>
        <Route path={patterns.people}>
          {({ username = '', kind }) => (
            <PeoplePage
              key={`${username} ${kind}`}
              username={decodeURIComponent(username)}
              kind={kind === 'following' ? 'following' : 'followers'}
              notFound={<NotFound />}
            />
          )}
        </Route>
        <Route path={patterns.trash} component={TrashPage} />
        <Route path={patterns.albums} component={AlbumsPage} />
        <Route path={patterns.album}>
          {({ id }) => <AlbumPage key={id} id={id} notFound={<NotFound />} />}
        </Route>
        <Route path={patterns.settings}>
          {({ section }) => <SettingsPage section={section} notFound={<NotFound />} />}
        </Route>
        <Route path={patterns.jobs}>
          <JobsPage notFound={<NotFound />} />
        </Route>
        <Route path={patterns.reports}>
          <ReportsPage notFound={<NotFound />} />
        </Route>
        <Route path={patterns.accounts}>
          <AccountsPage notFound={<NotFound />} />
        </Route>
        <Route path={patterns.share}>
          {({ token }) => <SharePage key={token} token={token} notFound={<NotFound />} />}
        </Route>
        <Route path={patterns.signIn} component={SignInPage} />
        <Route path={patterns.join} component={JoinPage} />
        <Route component={NotFound} />
      </Switch>
    </Suspense>
  );
}
