import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { t } from '@/shared/i18n';
import { Avatar } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import type { Profile } from '../api';

type Props = { profile: Profile; children: ReactNode };

/** Profile header; `children` are the actions. */
export function ProfileHeader({ profile, children }: Props) {
  const { username, display_name: name, bio, counts } = profile;
  return (
    <header className="flex flex-wrap items-start gap-x-4 gap-y-4 py-6 md:gap-x-6">
      <Avatar person={profile} size={72} />
      <div className="flex min-w-0 flex-1 basis-48 flex-col gap-2">
        <div>
          <h1 className="font-bold text-24">{name}</h1>
          <p className="flex flex-wrap gap-x-3 text-13 text-muted">
            {t.people.handle(username)}
            {profile.follows_you && <span>{t.people.followsYou}</span>}
          </p>
        </div>
        {bio && <p className="max-w-[68ch] whitespace-pre-line">{bio}</p>}
        <ul className="flex flex-wrap items-center gap-x-4 gap-y-1 text-13 tabular-nums">
          <li>{t.people.photos(counts.photos)}</li>
          <li>
            <CountLink
              href={hrefs.followers(username)}
              text={t.people.followers(counts.followers)}
            />
          </li>
          <li>
            <CountLink
              href={hrefs.followed(username)}
              text={t.people.following(counts.following)}
            />
          </li>
          <li>{t.people.likes(counts.likes)}</li>
        </ul>
      </div>
      <div className="flex flex-wrap gap-2">{children}</div>
    </header>
  );
}

const CountLink = ({ href, text }: { href: string; text: string }) => (
  <Link
    href={href}
    className="inline-flex min-h-6 items-center rounded-control underline decoration-line-strong underline-offset-4 hover:decoration-text"
  >
    {text}
  </Link>
);
