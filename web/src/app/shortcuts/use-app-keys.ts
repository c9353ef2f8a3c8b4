import type { RefObject } from 'react';
import { useLocation } from 'wouter';
import { useSession } from '@/entities/session';
import { type Bindings, useKeys } from '@/shared/keys';
import { hrefs } from '@/shared/url/routes';

type Targets = { search: RefObject<HTMLInputElement | null>; onHelp: () => void };

/** Bind the global shortcuts. */
export function useAppKeys({ search, onHelp }: Targets): void {
  const [, navigate] = useLocation();
  const { user } = useSession();
  const toSearch = () => {
    // The search box is hidden on narrow windows.
    if (search.current?.checkVisibility()) search.current.focus({ preventScroll: true });
    else navigate(hrefs.explore(), { state: { toSearch: true } });
  };
  const bindings: Bindings = {
    '/': toSearch,
    'Ctrl+k': toSearch,
    '?': onHelp,
    'g f': () => navigate(hrefs.feed()),
    'g e': () => navigate(hrefs.explore()),
  };
  if (user) {
    bindings.u = () => navigate(hrefs.upload());
    bindings['g u'] = () => navigate(hrefs.upload());
    bindings['g a'] = () => navigate(hrefs.albums());
    bindings['g y'] = () => navigate(hrefs.you());
    if (user.role === 'admin') bindings['g j'] = () => navigate(hrefs.jobs());
    bindings['g t'] = () => navigate(hrefs.trash());
  }
  useKeys(bindings, 'app');
}
