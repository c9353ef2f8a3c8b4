import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useSession } from '@/entities/session';
import { SignInNotice } from '@/features/auth';
import type { User } from '@/shared/api';
import { text } from '@/shared/i18n/settings';
import { useTitle } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import { type Section, sectionOf, sections } from './sections';
import { AccountSection } from './ui/account-section';
import { DisplaySection } from './ui/display-section';
import { KeysSection } from './ui/keys-section';
import { PasswordSection } from './ui/password-section';
import { PrivacySection } from './ui/privacy-section';
import { ProfileSection } from './ui/profile-section';

type Props = { section: string | undefined; notFound: ReactNode };

export default function SettingsPage({ section: name, notFound }: Props) {
  const { user, pending } = useSession();
  const section = sectionOf(name);
  useTitle(text.title);
  if (!section) return notFound;
  return (
    <div className="px-(--gutter) pb-12">
      <h1 className="py-4 font-bold text-18">{text.title}</h1>
      {user ? (
        <div className="flex flex-col gap-6 lg:flex-row lg:gap-12">
          <Sections current={section} />
          <section aria-label={text.sections[section]} className="w-full max-w-[560px]">
            {/* On narrow windows the tab above names the section. */}
            <h2 className="pb-4 font-bold text-18 max-lg:sr-only">{text.sections[section]}</h2>
            {views[section](user)}
          </section>
        </div>
      ) : (
        !pending && <SignInNotice text={text.signInFirst} />
      )}
    </div>
  );
}

const views: Record<Section, (user: User) => ReactNode> = {
  profile: (user) => <ProfileSection user={user} />,
  password: () => <PasswordSection />,
  keys: (user) => <KeysSection user={user} />,
  privacy: (user) => <PrivacySection user={user} />,
  display: () => <DisplaySection />,
  account: (user) => <AccountSection user={user} />,
};

function Sections({ current }: { current: Section }) {
  return (
    <nav aria-label={text.nav} className="lg:w-48 lg:shrink-0">
      <ul className="flex flex-wrap gap-x-1 gap-y-1 border-line border-b pb-3 lg:sticky lg:top-20 lg:flex-col lg:border-b-0">
        {sections.map((section) => (
          <li key={section}>
            <Link
              href={hrefs.settings(section)}
              aria-current={section === current ? 'page' : undefined}
              className={`block rounded-control px-3 py-1.5 text-13 transition-colors lg:text-15 ${
                section === current
                  ? 'bg-sunken font-medium text-text'
                  : 'text-muted hover:bg-sunken hover:text-text'
              }`}
            >
              {text.sections[section]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
