import { type RefObject, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { readAnchor } from '@/shared/grid';

/**
 * After a step to another page: the top of it, and the focus on `main`, so that a screen reader
 * begins there. Back and Forward leave the place to the list that remembers it.
 */
export function useNavigationFocus(main: RefObject<HTMLElement | null>): void {
  const [location] = useLocation();
  const shown = useRef(location);
  useEffect(() => {
    history.scrollRestoration = 'manual';
  }, []);
  useEffect(() => {
    if (shown.current === location) return;
    shown.current = location;
    if (readAnchor()) return;
    // A page that put the focus where one goes on from keeps it.
    if (main.current?.contains(document.activeElement)) return;
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [location, main]);
}
