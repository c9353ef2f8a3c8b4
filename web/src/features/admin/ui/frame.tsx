import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useSession } from '@/entities/session';
import { text } from '@/shared/i18n/admin';
import { useTitle } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';

const places = ['jobs', 'reports', 'accounts'] as const;
type Place = (typeof places)[number];

type Props = { place: Place; notFound: ReactNode; children: ReactNode; aside?: ReactNode };

/** Layout of the admin pages; other users get the 404 page. */
export function Frame({ place, notFound, children, aside }: Props) {
  const { user, pending } = useSession();
  useTitle(text.pages[place]);
  if (pending) return null;
  if (user?.role !== 'admin') return notFound;
  return (
    <div className="px-(--gutter) pb-12">
      <nav aria-label={text.nav} className="border-line border-b pt-3">
        <ul className="flex gap-6">
          {places.map((each) => (
            <li key={each}>
              <Link
                href={hrefs[each]()}
                aria-current={each === place ? 'page' : undefined}
                className={`-mb-px block border-b-2 py-2 text-13 transition-colors ${
                  each === place
                    ? 'border-text font-medium'
                    : 'border-transparent text-muted hover:text-text'
                }`}
              >
                {text.pages[each]}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <header className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1 pt-5 pb-3">
        <h1 className="font-bold text-18">{text.pages[place]}</h1>
        {aside}
      </header>
      {children}
    </div>
  );
}
