import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useSession } from '@/entities/session';
import { ApiProblem } from '@/shared/api';
import { t } from '@/shared/i18n';
import { Notice, QueryView, useTitle } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import { profileQuery } from './api';
import { BlockButton } from './ui/block-button';
import { FollowButton } from './ui/follow-button';
import { Own } from './ui/own';
import { ProfileHeader } from './ui/profile-header';
import { ProfileView } from './ui/profile-view';
import { ProfileSkeleton } from './ui/skeleton';

type Props = { username: string; notFound: ReactNode };

export default function ProfilePage({ username, notFound }: Props) {
  const { user } = useSession();
  const query = useQuery(profileQuery(username));
  useTitle(query.data?.display_name ?? t.people.handle(username));
  if (query.error instanceof ApiProblem && query.error.status === 404) return notFound;
  if (user && user.username === query.data?.username) {
    return (
      <div className="px-(--gutter) pb-8">
        <Own user={user} profile={query.data} path={hrefs.profile(user.username)} />
      </div>
    );
  }
  return (
    <div className="px-(--gutter) pb-8">
      <QueryView query={query} what={t.people.what} whole loading={<ProfileSkeleton />}>
        {(profile) => (
          <>
            <ProfileHeader profile={profile}>
              {!profile.blocked && (
                <FollowButton
                  username={profile.username}
                  name={profile.display_name}
                  followed={profile.followed}
                />
              )}
              {user && (
                <BlockButton
                  username={profile.username}
                  name={profile.display_name}
                  blocked={profile.blocked}
                />
              )}
            </ProfileHeader>
            {profile.blocked ? (
              <Notice text={t.people.blockedNote(profile.display_name)} />
            ) : (
              <ProfileView
                profile={profile}
                path={hrefs.profile(profile.username)}
                own={false}
                empty={<Notice text={t.people.empty(profile.display_name)} />}
              />
            )}
          </>
        )}
      </QueryView>
    </div>
  );
}
