import { SignInNotice, useSession } from '@/features/auth';
import { PhotoListView } from '@/features/photo';
import { FilePicker } from '@/features/upload';
import type { User } from '@/shared/api';
import { t } from '@/shared/i18n';
import { Notice, useTitle } from '@/shared/ui';

export default function YouPage() {
  const { user, pending } = useSession();
  useTitle(t.you.title);
  return (
    <div className="px-(--gutter) pb-8">
      {user ? <Own user={user} /> : !pending && <SignedOut />}
    </div>
  );
}

const SignedOut = () => (
  <>
    <h1 className="py-4 font-bold text-18">{t.you.title}</h1>
    <SignInNotice text={t.you.signInFirst} />
  </>
);

function Own({ user }: { user: User }) {
  return (
    <>
      <header className="flex flex-wrap items-baseline gap-x-3 py-4">
        <h1 className="font-bold text-18">{t.you.title}</h1>
        <p className="text-13 text-muted">{t.you.account(user.display_name, user.username)}</p>
      </header>
      <PhotoListView
        params={{ user: user.username }}
        what={t.you.what}
        label={t.you.title}
        showOwner={false}
        empty={
          <Notice text={t.you.empty}>
            <FilePicker />
          </Notice>
        }
      />
    </>
  );
}
