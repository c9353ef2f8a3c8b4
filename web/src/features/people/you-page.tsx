import { useQuery } from '@tanstack/react-query';
import { useSession } from '@/entities/session';
import { SignInNotice } from '@/features/auth';
import type { User } from '@/shared/api';
import { t } from '@/shared/i18n';
import { QueryView, useTitle } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import { profileQuery } from './api';
import { Own } from './ui/own';
import { ProfileSkeleton } from './ui/skeleton';

export default function YouPage() {
  const { user, pending } = useSession();
  useTitle(t.you.title);
  return (
    <div className="px-(--gutter) pb-8">
      {user ? <Loaded user={user} /> : !pending && <SignedOut />}
    </div>
  );
}

const SignedOut = () => (
  <>
    <h1 className="py-4 font-bold text-18">{t.you.title}</h1>
    <SignInNotice text={t.you.signInFirst} />
  </>
);

function Loaded({ user }: { user: User }) {
  const query = useQuery(profileQuery(user.username));
  return (
    <QueryView query={query} what={t.people.what} whole loading={<ProfileSkeleton />}>
      {(profile) => <Own user={user} profile={profile} path={hrefs.you()} />}
    </QueryView>
  );
}
