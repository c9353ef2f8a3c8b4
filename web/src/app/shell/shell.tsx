import { Suspense, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useRememberedLike } from '@/entities/photo';
import { useExpired, useSession } from '@/entities/session';
import { SessionOverlay } from '@/features/auth';
import { UploadDropTarget, UploadTray, useHasUploads } from '@/features/upload';
import { t } from '@/shared/i18n';
import { Toasts } from '@/shared/ui';
import { ErrorBoundary } from '../error-boundary';
import { OfflineBanner } from '../offline/offline-banner';
import { Pages } from '../pages';
import { ShortcutsDialog } from '../shortcuts/shortcuts-dialog';
import { useAppKeys } from '../shortcuts/use-app-keys';
import { useLiveUpdates } from '../use-live-updates';
import { Navigation } from './navigation';
import { hasTopBar, TopBar } from './top-bar';
import { useNavigationFocus } from './use-navigation-focus';

export function Shell() {
  const main = useRef<HTMLElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const [location] = useLocation();
  const [help, setHelp] = useState(false);
  const { user } = useSession();
  useLiveUpdates();
  useRememberedLike(user !== null);
  useNavigationFocus(main);
  useAppKeys({ search, onHelp: () => setHelp(true) });
  // A shared album is shown without the site around it.
  const framed = !location.startsWith('/s/');
  return (
    <>
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-control bg-accent px-4 py-2 text-on-accent focus:translate-y-0"
      >
        {t.app.skip}
      </a>
      {framed && <Navigation onShortcuts={() => setHelp(true)} />}
      {hasTopBar(location) && <TopBar input={search} />}
      <main
        id="main"
        ref={main}
        tabIndex={-1}
        className={framed ? 'mb-(--bottom-bar) ml-(--rail)' : undefined}
      >
        <OfflineBanner />
        <ErrorBoundary key={location}>
          <Pages />
        </ErrorBoundary>
      </main>
      <Uploads />
      <ShortcutsDialog open={help} onOpenChange={setHelp} />
      <Toasts />
      <Expiry />
    </>
  );
}

/** Asks for the password above the page on which the session ended. */
function Expiry() {
  const { user } = useSession();
  const expired = useExpired();
  return <Suspense fallback={null}>{expired && user && <SessionOverlay user={user} />}</Suspense>;
}

function Uploads() {
  const { user } = useSession();
  const hasUploads = useHasUploads();
  if (!user) return null;
  return (
    <>
      <UploadDropTarget />
      <Suspense fallback={null}>{hasUploads && <UploadTray />}</Suspense>
    </>
  );
}
