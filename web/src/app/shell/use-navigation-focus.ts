import { type RefObject, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { readAnchor } from '@/shared/grid';

/**
 * After navigation, scroll to the top and focus `main`, so that screen readers start there. Back
 * and Forward leave the scroll position to the list.
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
    // Keep the focus if the page has already placed it.
    if (main.current?.contains(document.activeElement)) return;
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [location, main]);
}
