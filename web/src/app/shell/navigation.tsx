import { Gauge, Images, ImageUp, LibraryBig, LogIn, Search, UserRound } from 'lucide-react';
import { useSession } from '@/entities/session';
import { t } from '@/shared/i18n';
import { hrefs } from '@/shared/url/routes';
import { MoreButton } from './more-button';
import { NavItem } from './nav-item';

/** Main navigation: a rail on wide windows, a bottom bar on narrow ones. */
export function Navigation({ onShortcuts }: { onShortcuts: () => void }) {
  const { user, pending } = useSession();
  return (
    <nav
      aria-label={t.app.navigation}
      className="fixed inset-x-0 bottom-0 z-20 flex h-(--bottom-bar) border-line border-t bg-surface pb-[env(safe-area-inset-bottom)] lg:top-0 lg:end-auto lg:h-auto lg:w-(--rail) lg:flex-col lg:border-t-0 lg:border-e lg:py-2"
    >
      <Mark />
      <NavItem href={hrefs.feed()} icon={Images} label={t.nav.feed} />
      <NavItem href={hrefs.explore()} icon={Search} label={t.nav.explore} />
      {user ? (
        <>
          <NavItem href={hrefs.upload()} icon={ImageUp} label={t.nav.upload} />
          <NavItem wide href={hrefs.albums()} icon={LibraryBig} label={t.nav.albums} />
          <NavItem href={hrefs.you()} icon={UserRound} label={t.nav.you} />
          {user.role === 'admin' && (
            <NavItem wide href={hrefs.jobs()} within="/admin/*" icon={Gauge} label={t.nav.jobs} />
          )}
        </>
      ) : (
        !pending && <NavItem href={hrefs.signIn()} icon={LogIn} label={t.nav.signIn} />
      )}
      <div className="hidden flex-1 lg:block" />
      <MoreButton onShortcuts={onShortcuts} />
    </nav>
  );
}

/** The logo: a photo with one solid line (a person) and one dashed (the model). */
function Mark() {
  return (
    <svg
      viewBox="0 0 32 32"
      fill="none"
      strokeWidth="2"
      strokeLinecap="round"
      aria-hidden="true"
      className="mx-auto mt-1 mb-3 hidden size-8 lg:block"
    >
      <rect x="3" y="6" width="26" height="20" rx="2" className="stroke-text" />
      <path d="M8 21h8" className="stroke-text" />
      <path d="M19.5 21h5" strokeDasharray="0.5 3.5" className="stroke-model" />
    </svg>
  );
}
