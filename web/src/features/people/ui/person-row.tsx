import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { t } from '@/shared/i18n';
import { Avatar } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import type { Person } from '../api';

type Props = { person: Person; children?: ReactNode };

export function PersonRow({ person, children }: Props) {
  return (
    <li className="flex items-center gap-3 border-line border-b py-2 last:border-b-0">
      <Link
        href={hrefs.profile(person.username)}
        className="group flex min-w-0 flex-1 items-center gap-3 rounded-control py-1"
      >
        <Avatar person={person} size={40} />
        <span className="flex min-w-0 flex-col">
          <span className="truncate font-medium group-hover:underline">{person.display_name}</span>
          <span className="truncate text-13 text-muted">{t.people.handle(person.username)}</span>
        </span>
      </Link>
      {children}
    </li>
  );
}
