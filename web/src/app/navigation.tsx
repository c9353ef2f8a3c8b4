import { Images, ImageUp, LogIn, UserRound } from 'lucide-react';
import { useSession } from '@/features/auth';
import { t } from '@/shared/i18n';
import { useMedia } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import { MoreMenu } from './more-menu';
import { NavItem } from './nav-item';

/** A rail at the left of wide windows, a bar below narrow ones: the same places. */
export function Navigation({ onShortcuts }: { onShortcuts: () => void }) {
  const { user, pending } = useSession();
  const wide = useMedia('(width >= 1024px)');
  return (
    <nav
      aria-label={t.app.navigation}
      className="fixed inset-x-0 bottom-0 z-20 flex h-(--bottom-bar) border-line border-t bg-surface pb-[env(safe-area-inset-bottom)] lg:top-0 lg:right-auto lg:h-auto lg:w-(--rail) lg:flex-col lg:border-t-0 lg:border-r lg:py-2"
    >
      <NavItem href={hrefs.feed()} icon={Images} label={t.nav.feed} />
      {user ? (
        <>
          <NavItem href={hrefs.upload()} icon={ImageUp} label={t.nav.upload} />
          <NavItem href={hrefs.you()} icon={UserRound} label={t.nav.you} />
        </>
      ) : (
        !pending && <NavItem href={hrefs.signIn()} icon={LogIn} label={t.nav.signIn} />
      )}
      <div className="hidden flex-1 lg:block" />
      <MoreMenu side={wide ? 'right' : 'top'} onShortcuts={onShortcuts} />
    </nav>
  );
}
