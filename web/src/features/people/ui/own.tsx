import { FilePicker } from '@/features/upload';
import type { User } from '@/shared/api';
import { t } from '@/shared/i18n';
import { Notice } from '@/shared/ui';
import type { Profile } from '../api';
import { FailedNote } from './failed-note';
import { ProfileHeader } from './profile-header';
import { ProfileView } from './profile-view';

type Props = { user: User; profile: Profile; path: string };

/** The user's own profile, with private photos and filters. */
export function Own({ user, profile, path }: Props) {
  return (
    <>
      <ProfileHeader profile={profile}>
        <OwnNotes user={user} failedHref={`${path}?show=failed`} />
      </ProfileHeader>
      <ProfileView
        profile={profile}
        path={path}
        own
        empty={
          <Notice text={t.you.empty}>
            <FilePicker />
          </Notice>
        }
      />
    </>
  );
}

/** Placed beside the name, so that nothing below moves when it appears. */
function OwnNotes({ user, failedHref }: { user: User; failedHref: string }) {
  const used = user.bytes_quota ? Math.min(1, user.bytes_used / user.bytes_quota) : 0;
  return (
    <div className="flex w-full min-w-56 flex-col items-start gap-2 text-13 md:w-auto md:items-end">
      <p className="text-muted tabular-nums">
        {t.people.storage(user.bytes_used, user.bytes_quota)}
      </p>
      {user.bytes_quota ? (
        <span aria-hidden className="h-0.5 w-full max-w-56 bg-line">
          <span className="block h-full bg-text" style={{ width: `${used * 100}%` }} />
        </span>
      ) : null}
      <FailedNote username={user.username} href={failedHref} />
    </div>
  );
}
