import { Suspense, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useSession } from '@/features/auth';
import { UploadTray, UploadWayIn, useHasUploads } from '@/features/upload';
import { t } from '@/shared/i18n';
import { useKeys } from '@/shared/keys';
import { Toasts, useOnline } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import { ErrorBoundary } from './error-boundary';
import { Navigation } from './navigation';
import { Pages } from './pages';
import { ShortcutsDialog } from './shortcuts-dialog';
import { useLive } from './use-live';
import { useNavigationFocus } from './use-navigation-focus';

export function Shell() {
  const main = useRef<HTMLElement>(null);
  const [location, navigate] = useLocation();
  const [help, setHelp] = useState(false);
  useLive();
  useNavigationFocus(main);
  useKeys({
    '/': () => navigate(hrefs.explore(), { state: { toSearch: true } }),
    u: () => navigate(hrefs.upload()),
    '?': () => setHelp(true),
  });
  return (
    <>
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-control bg-accent px-4 py-2 text-on-accent focus:translate-y-0"
      >
        {t.app.skip}
      </a>
      <Navigation onShortcuts={() => setHelp(true)} />
      <main id="main" ref={main} tabIndex={-1} className="mb-(--bottom-bar) ml-(--rail)">
        <OfflineBanner />
        <ErrorBoundary key={location}>
          <Pages />
        </ErrorBoundary>
      </main>
      <Uploads />
      <ShortcutsDialog open={help} onOpenChange={setHelp} />
      <Toasts />
    </>
  );
}

function OfflineBanner() {
  if (useOnline()) return null;
  return (
    <p role="status" className="border-warn border-l-2 bg-sunken px-(--gutter) py-2 text-13">
      {t.app.offline}
    </p>
  );
}

function Uploads() {
  const { user } = useSession();
  const hasUploads = useHasUploads();
  if (!user) return null;
  return (
    <>
      <UploadWayIn />
      <Suspense fallback={null}>{hasUploads && <UploadTray />}</Suspense>
    </>
  );
}
